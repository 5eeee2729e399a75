using System.Text.Json;
using Millrace.Loadgen.Report;

namespace Millrace.Loadgen.Suite;

/// <summary>
/// The ratios to Kafka that a change must not make worse: ratios and no times, since both brokers run on the same
/// machine in the same minutes, whatever machine that is.
/// </summary>
internal sealed record RatioBaseline
{
    public const string CurrentSchema = "millrace-baseline/1";

    private const double VariesMost = 4;

    public string Schema { get; init; } = CurrentSchema;

    /// <summary>How much worse a ratio may be, by row; <c>*</c> for the others. 0.3 is by three tenths.</summary>
    public required IReadOnlyDictionary<string, double> Noise { get; init; }

    /// <summary>Ours to Kafka's, by row.</summary>
    public required IReadOnlyDictionary<string, double> Ratios { get; init; }

    /// <summary>
    /// What a summary measured in its steady rows. Latencies vary more than the rest: their rows get a noise of their
    /// own.
    /// </summary>
    public static RatioBaseline From(SuiteSummary summary, double noise) => new()
    {
        Noise = Held(summary)
            .Where(row => row.Unit is SuiteRow.Ms)
            .Select(row => KeyValuePair.Create(row.Id, VariesMost * noise))
            .Prepend(KeyValuePair.Create("*", noise))
            .ToDictionary(),
        Ratios = Held(summary).ToDictionary(row => row.Id, row => Math.Round(row.Ratio!.Value, 4)),
    };

    private static IEnumerable<SummaryRow> Held(SuiteSummary summary) =>
        summary.Rows.Where(row => row.Ratio is not null && SuiteRow.Of(row.Id).IsSteady);

    /// <summary>Reads a baseline.</summary>
    /// <exception cref="FormatException">It is none; the message names the file.</exception>
    public static RatioBaseline Read(string path)
    {
        try
        {
            RatioBaseline? baseline =
                JsonSerializer.Deserialize(File.ReadAllText(path), SuiteJson.Default.RatioBaseline);
            return baseline?.Schema == CurrentSchema
                ? baseline
                : throw new FormatException($"{path} is no baseline of this format, {CurrentSchema}.");
        }
        catch (JsonException wrong)
        {
            throw new FormatException($"{path} is no baseline: {wrong.Message}", wrong);
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, SuiteJson.Default.RatioBaseline) + "\n";

    /// <summary>A test for each row of the baseline that was measured: a regression names its row.</summary>
    public IReadOnlyList<JUnitCase> Check(SuiteSummary summary)
    {
        List<JUnitCase> cases = [];
        foreach (SummaryRow row in summary.Rows)
        {
            if (row.Ratio is not { } ratio || !Ratios.TryGetValue(row.Id, out double before) || before <= 0)
            {
                continue;
            }

            double noise = Noise.GetValueOrDefault(row.Id, Noise.GetValueOrDefault("*", 0.3));
            bool isWorse = row.HigherIsBetter ? ratio < before / (1 + noise) : ratio > before * (1 + noise);
            string detail = $"{Figures.Factor(ratio)} of Kafka's, {Figures.Factor(before)} in the baseline, "
                + $"noise {Figures.Percent(noise)}";
            cases.Add(new JUnitCase($"{row.Id}: {row.Name}", isWorse ? detail : null, detail));
        }

        return cases;
    }
}
