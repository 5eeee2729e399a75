using System.CommandLine;
using System.Text.Json;
using Millrace.Loadgen.Floors;

namespace Millrace.Loadgen.Tests.Floors;

public sealed class FloorTests : IDisposable
{
    private const double Seconds = 0.3;

    private readonly string folder = Directory.CreateTempSubdirectory("millrace-floor-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(100, 16, 5)]
    [InlineData(256 * 1024, 1, 5)]
    [InlineData(3 * 1024 * 1024, 2, 1)]
    public void Producing_answers_requests_of_any_size(int bytes, int connections, int inFlight)
    {
        FloorLoad load = new(bytes, AnswerBytes: 0, connections, inFlight, Rate: 0);
        FloorResult result = FloorRun.Produce(load, folder, Seconds);
        Assert.True(result.Requests > 0);
        Assert.Equal(result.Requests * bytes, result.Bytes);
        Assert.InRange(result.CpuSeconds, 1e-6, result.Seconds * 1.1);
    }

    [Theory]
    [InlineData(500, 4, 3)]
    [InlineData(2 * 1024 * 1024, 2, 1)]
    public void Fetching_answers_with_records_of_any_size(int bytes, int connections, int inFlight)
    {
        FloorLoad load = new(RequestBytes: 0, bytes, connections, inFlight, Rate: 0);
        FloorResult result = FloorRun.Fetch(load, folder, Seconds);
        Assert.True(result.Requests > 0);
        Assert.Equal(result.Requests * bytes, result.Bytes);
        Assert.True(result.CpuSecondsPerGb > 0);
    }

    [Fact]
    public void A_rate_is_not_exceeded()
    {
        FloorLoad load = new(1_000, AnswerBytes: 0, Connections: 1, InFlight: 1_000, Rate: 200);
        FloorResult result = FloorRun.Produce(load, folder, seconds: 1);
        Assert.InRange(result.Requests, 1, 260);
    }

    [Fact]
    public void Syncing_counts_whole_groups()
    {
        FloorResult result = FloorRun.Durable(batchBytes: 4096, together: 8, folder, Seconds);
        Assert.True(result.Requests > 0);
        Assert.Equal(0, result.Requests % 8);
        Assert.Equal(8, result.SyncedTogether);
    }

    [Fact]
    public void No_file_is_left()
    {
        FloorRun.Produce(new FloorLoad(100_000, 0, 1, 1, 0), folder, Seconds);
        FloorRun.Fetch(new FloorLoad(0, 100_000, 1, 1, 0), folder, Seconds);
        FloorRun.Durable(4096, 1, folder, Seconds);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public void The_command_says_a_line_and_writes_a_file()
    {
        using StringWriter output = new();
        string json = Path.Combine(folder, "floor.json");
        string[] arguments =
            ["floor", "durable", "--seconds", "0.2", "--bytes", "4096", "--data-folder", folder, "--json", json];
        InvocationConfiguration configuration = new() { Output = output };
        Assert.Equal(0, CommandLine.Create().Parse(arguments).Invoke(configuration));
        Assert.StartsWith("floor durable: ", output.ToString());
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(json));
        Assert.True(document.RootElement.GetProperty("bytesPerSecond").GetDouble() > 0);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        using StringWriter errors = new();
        InvocationConfiguration configuration = new() { Output = TextWriter.Null, Error = errors };
        string nowhere = Path.Combine(folder, "nowhere");
        int code = CommandLine.Create().Parse(["floor", "produce", "--data-folder", nowhere]).Invoke(configuration);
        Assert.Equal((int)ExitCode.BadFile, code);
        Assert.Contains(nowhere, errors.ToString());
    }
}
