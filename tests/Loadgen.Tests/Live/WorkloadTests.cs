namespace Millrace.Loadgen.Tests.Live;

/// <summary>Every subcommand once, against Millrace.</summary>
public sealed class WorkloadTests
{
    [Fact]
    public void Groups_commit_and_come_to_rest_again_after_members_have_left()
    {
        using TestBroker broker = new();
        LoadgenRun run = LoadgenRun.Of(
            "groups", "-b", broker.Address, "--commit-groups", "2", "--members", "3", "--commit-rate", "100",
            "--churn", "1s", "--warm-up", "0", "--duration", "5s").MustBeGood();
        Assert.True(run.Result!.ServiceLatency.Count > 50, run.Output);
        Assert.True(run.Result.Totals.Operations > run.Result.ServiceLatency.Count, run.Output);
    }

    [Fact]
    public void Transactions_commit_and_abort()
    {
        using TestBroker broker = new();
        LoadgenRun run = LoadgenRun.Of(
            "txn", "-b", broker.Address, "--partitions", "3", "--rate", "max", "--transaction-partitions", "2",
            "--abort", "0.3", "--producers", "2", "--warm-up", "0", "--duration", "3s", "--verify");

        // A transaction that the broker refused is begun anew; what is committed is read whole all the same.
        Assert.True(run.Result!.Totals.Operations > 5, run.Output);
        Assert.InRange(run.Result.Verify!.Checked, 1, run.Result.Totals.RecordsAcked - 1);
        Assert.True(run.Result.Verify.IsClean, run.Output);
    }

    [Fact]
    public void Connections_are_made_greeted_and_held()
    {
        using TestBroker broker = new();
        LoadgenRun run = LoadgenRun.Of(
            "connections", "-b", broker.Address, "--count", "300", "--ping", "1s", "--duration", "3s").MustBeGood();
        Assert.InRange(run.Result!.Totals.Operations, 301, 1500);
        Assert.DoesNotContain("error", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Tail_past_groups_and_idle_connections_run_beside_each_other()
    {
        using TestBroker broker = new();
        LoadgenRun run = LoadgenRun.Of(
            "mixed", "-b", broker.Address, "--rate", "1000", "--replayers", "1", "--idle-connections", "20",
            "--commit-groups", "1", "--warm-up", "0", "--duration", "2s", "--verify").MustBeGood();
        Assert.Equal(2000, run.Result!.Totals.RecordsAcked);
        Assert.Equal(2000, run.Result.Verify!.Checked);
        Assert.True(run.Result.Totals.RecordsConsumed >= 2000, run.Output);
        Assert.True(run.Result.Totals.Operations >= 20, run.Output);
    }

    [Fact]
    public void A_recorded_workload_is_sent_where_and_when_it_once_came()
    {
        using TestBroker broker = new();
        string file = Path.GetTempFileName();
        File.WriteAllText(file, "# recorded\n1000 a 0 3 100\n1000 b 1 -1 200\n5000 a 0 -1 -1\n2000 a - 5 60\n");
        LoadgenRun run = LoadgenRun.Of(
            "replay-workload", file, "-b", broker.Address, "--speed", "4", "--verify").MustBeGood();
        File.Delete(file);
        Assert.Equal(4, run.Result!.Totals.RecordsAcked);
        Assert.Equal(4, run.Result.Verify!.Checked);

        // Four seconds at four times the speed; on a busy machine the clock of the run starts late.
        Assert.InRange(run.Result.Totals.Seconds, 0.5, 30);
    }

    [Fact]
    public void A_preset_runs_with_what_is_given_beside_it()
    {
        using TestBroker broker = new();
        LoadgenRun run = LoadgenRun.Of(
            "preset", "run", "events", "-b", broker.Address, "--rate", "500", "--duration", "2s", "--warm-up", "0")
            .MustBeGood();
        Assert.Equal("events", run.Result!.Workload);
        Assert.Equal(1000, run.Result.Totals.RecordsAcked);
        Assert.InRange(run.Result.Totals.RecordsConsumed, 2900, 3000);
    }

    [Fact]
    public void The_search_ends_between_held_and_not_held()
    {
        using TestBroker broker = new();
        LoadgenRun run = LoadgenRun.Of(
            "max", "-b", broker.Address, "--duration", "300ms", "--warm-up", "0", "--precision", "0.4",
            "--latency-bound", "10s", "--quiet");
        Assert.Contains("in a closed loop", run.Output, StringComparison.Ordinal);
        Assert.Contains("highest ", run.Output, StringComparison.Ordinal);
        Assert.True(run.Result!.Totals.RecordsAcked > 0);
    }

    [Fact]
    public void A_workload_of_OpenMessaging_benchmark_runs()
    {
        using TestBroker broker = new();
        string file = Path.GetTempFileName();
        File.WriteAllText(
            file,
            """
            name: 1 producer on 1 topic
            topics: 1
            partitionsPerTopic: 2
            messageSize: 200
            payloadFile: "payload/payload-200b.data"
            subscriptionsPerTopic: 1
            consumerPerSubscription: 1
            producersPerTopic: 1
            producerRate: 500
            consumerBacklogSizeGB: 0
            testDurationMinutes: 15
            """);
        LoadgenRun run = LoadgenRun.Of(
            "openmessaging", file, "-b", broker.Address, "--duration", "1s", "--warm-up", "0").MustBeGood();
        File.Delete(file);
        Assert.Equal("1 producer on 1 topic", run.Result!.Workload);
        Assert.Equal(500, run.Result.Totals.RecordsAcked);
        Assert.Equal(200, run.Result.MessageSize);
    }

    [Theory]
    [InlineData("openmessaging", "topicz: 1")]
    [InlineData("replay-workload", "not a record")]
    public void A_file_that_is_not_understood_is_said_with_its_place(string subcommand, string text)
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, text);
        LoadgenRun run = LoadgenRun.Of(subcommand, file);
        File.Delete(file);
        Assert.Equal(ExitCode.BadFile, run.Code);
        Assert.StartsWith(file + ":", run.Errors);
        Assert.Equal(ExitCode.BadFile, LoadgenRun.Of(subcommand, file).Code);
    }

    [Fact]
    public void A_broker_that_is_not_there_is_said_in_one_line()
    {
        LoadgenRun run = LoadgenRun.Of("produce", "-b", "127.0.0.1:1");
        Assert.Equal(ExitCode.BrokerFailed, run.Code);
        Assert.StartsWith("no broker answers (127.0.0.1:1: ", run.Errors);
    }
}
