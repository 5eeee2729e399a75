using System.Text.Json;
using Millrace.Loadgen.Report;

namespace Millrace.Loadgen.Tests.Report;

public sealed class ResultFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("millrace-result-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>The fields that charts for OpenMessaging-benchmark's results read.</summary>
    [Fact]
    public void A_result_has_the_fields_of_OpenMessaging_benchmark()
    {
        using JsonDocument document = JsonDocument.Parse(ResultFile.ToJson(Results.Run()));
        JsonElement root = document.RootElement;
        string[] plain =
        [
            "workload", "driver", "messageSize", "topics", "partitions", "producersPerTopic", "consumersPerTopic",
        ];
        Assert.All(plain, name => root.GetProperty(name));
        string[] lists = ["publishRate", "publishErrorRate", "consumeRate", "backlog"];
        Assert.All(lists, name => Assert.Equal(20, root.GetProperty(name).GetArrayLength()));
        string[] points = ["Avg", "50pct", "75pct", "95pct", "99pct", "999pct", "9999pct", "Max"];
        foreach (string point in points)
        {
            Assert.Equal(20, root.GetProperty($"publishLatency{point}").GetArrayLength());
            Assert.Equal(20, root.GetProperty($"publishDelayLatency{point}").GetArrayLength());
            Assert.Equal(20, root.GetProperty($"endToEndLatency{point}").GetArrayLength());
            Assert.Equal(JsonValueKind.Number, root.GetProperty($"aggregatedPublishLatency{point}").ValueKind);
            Assert.Equal(JsonValueKind.Number, root.GetProperty($"aggregatedPublishDelayLatency{point}").ValueKind);
            Assert.Equal(JsonValueKind.Number, root.GetProperty($"aggregatedEndToEndLatency{point}").ValueKind);
        }

        Assert.True(root.GetProperty("aggregatedPublishLatencyQuantiles").EnumerateObject().Count() > 20);
    }

    [Fact]
    public void Publish_latency_is_milliseconds_and_publish_delay_microseconds()
    {
        RunResult result = Results.Run(latencyMs: 4);
        Assert.InRange(result.AggregatedPublishLatency50pct, 3.5, 4.5);
        Assert.InRange(result.AggregatedPublishDelayLatency50pct, 10, 10.01);
        Assert.InRange(result.AggregatedEndToEndLatency50pct, 7, 9);
    }

    [Fact]
    public void The_brokers_processor_time_is_given_for_each_gigabyte()
    {
        ServerUsage server = Results.Run(cpuSecondsPerGb: 0.4).Server!;
        Assert.Equal(0.4, server.CpuSecondsPerGb, 6);
        Assert.Equal(server.CpuSeconds / 20, server.Cores, 6);
    }

    [Fact]
    public void A_result_is_read_back_as_it_was_written()
    {
        RunResult written = Results.Run(verify: new VerifyOutcome { Checked = 5, Lost = 1 });
        string path = Path.Combine(folder, "results.json");
        ResultFile.Write(written, path);
        RunResult read = ResultFile.Read(path);
        Assert.Equal(ResultFile.ToJson(written), ResultFile.ToJson(read));
        Assert.False(read.Verify!.IsClean);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"schema\":\"something-else/9\",\"environment\":{},\"totals\":{}}")]
    public void What_is_no_result_is_refused_by_name(string text)
    {
        string path = Path.Combine(folder, "other.json");
        File.WriteAllText(path, text);
        Assert.Contains("other.json", Assert.Throws<FormatException>(() => ResultFile.Read(path)).Message);
    }
}
