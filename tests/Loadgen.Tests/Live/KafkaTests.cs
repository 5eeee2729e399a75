using System.Globalization;

namespace Millrace.Loadgen.Tests.Live;

/// <summary>loadgen with Apache Kafka: as its load, and beside its tools.</summary>
public sealed class KafkaTests(KafkaBroker kafka) : IClassFixture<KafkaBroker>
{
    private const int Records = 500;

    [KafkaToolTheory(SharedPart.Whole)]
    [InlineData("none")]
    [InlineData("gzip")]
    [InlineData("snappy")]
    [InlineData("lz4")]
    [InlineData("zstd")]
    public void Kafka_keeps_every_record_and_its_consumer_reads_them_all(string codec)
    {
        string topic = $"read-{codec}";
        LoadgenRun run = LoadgenRun.Of(
            "e2e", "-b", kafka.Address, "--topic", topic, "--partitions", "2", "--compression", codec,
            "--records", $"{Records}", "--rate", "2000", "--record-size", "50-500", "--keys", "uniform:100",
            "--warm-up", "0", "--verify").MustBeGood();
        Assert.Equal((long)Records, run.Result!.Verify!.Checked);
        Assert.True(run.Result.Verify.IsClean);

        ProgramRun reader = KafkaMaterial.Tool(
            "kafka-console-consumer", "--bootstrap-server", kafka.Address, "--topic", topic, "--from-beginning",
            "--max-messages", $"{Records}", "--formatter-property", "print.key=true",
            "--formatter-property", "print.value=false", "--formatter-property", "print.partition=true");
        string[] lines = reader.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(Records, lines.Length);

        // Partitions are those that Kafka's own producer would have chosen: the same for the same key.
        Assert.All(lines.GroupBy(line => line.Split('\t')[1]), key =>
            Assert.Single(key.Select(line => line.Split('\t')[0]).Distinct()));
        Assert.Equal(2, lines.Select(line => line.Split('\t')[0]).Distinct().Count());
    }

    [KafkaToolTheory(SharedPart.Whole)]
    [InlineData("3000")]
    public void What_Kafkas_own_producer_wrote_is_read_to_the_last_record(string count)
    {
        ProgramRun writer = KafkaMaterial.Tool(
            "kafka-producer-perf-test", "--topic", "written", "--num-records", count, "--record-size", "100",
            "--throughput", "-1", "--producer-props", $"bootstrap.servers={kafka.Address}", "compression.type=lz4");
        Assert.True(writer.ExitCode == 0, writer.Output + writer.Errors);
        LoadgenRun run = LoadgenRun.Of(
            "consume", "-b", kafka.Address, "--topic", "written", "--from-beginning").MustBeGood();
        Assert.Equal(long.Parse(count, CultureInfo.InvariantCulture), run.Result!.Totals.RecordsConsumed);
    }

    [KafkaToolTheory(SharedPart.Whole)]
    [InlineData("0.3")]
    public void Committed_transactions_are_read_whole_and_aborted_ones_not_at_all(string aborted)
    {
        LoadgenRun run = LoadgenRun.Of(
            "txn", "-b", kafka.Address, "--topic", "transactions", "--partitions", "3", "--rate", "max",
            "--transaction-partitions", "2", "--abort", aborted, "--producers", "2", "--warm-up", "0",
            "--duration", "6s", "--verify").MustBeGood();
        Assert.True(run.Result!.Totals.Operations > 5, run.Output);
        Assert.InRange(run.Result.Verify!.Checked, 1, run.Result.Totals.RecordsAcked - 1);
        Assert.True(run.Result.Verify.IsClean, run.Output);
    }

    [KafkaToolTheory(SharedPart.Whole)]
    [InlineData(3)]
    public void Groups_rebalance_and_Kafkas_tool_shows_what_they_committed(int members)
    {
        LoadgenRun run = LoadgenRun.Of(
            "groups", "-b", kafka.Address, "--topic", "grouped", "--partitions", "4", "--commit-groups", "2",
            "--members", $"{members}", "--commit-rate", "60", "--churn", "2s", "--warm-up", "0", "--duration", "8s",
            "--group-prefix", "shown").MustBeGood();
        Assert.True(run.Result!.ServiceLatency.Count > 60, run.Output);
        Assert.True(run.Result.AggregatedEndToEndLatencyMax > 0, run.Output);

        ProgramRun tool = KafkaMaterial.Tool(
            "kafka-consumer-groups", "--bootstrap-server", kafka.Address, "--describe", "--group", "shown-1");
        string[] rows = [.. tool.Output.Split(
            '\n').Where(line => line.StartsWith("shown-1 ", StringComparison.Ordinal))];
        Assert.Equal(4, rows.Length);
        Assert.All(rows, row => Assert.True(
            int.Parse(row.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], CultureInfo.InvariantCulture) > 0));
    }
}
