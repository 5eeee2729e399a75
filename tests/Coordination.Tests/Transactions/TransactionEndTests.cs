using Millrace.Coordination.Runtime;
using Millrace.Coordination.Transactions;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Tests.Transactions;

public sealed class TransactionEndTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_first_protocol_ends_with_the_epoch_of_the_transaction(bool isCommit)
    {
        using Transacted one = new();
        ProducerStart producer = one.Start();
        Assert.Equal(ErrorCode.None, one.Add(producer, version: 0, partitions: [Transacted.P0, Transacted.P1]));
        Assert.Equal(producer, one.End(producer, isCommit, version: 0));
        TransactionMarker marker = one.Markers.Take();
        Assert.Equal(
            (isCommit, (short)0, (short)0), (marker.IsCommit, marker.ProducerEpoch, marker.TransactionVersion));
        Assert.Equal([Transacted.P0, Transacted.P1], marker.Partitions);
        Assert.Equal(ErrorCode.ConcurrentTransactions, one.End(producer, isCommit, version: 0).Error);
        Assert.Equal(ErrorCode.ConcurrentTransactions, one.Add(producer, version: 0));
        marker.Answer([MarkerOutcome.Written, MarkerOutcome.Written]);
        one.Advance(1);
        Assert.Equal(isCommit ? "CompleteCommit" : "CompleteAbort", one.Describe().TransactionState);
        Assert.Empty(one.Describe().Topics);
        Assert.Equal(producer, one.End(producer, isCommit, version: 0));
        Assert.Equal(ErrorCode.InvalidTxnState, one.End(producer, !isCommit, version: 0).Error);
        Assert.Empty(one.Markers.Held);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_second_protocol_raises_the_epoch_with_every_end(bool isCommit)
    {
        using Transacted one = new();
        ProducerStart producer = one.Start();
        one.Add(producer);
        ProducerStart next = one.End(producer, isCommit);
        Assert.Equal(new ProducerStart(ErrorCode.None, 1000, 1), next);
        TransactionMarker marker = one.Markers.Take();
        Assert.Equal(
            (isCommit, (short)1, (short)2), (marker.IsCommit, marker.ProducerEpoch, marker.TransactionVersion));
        Assert.Equal(ErrorCode.ConcurrentTransactions, one.End(producer, isCommit).Error);
        Assert.Equal(ErrorCode.ConcurrentTransactions, one.Add(next));
        marker.Answer([MarkerOutcome.Written]);
        one.Advance(1);
        Assert.Equal(next, one.End(producer, isCommit));
        Assert.Equal(ErrorCode.InvalidTxnState, one.End(producer, !isCommit).Error);
        Assert.Equal(ErrorCode.None, one.Add(next));
        Assert.Equal(ErrorCode.ProducerFenced, one.End(producer, isCommit).Error);
        Assert.Equal(2, one.End(next, isCommit).Epoch);
    }

    [Fact]
    public void The_markers_of_a_turn_go_out_before_any_of_its_ends_is_answered()
    {
        using Transacted one = new();
        ProducerStart x = one.Start();
        ProducerStart y = one.Start("y");
        one.Add(x);
        one.Add(y, "y");
        List<int> sent = [];
        one.Coordinator.End(
            Transacted.Id, new(x.ProducerId, x.Epoch), isCommit: true, 2, _ => sent.Add(one.Markers.Held.Count));
        one.Coordinator.End("y", new(y.ProducerId, y.Epoch), isCommit: true, 2, _ => sent.Add(one.Markers.Held.Count));
        one.Advance(1);
        Assert.Equal([2, 2], sent);
        Assert.Equal(2, one.Markers.Counts[^1]);
    }

    [Fact]
    public void A_repetition_is_recognised_after_a_restart()
    {
        using Transacted one = new();
        ProducerStart producer = one.Start();
        one.Add(producer);
        ProducerStart next = one.End(producer, isCommit: true);
        one.Markers.AnswerAll();
        one.Advance(1);
        one.Reload();
        Assert.Equal(next, one.End(producer, isCommit: true));
    }

    [Fact]
    public void Only_an_abort_may_end_what_never_began_and_only_in_the_second_protocol()
    {
        using Transacted one = new();
        ProducerStart producer = one.Start();
        Assert.Equal(ErrorCode.InvalidTxnState, one.End(producer, isCommit: true, version: 0).Error);
        Assert.Equal(ErrorCode.InvalidTxnState, one.End(producer, isCommit: false, version: 0).Error);
        Assert.Equal(ErrorCode.InvalidTxnState, one.End(producer, isCommit: true).Error);
        ProducerStart second = one.End(producer, isCommit: false);
        one.Advance(1);
        Assert.Equal("CompleteAbort", one.Describe().TransactionState);
        ProducerStart third = one.End(second, isCommit: false);
        Assert.Equal(new ProducerStart(ErrorCode.None, 1000, 2), third);
        one.Advance(1);
        one.Add(third);
        ProducerStart fourth = one.End(third, isCommit: true);
        one.Markers.AnswerAll();
        one.Advance(1);
        Assert.Equal(ErrorCode.InvalidTxnState, one.End(fourth, isCommit: true).Error);
        Assert.Equal(4, one.End(fourth, isCommit: false).Epoch);
        Assert.Empty(one.Markers.Held);
    }

    [Fact]
    public void The_end_with_the_last_epoch_gives_a_new_id_and_can_be_repeated()
    {
        using Transacted one = new();
        one.LoadState(TransactionState.Ongoing, short.MaxValue - 1);
        ProducerStart old = new(ErrorCode.None, 7, short.MaxValue - 1);
        ProducerStart next = one.End(old, isCommit: true);
        Assert.Equal(new ProducerStart(ErrorCode.None, 1000, 0), next);
        Assert.Equal(ErrorCode.ConcurrentTransactions, one.Add(next));
        TransactionMarker marker = one.Markers.Take();
        Assert.Equal((7L, short.MaxValue), (marker.ProducerId, marker.ProducerEpoch));
        one.Reload();
        one.Markers.AnswerAll();
        one.Advance(1);
        Assert.Equal(next, one.End(old, isCommit: true));
        Assert.Equal(ErrorCode.InvalidTxnState, one.End(old, isCommit: false).Error);
        Assert.Equal(ErrorCode.None, one.Add(next));
        Assert.Equal(ErrorCode.InvalidProducerIdMapping, one.End(old, isCommit: true).Error);
    }

    [Fact]
    public void Whom_nobody_knows_is_told_so()
    {
        using Transacted one = new();
        ProducerStart stranger = new(ErrorCode.None, 5, 0);
        Assert.Equal(ErrorCode.InvalidProducerIdMapping, one.Add(stranger));
        Assert.Equal(ErrorCode.InvalidProducerIdMapping, one.End(stranger, isCommit: true).Error);
        Assert.Equal([ErrorCode.InvalidProducerIdMapping], one.Verify(stranger, Transacted.P0));
        one.Start();
        Assert.Equal(ErrorCode.InvalidProducerIdMapping, one.Add(stranger));
        Assert.Equal(ErrorCode.InvalidProducerIdMapping, one.End(stranger, isCommit: true, version: 0).Error);
        Assert.Equal(ErrorCode.InvalidRequest, one.Add(stranger, ""));
        Assert.Equal(ErrorCode.InvalidRequest, one.End(stranger, isCommit: true, "").Error);
    }

    [Fact]
    public void Partitions_are_verified_against_the_open_transaction()
    {
        using Transacted one = new();
        ProducerStart producer = one.Start();
        Assert.Equal([ErrorCode.TransactionAbortable], one.Verify(producer, Transacted.P0));
        one.Add(producer);
        Assert.Equal(
            [ErrorCode.TransactionAbortable, ErrorCode.None], one.Verify(producer, Transacted.P1, Transacted.P0));
        one.End(producer, isCommit: true, version: 0);
        Assert.Equal([ErrorCode.ConcurrentTransactions], one.Verify(producer, Transacted.P0));
        one.Markers.AnswerAll();
        one.Advance(1);
        Assert.Equal([ErrorCode.TransactionAbortable], one.Verify(producer, Transacted.P0));
    }

    [Fact]
    public void What_is_in_the_transaction_already_is_not_written_again()
    {
        using Transacted one = new();
        ProducerStart producer = one.Start();
        one.Add(producer, partitions: [Transacted.P0, Transacted.P1]);
        long end = one.Log.EndOffset;
        Assert.Equal(ErrorCode.None, one.Add(producer, partitions: [Transacted.P1]));
        Assert.Equal(end, one.Log.EndOffset);
        long begun = one.Describe().TransactionStartTimeMs;
        one.Advance(1000);
        Assert.Equal(ErrorCode.None, one.Add(producer, partitions: [new("u", 3)]));
        Assert.Equal(begun, one.Describe().TransactionStartTimeMs);
        DescribeTransactionsResponse.TransactionStateData described = one.Describe();
        Assert.Equal(["t", "u"], described.Topics.Select(topic => topic.Topic));
        Assert.Equal([0, 1], described.Topics[0].Partitions);
    }

    [Fact]
    public void No_answer_and_no_marker_leaves_before_the_decision_is_committed()
    {
        using Transacted one = new();
        ProducerStart producer = one.Start();
        one.Add(producer);
        one.Log.CommitsAtOnce = false;
        Answer<ProducerStart> end = one.AskEnd(producer, isCommit: true);
        Assert.False(end.IsThere);
        Assert.Empty(one.Markers.Held);
        one.Log.CommitTo(one.Log.EndOffset);
        one.Loop.RunTurn();
        Assert.Equal(ErrorCode.None, end.Value.Error);
        Assert.Single(one.Markers.Held);
    }

    [Fact]
    public void A_decision_whose_commit_takes_too_long_for_its_client_still_comes_to_its_end()
    {
        using Transacted one = new();
        ProducerStart producer = one.Start();
        one.Add(producer);
        one.Log.CommitsAtOnce = false;
        Answer<ProducerStart> end = one.AskEnd(producer, isCommit: true);
        one.Advance(6000);
        Assert.Equal(ErrorCode.CoordinatorNotAvailable, end.Value.Error);
        Assert.Empty(one.Markers.Held);
        one.Log.CommitsAtOnce = true;
        one.Log.CommitTo(one.Log.EndOffset);
        one.Advance(10_000);
        one.Markers.AnswerAll();
        one.Advance(100);
        Assert.Equal("CompleteCommit", one.Describe().TransactionState);
    }

    [Fact]
    public void A_decision_that_can_not_be_written_is_none()
    {
        using Transacted one = new();
        ProducerStart producer = one.Start();
        one.Add(producer);
        one.Log.Failures.Enqueue(ErrorCode.NotEnoughReplicas);
        Assert.Equal(ErrorCode.CoordinatorNotAvailable, one.End(producer, isCommit: true).Error);
        Assert.Equal("Ongoing", one.Describe().TransactionState);
        one.Advance(5000);
        Assert.Empty(one.Markers.Held);
        Assert.Equal(1, one.End(producer, isCommit: false).Epoch);
        Assert.False(one.Markers.Take().IsCommit);
    }

    [Fact]
    public void The_record_of_the_end_is_written_again_until_it_is_there()
    {
        using Transacted one = new();
        ProducerStart producer = one.Start();
        one.Add(producer);
        one.End(producer, isCommit: true);
        one.Log.Failures.Enqueue(ErrorCode.NotEnoughReplicas);
        one.Log.Failures.Enqueue(ErrorCode.NotEnoughReplicas);
        one.Markers.AnswerAll();
        one.Loop.RunTurn();
        one.Loop.RunTurn();
        Assert.Equal("PrepareCommit", one.Describe().TransactionState);
        one.Advance(1000);
        Assert.Equal("CompleteCommit", one.Describe().TransactionState);
        Assert.Empty(one.Markers.Held);
    }

    [Fact]
    public void Markers_go_again_to_those_who_did_not_take_them()
    {
        using Transacted one = new();
        ProducerStart producer = one.Start();
        one.Add(producer, partitions: [Transacted.P0, Transacted.P1, new("u", 0)]);
        one.End(producer, isCommit: true);
        one.Markers.Take().Answer([MarkerOutcome.Unknown, MarkerOutcome.Written, MarkerOutcome.Gone]);
        one.Advance(1000);
        TransactionMarker again = one.Markers.Take();
        Assert.Equal([Transacted.P0], again.Partitions);
        Assert.Equal([0], Assert.Single(one.Describe().Topics).Partitions);
        again.Answer([MarkerOutcome.Fenced]);
        one.Advance(5000);
        Assert.Contains(one.Lines.Lines, line => line.Contains("fenced", StringComparison.Ordinal));
        one.Markers.Take().Answer([MarkerOutcome.Written]);
        one.Advance(1);
        Assert.Equal("CompleteCommit", one.Describe().TransactionState);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_begins_the_next_transaction_may_wait_for_the_end_of_the_last(bool comesInTime)
    {
        using Transacted one = new();
        ProducerStart producer = one.Start();
        one.Add(producer);
        ProducerStart next = one.End(producer, isCommit: true);
        Answer<ErrorCode> added = one.Ask<ErrorCode>(take => one.Coordinator.AddPartitions(
            Transacted.Id, new Producer(next.ProducerId, next.Epoch), [Transacted.P1], 2, take, waitMs: 100));
        one.Advance(90);
        Assert.False(added.IsThere);
        if (comesInTime)
        {
            one.Markers.AnswerAll();
        }

        one.Advance(20);
        Assert.Equal(comesInTime ? ErrorCode.None : ErrorCode.ConcurrentTransactions, added.Value);
        Assert.Equal(comesInTime ? "Ongoing" : "PrepareCommit", one.Describe().TransactionState);
    }

    [Fact]
    public void Who_waits_for_an_end_when_the_partition_goes_is_told()
    {
        using Transacted one = new();
        ProducerStart producer = one.Start();
        one.Add(producer);
        one.End(producer, isCommit: true);
        Answer<ErrorCode> added = one.Ask<ErrorCode>(take => one.Coordinator.AddPartitions(
            Transacted.Id, new Producer(producer.ProducerId, 1), [Transacted.P1], 2, take, waitMs: 100));
        one.Resign();
        Assert.Equal(ErrorCode.NotCoordinator, added.Value);
    }

    [Fact]
    public void Markers_of_one_turn_go_out_together()
    {
        using Transacted one = new();
        string[] ids = ["a", "b", "c"];
        ProducerStart[] producers = Array.ConvertAll(ids, id => one.Start(id));
        for (int at = 0; at < ids.Length; at++)
        {
            one.Add(producers[at], ids[at]);
        }

        for (int at = 0; at < ids.Length; at++)
        {
            one.Coordinator.End(
                ids[at], new Producer(producers[at].ProducerId, producers[at].Epoch), true, 2, _ => { });
        }

        one.Markers.Counts.Clear();
        one.Loop.RunTurn();
        Assert.Equal([3], one.Markers.Counts);
    }

    [Theory]
    [InlineData(TransactionState.PrepareCommit)]
    [InlineData(TransactionState.PrepareAbort)]
    public void What_was_decided_before_a_restart_is_brought_to_its_end(TransactionState state)
    {
        using Transacted one = new();
        one.LoadState(state, 5);
        TransactionMarker marker = one.Markers.Take();
        Assert.Equal(
            (7L, (short)5, one.Epoch, state == TransactionState.PrepareCommit),
            (marker.ProducerId, marker.ProducerEpoch, marker.CoordinatorEpoch, marker.IsCommit));
        Assert.Equal(ErrorCode.ConcurrentTransactions, one.Start().Error);
        marker.Answer([MarkerOutcome.Written]);
        one.Advance(1);
        Assert.StartsWith("Complete", one.Describe().TransactionState, StringComparison.Ordinal);
    }

    [Fact]
    public void Loaded_decisions_wait_until_they_are_committed()
    {
        using Transacted one = new();
        ProducerStart producer = one.Start();
        one.Add(producer);
        one.Log.CommitsAtOnce = false;
        one.AskEnd(producer, isCommit: true);
        one.Reload();
        Assert.Empty(one.Markers.Held);
        one.Log.CommitTo(one.Log.EndOffset);
        one.Advance(100);
        Assert.Single(one.Markers.Held);
    }

    [Fact]
    public void Answers_to_markers_of_an_unloaded_partition_change_nothing()
    {
        using Transacted one = new();
        ProducerStart producer = one.Start();
        one.Add(producer);
        one.End(producer, isCommit: true);
        TransactionMarker old = one.Markers.Take();
        one.Reload();
        TransactionMarker current = one.Markers.Take();
        Assert.True(current.CoordinatorEpoch > old.CoordinatorEpoch);
        old.Answer([MarkerOutcome.Written]);
        one.Advance(1000);
        Assert.Equal("PrepareCommit", one.Describe().TransactionState);
        current.Answer([MarkerOutcome.Written]);
        one.Advance(1);
        Assert.Equal("CompleteCommit", one.Describe().TransactionState);
    }
}
