using System.CommandLine;
using System.Text.Json;
using Millrace.Loadgen.Report;

namespace Millrace.Loadgen.Floors;

/// <summary><c>loadgen floor</c>: what the machine itself takes for a broker's work.</summary>
internal sealed class FloorCommand
{
    private readonly Option<int> bytes = new("--bytes")
    {
        Description = "Bytes of a batch, or of a fetch's records.",
        DefaultValueFactory = _ => 256 * 1024,
    };

    private readonly Option<int> connections = new("--connections")
    {
        Description = "How many clients.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> inFlight = new("--in-flight")
    {
        Description = "Requests unanswered on each; for durable, batches that share a sync.",
        DefaultValueFactory = _ => 5,
    };

    private readonly Option<double> rate = new("--rate")
    {
        Description = "Requests a second; 0 for as many as go.",
    };

    private readonly Option<double> seconds = new("--seconds")
    {
        Description = "How long to measure.",
        DefaultValueFactory = _ => 3,
    };

    private readonly Option<string> folder = new("--data-folder")
    {
        Description = "A folder on the broker's disk; its files are gone afterwards.",
        DefaultValueFactory = _ => Path.GetTempPath(),
    };

    private readonly Option<string?> json = new("--json") { Description = "Write the result to this file." };

    public static Command Create()
    {
        FloorCommand floor = new();
        return new Command(
            "floor",
            "Measure what this machine itself takes for a broker's work: no broker can be below that.")
        {
            floor.Kind("produce", "Loopback receive, CRC-32C, pwritev.", floor.Produce),
            floor.Kind("fetch", "sendfile of cached data to the loopback.", floor.Fetch),
            floor.Kind("durable", "pwritev and fdatasync.", floor.Durable),
        };
    }

    private Command Kind(string name, string description, Func<ParseResult, string, FloorResult> run)
    {
        Command command = new(name, description)
        {
            bytes, connections, inFlight, rate, seconds, folder, json,
        };
        command.SetAction(parsed => (int)Run(parsed, run));
        return command;
    }

    private ExitCode Run(ParseResult parsed, Func<ParseResult, string, FloorResult> run)
    {
        string place = parsed.GetRequiredValue(folder);
        if (!Directory.Exists(place))
        {
            parsed.InvocationConfiguration.Error.WriteLine($"There is no folder {place}.");
            return ExitCode.BadFile;
        }

        FloorResult result = run(parsed, place);
        parsed.InvocationConfiguration.Output.WriteLine(
            $"floor {result.Name}: {Figures.Short(result.CpuSecondsPerGb)} CPU s/GB, "
            + $"{Figures.Scaled(result.RequestsPerCoreSecond)} requests per core second, "
            + $"{Figures.BytesRate(result.BytesPerSecond)}, {Figures.Scaled(result.RequestsPerSecond)} requests/s");
        if (parsed.GetValue(json) is { } path)
        {
            File.WriteAllText(path, JsonSerializer.Serialize(result, FloorJson.Default.FloorResult) + "\n");
        }

        return ExitCode.Success;
    }

    private FloorLoad Load(ParseResult parsed) => new(
        RequestBytes: parsed.GetValue(bytes),
        AnswerBytes: parsed.GetValue(bytes),
        parsed.GetValue(connections),
        parsed.GetValue(inFlight),
        parsed.GetValue(rate));

    private FloorResult Produce(ParseResult parsed, string place) =>
        FloorRun.Produce(Load(parsed), place, parsed.GetValue(seconds));

    private FloorResult Fetch(ParseResult parsed, string place) =>
        FloorRun.Fetch(Load(parsed), place, parsed.GetValue(seconds));

    private FloorResult Durable(ParseResult parsed, string place) =>
        FloorRun.Durable(parsed.GetValue(bytes), parsed.GetValue(inFlight), place, parsed.GetValue(seconds));
}
