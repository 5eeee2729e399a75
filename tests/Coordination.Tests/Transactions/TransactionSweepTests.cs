using Millrace.Coordination.Runtime;
using Millrace.Coordination.Transactions;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Tests.Transactions;

public sealed class TransactionSweepTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_transaction_open_for_too_long_is_aborted_and_its_producer_fenced(short serverVersion)
    {
        using Transacted one = new(serverVersion: serverVersion);
        ProducerStart producer = one.Start(timeoutMs: 15_000);
        one.Add(producer, version: 0);
        long begun = one.Describe().TransactionStartTimeMs;
        one.Advance(14_000);
        Assert.Equal("Ongoing", one.Describe().TransactionState);
        one.Advance(12_000);
        TransactionMarker marker = one.Markers.Take();
        Assert.Equal((false, (short)1), (marker.IsCommit, marker.ProducerEpoch));
        marker.Answer([MarkerOutcome.Written]);
        one.Advance(1);
        DescribeTransactionsResponse.TransactionStateData ended = one.Describe();
        Assert.Equal(("CompleteAbort", (short)1, begun),
            (ended.TransactionState, ended.ProducerEpoch, ended.TransactionStartTimeMs));
        Assert.Equal(ErrorCode.ProducerFenced, one.End(producer, isCommit: true, version: 0).Error);
        Assert.Contains(
            one.Lines.Lines, line => line.Contains("pins the last stable offset of t-0", StringComparison.Ordinal));
    }

    [Fact]
    public void A_producer_of_the_second_protocol_that_timed_out_takes_its_abort_for_its_own()
    {
        using Transacted one = new();
        ProducerStart producer = one.Start(timeoutMs: 1000);
        one.Add(producer);
        one.Advance(10_500);
        one.Markers.AnswerAll();
        one.Advance(1);
        Assert.Equal(new ProducerStart(ErrorCode.None, 1000, 1), one.End(producer, isCommit: false));
        Assert.Equal(ErrorCode.InvalidTxnState, one.End(producer, isCommit: true).Error);
    }

    [Fact]
    public void Many_are_aborted_in_one_sweep_over_several_batches()
    {
        using Transacted one = new();
        one.Log.BatchBytesMax = 500;
        for (int at = 0; at < 30; at++)
        {
            one.Add(one.Start($"id-{at}", timeoutMs: 1000), $"id-{at}");
        }

        one.Advance(10_500);
        Assert.Equal(30, one.Markers.Held.Count);
        one.Markers.AnswerAll();
        one.Advance(100);
        Assert.All(one.List().TransactionStates, state => Assert.Equal("CompleteAbort", state.TransactionState));
    }

    [Fact]
    public void A_sweep_that_fails_half_way_is_finished_by_the_next()
    {
        using Transacted one = new();
        one.Log.BatchBytesMax = 500;
        for (int at = 0; at < 20; at++)
        {
            one.Add(one.Start($"id-{at}", timeoutMs: 1000), $"id-{at}");
        }

        one.Log.Failures.Enqueue(ErrorCode.None);
        one.Log.Failures.Enqueue(ErrorCode.None);
        one.Log.Failures.Enqueue(ErrorCode.NotEnoughReplicas);
        one.Advance(10_500);
        one.Advance(20_000);
        one.Markers.AnswerAll();
        one.Advance(100);
        Assert.All(one.List().TransactionStates, state => Assert.Equal("CompleteAbort", state.TransactionState));
    }

    [Fact]
    public void A_decided_transaction_whose_marker_is_not_taken_is_told_of()
    {
        using Transacted one = new();
        ProducerStart producer = one.Start(timeoutMs: 5000);
        one.Add(producer);
        one.End(producer, isCommit: true);
        one.Advance(25_000);
        Assert.Contains(
            one.Lines.Lines,
            line => line.StartsWith("Warn", StringComparison.Ordinal)
                && line.Contains("still pins the last stable offset of t-0", StringComparison.Ordinal));
    }

    [Fact]
    public void Idle_ids_are_forgotten_and_open_ones_are_not()
    {
        using Transacted one = new(new TransactionOptions
        {
            ExpirationMs = 100_000, ExpirationIntervalMs = 10_000, AllowsTwoPhase = true,
        });
        one.Start("idle");
        one.Add(one.Start("open", timeoutMs: 0, twoPhase: true), "open");
        one.Advance(95_000);
        Assert.Equal(2, one.List().TransactionStates.Length);
        one.Advance(20_000);
        Assert.Equal("open", Assert.Single(one.List().TransactionStates).TransactionalId);
        Assert.Equal((short)ErrorCode.TransactionalIdNotFound, one.Describe("idle").ErrorCode);
        one.Reload();
        Assert.Single(one.List().TransactionStates);
        Assert.Equal(1002, one.Start("idle").ProducerId);
    }

    [Fact]
    public void Lists_are_filtered_by_state_producer_duration_and_pattern()
    {
        using Transacted one = new();
        one.Add(one.Start("open-a"), "open-a");
        one.Advance(5000);
        one.Add(one.Start("open-b"), "open-b");
        one.Start("empty");
        Assert.Equal(["empty", "open-a", "open-b"], Ids(new()));
        Assert.Equal(["open-a", "open-b"], Ids(new() { StateFilters = ["Ongoing"] }));
        Assert.Equal(["open-b"], Ids(new() { ProducerIdFilters = [1001] }));
        Assert.Equal(["open-a"], Ids(new() { StateFilters = ["Ongoing"], DurationFilter = 3000 }));
        Assert.Equal(["open-a", "open-b"], Ids(new() { TransactionalIdPattern = "open-.*" }));
        Assert.Empty(Ids(new() { TransactionalIdPattern = "open" }));
        Assert.Equal(["empty"], Ids(new() { TransactionalIdPattern = "empty|none" }));
        ListTransactionsResponse unknown = one.List(new() { StateFilters = ["Ongoing", "Odd"] });
        Assert.Equal(["Odd"], unknown.UnknownStateFilters);
        Assert.Equal(2, unknown.TransactionStates.Length);
        Assert.Equal(
            (short)ErrorCode.InvalidRegularExpression, one.List(new() { TransactionalIdPattern = "(" }).ErrorCode);

        string[] Ids(ListTransactionsRequest request) =>
            [.. one.List(request).TransactionStates.Select(state => state.TransactionalId).Order()];
    }

    [Fact]
    public void Counts_tell_of_what_is_open_and_since_when()
    {
        using Transacted one = new();
        ProducerStart a = one.Start("a");
        one.Start("b");
        one.Add(a, "a");
        long begun = one.Describe("a").TransactionStartTimeMs;
        Assert.Equal(new TransactionCounts(2, 1, 0, begun), Count());
        one.End(a, isCommit: true, "a");
        Assert.Equal(new TransactionCounts(2, 0, 1, begun), Count());
        one.Markers.AnswerAll();
        one.Advance(1);
        Assert.Equal(new TransactionCounts(2, 0, 0, long.MaxValue), Count());

        TransactionCounts? Count() => one.Ask<TransactionCounts?>(take => one.Coordinator.Count(0, take)).Value;
    }

    [Fact]
    public void Whoever_does_not_coordinate_says_so_and_whoever_loads_too()
    {
        using Transacted one = new(leads: false);
        Assert.Equal(ErrorCode.NotCoordinator, one.Start().Error);
        Assert.Equal((short)ErrorCode.NotCoordinator, one.Describe().ErrorCode);
        Assert.Equal(0, one.List().ErrorCode);
        one.Lead();
        ProducerStart producer = one.Start();
        one.Resign();
        one.Log.HoldsReads = true;
        one.Lead();
        Assert.Equal(ErrorCode.CoordinatorLoadInProgress, one.Start().Error);
        Assert.Equal(ErrorCode.CoordinatorLoadInProgress, one.Add(producer));
        Assert.Equal([ErrorCode.CoordinatorLoadInProgress], one.Verify(producer, Transacted.P0));
        Assert.Equal((short)ErrorCode.CoordinatorLoadInProgress, one.List().ErrorCode);
        Assert.Equal((short)ErrorCode.InvalidRequest, one.Describe("").ErrorCode);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    public void Records_have_the_version_of_the_feature_level(short serverVersion, short valueVersion)
    {
        using Transacted one = new(serverVersion: serverVersion);
        one.Add(one.Start());
        byte[] batch = one.Log.Batches[^1];
        RecordReading.Single(batch, out byte[] key, out byte[] value);
        Assert.True(CoordinatorRecordFormat.TryDecode(
            Protocol.RecordLog.TransactionState, key, value, true, out CoordinatorRecord? record, out _));
        Assert.Equal(valueVersion, record.ValueVersion);
        TransactionLogValue decoded = Assert.IsType<TransactionLogValue>(record.Value);
        Assert.Equal((sbyte)1, decoded.TransactionStatus);
        Assert.Equal(valueVersion == 0 ? 0 : 2, decoded.ClientTransactionVersion);
        Assert.Equal(valueVersion == 0 ? -1 : 1000, decoded.PreviousProducerId);
    }
}
