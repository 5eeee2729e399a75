namespace Millrace.Loadgen.Tests.Live;

/// <summary>What <c>--verify</c> says of brokers that can be trusted, and of those that cannot.</summary>
public sealed class VerifyTests
{
    private static readonly string[] Knobs =
    [
        "--rate", "2000", "--duration", "1s", "--warm-up", "0s", "--record-size", "200", "--batch-records", "10",
        "--linger", "2ms", "--idempotence", "false", "--request-batches", "1", "--verify", "--topic", "checked",
    ];

    [Fact]
    public void A_broker_that_keeps_every_record_is_clean()
    {
        using TestBroker broker = new();
        LoadgenRun run = LoadgenRun.Of(
            ["e2e", "-b", broker.Address, "--partitions", "3", "--groups", "2", "--consumers", "2", .. Knobs])
            .MustBeGood();
        Assert.Equal(2 * 2000, run.Result!.Verify!.Checked);
        Assert.True(run.Result.Verify.IsClean);
        Assert.Equal(2000, run.Result.Totals.RecordsAcked);
        Assert.True(run.Result.AggregatedEndToEndLatencyMax > 0);
    }

    [Fact]
    public void A_broker_that_drops_a_batch_has_lost_its_records()
    {
        LoadgenRun run = Through(number => number == 30 ? ProduceFault.Drop : ProduceFault.None);
        Assert.InRange(run.Result!.Verify!.Lost, 1, 10);
        Assert.Equal(2000, run.Result.Verify.Checked + run.Result.Verify.Lost);
        Assert.Equal((0L, 0L), (run.Result.Verify.Duplicated, run.Result.Verify.Corrupt));
    }

    [Fact]
    public void A_broker_that_appends_a_batch_twice_has_duplicates()
    {
        LoadgenRun run = Through(number => number == 30 ? ProduceFault.Duplicate : ProduceFault.None);
        Assert.InRange(run.Result!.Verify!.Duplicated, 1, 10);
        Assert.Equal((0L, 0L, 0L), (run.Result.Verify.Lost, run.Result.Verify.OutOfOrder, run.Result.Verify.Corrupt));
    }

    [Fact]
    public void A_broker_that_appends_batches_in_another_order_is_out_of_order()
    {
        LoadgenRun run = Through(number => number == 30 ? ProduceFault.HoldBack : ProduceFault.None);
        Assert.InRange(run.Result!.Verify!.OutOfOrder, 1, 10);
        Assert.Equal((0L, 0L, 0L), (run.Result.Verify.Lost, run.Result.Verify.Duplicated, run.Result.Verify.Corrupt));
    }

    [Fact]
    public void A_broker_that_changes_a_record_and_its_checksum_is_corrupt()
    {
        LoadgenRun run = Through(number => number == 30 ? ProduceFault.Corrupt : ProduceFault.None);
        Assert.Equal(1, run.Result!.Verify!.Corrupt);
        Assert.Equal((0L, 0L), (run.Result.Verify.Duplicated, run.Result.Verify.OutOfOrder));
    }

    [Fact]
    public void A_broker_that_sends_other_bytes_than_it_stored_is_corrupt()
    {
        int changed = 0;
        LoadgenRun run = Through(
            _ => ProduceFault.None,
            frame => changed += changed == 0 && CorruptBatch.LastIn(frame, recordsFrom: 150) ? 1 : 0);
        Assert.Equal(1, changed);
        Assert.True(run.Result!.Verify!.Corrupt >= 1, run.Output);
    }

    [Fact]
    public void Records_of_an_earlier_run_are_checked_by_a_consumer_alone()
    {
        using TestBroker broker = new();
        LoadgenRun.Of(["produce", "-b", broker.Address, .. Knobs.Where(knob => knob != "--verify")]).MustBeGood();
        LoadgenRun run = LoadgenRun.Of(
            "consume", "-b", broker.Address, "--topic", "checked", "--from-beginning", "--verify").MustBeGood();
        Assert.Equal(2000, run.Result!.Verify!.Checked);
        Assert.True(run.Result.Verify.IsClean);
    }

    [Fact]
    public void A_leader_that_has_moved_costs_retries_and_neither_order_nor_records()
    {
        using FaultyProxy proxy = new()
        {
            OnProduce = number => number is 30 or 31 or 90 ? ProduceFault.Refuse : ProduceFault.None,
        };
        using TestBroker broker = new(proxy.Address);
        proxy.PassTo(broker.Port);
        string[] numbered = [.. Knobs];
        numbered[Array.IndexOf(numbered, "false")] = "true";
        LoadgenRun run = LoadgenRun.Of(["e2e", "-b", proxy.Address, .. numbered]).MustBeGood();
        Assert.Equal(2000, run.Result!.Verify!.Checked);
        Assert.True(run.Result.Totals.Retries >= 3, run.Output);
        Assert.Contains("NOT_LEADER_OR_FOLLOWER", run.Output, StringComparison.Ordinal);
    }

    private static LoadgenRun Through(Func<int, ProduceFault> onProduce, Action<byte[]>? onFetched = null)
    {
        using FaultyProxy proxy = new() { OnProduce = onProduce, OnFetched = onFetched ?? (_ => { }) };
        using TestBroker broker = new(proxy.Address);
        proxy.PassTo(broker.Port);
        LoadgenRun run = LoadgenRun.Of(["e2e", "-b", proxy.Address, .. Knobs]);
        Assert.True(run.Code == ExitCode.VerifyFailed, $"{run.Code}\n{run.Output}\n{run.Errors}");
        return run;
    }
}
