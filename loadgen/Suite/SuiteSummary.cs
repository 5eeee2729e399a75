using System.Text.Json;
using System.Text.Json.Serialization;
using Millrace.Loadgen.Report;

namespace Millrace.Loadgen.Suite;

/// <summary>
/// One row of <c>summary.json</c>. Figures are medians of the rounds; null where one was not measured.
/// </summary>
internal sealed record SummaryRow
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Unit { get; init; }

    public required bool HigherIsBetter { get; init; }

    public double? Ours { get; init; }

    public double? Kafka { get; init; }

    /// <summary>Medians of other brokers, by their names.</summary>
    public IReadOnlyDictionary<string, double> Others { get; init; } = new Dictionary<string, double>();

    /// <summary>Ours to Kafka's.</summary>
    public double? Ratio { get; init; }

    /// <summary>What the machine itself takes for the same work, in the row's unit.</summary>
    public double? Floor { get; init; }

    /// <summary>How many times the floor ours is: 1 is at it, for costs and rates alike.</summary>
    public double? Distance { get; init; }

    public string? Goal { get; init; }

    public bool? GoalMet { get; init; }

    public IReadOnlyList<double> OurRounds { get; init; } = [];

    public IReadOnlyList<double> KafkaRounds { get; init; } = [];

    /// <summary>From the least to the most of our rounds, relative to their median.</summary>
    public double Spread { get; init; }

    public double KafkaSpread { get; init; }

    /// <summary>What a reader has to know of this row, such as a rate that was not held.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];
}

/// <summary>The whole side-by-side run, as <c>summary.json</c> has it.</summary>
internal sealed record SuiteSummary
{
    public const string CurrentSchema = "millrace-report/1";

    public string Schema { get; init; } = CurrentSchema;

    public required string Time { get; init; }

    /// <summary>quick or full.</summary>
    public required string Kind { get; init; }

    public required int Rounds { get; init; }

    public required RunEnvironment Environment { get; init; }

    /// <summary>Each broker: how it was started, and with what.</summary>
    public required IReadOnlyDictionary<string, string> Brokers { get; init; }

    public required IReadOnlyList<SummaryRow> Rows { get; init; }

    /// <summary>What failed beside the rows, each in a sentence.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>Reads a summary, or a baseline, which has the same form.</summary>
    /// <exception cref="FormatException">It is none; the message names the file.</exception>
    public static SuiteSummary Read(string path)
    {
        try
        {
            SuiteSummary? summary =
                JsonSerializer.Deserialize(File.ReadAllText(path), SuiteJson.Default.SuiteSummary);
            return summary?.Schema == CurrentSchema
                ? summary
                : throw new FormatException($"{path} is no summary of this format, {CurrentSchema}.");
        }
        catch (JsonException wrong)
        {
            throw new FormatException($"{path} is no summary: {wrong.Message}", wrong);
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, SuiteJson.Default.SuiteSummary) + "\n";
}

/// <summary>The code that writes and reads summaries as JSON, generated at compile time.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SuiteSummary))]
[JsonSerializable(typeof(RatioBaseline))]
internal sealed partial class SuiteJson : JsonSerializerContext;
