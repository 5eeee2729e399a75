using Millrace.Coordination.Transactions;
using Millrace.Protocol;

namespace Millrace.Coordination.Tests.Transactions;

public sealed class ProducerStartTests
{
    [Fact]
    public void A_new_id_gets_a_producer_id_and_epoch_0()
    {
        using Transacted one = new();
        Assert.Equal(new ProducerStart(ErrorCode.None, 1000, 0), one.Start());
        Assert.Equal(new ProducerStart(ErrorCode.None, 1001, 0), one.Start("y"));
        Assert.Equal("Empty", one.Describe().TransactionState);
        Assert.Equal(-1, one.Describe().TransactionStartTimeMs);
    }

    [Fact]
    public void Every_start_raises_the_epoch_and_fences_the_producer_before()
    {
        using Transacted one = new();
        ProducerStart first = one.Start();
        Assert.Equal(new ProducerStart(ErrorCode.None, 1000, 1), one.Start());
        Assert.Equal(ErrorCode.ProducerFenced, one.Add(first));
        Assert.Equal(ErrorCode.ProducerFenced, one.End(first, isCommit: true).Error);
        Assert.Equal(ErrorCode.ProducerFenced, one.End(first, isCommit: true, version: 0).Error);
        Assert.Equal([ErrorCode.ProducerFenced], one.Verify(first, Transacted.P0));
    }

    [Fact]
    public void A_start_that_can_not_be_is_refused()
    {
        using Transacted one = new();
        Assert.Equal(ErrorCode.InvalidRequest, one.Start("").Error);
        Assert.Equal(ErrorCode.InvalidTransactionTimeout, one.Start(timeoutMs: 0).Error);
        Assert.Equal(ErrorCode.InvalidTransactionTimeout, one.Start(timeoutMs: 900_001).Error);
        Assert.Equal(ErrorCode.TransactionalIdAuthorizationFailed, one.Start(twoPhase: true).Error);
        Assert.Equal(ErrorCode.UnsupportedVersion, one.Start(keeps: true).Error);
        Assert.Equal(0, one.Log.EndOffset);
        one.Ids.IsEmpty = true;
        Assert.Equal(ErrorCode.CoordinatorLoadInProgress, one.Start().Error);
    }

    [Fact]
    public void A_two_phase_transaction_has_no_timeout()
    {
        using Transacted one = new(new TransactionOptions { AllowsTwoPhase = true });
        ProducerStart producer = one.Start(timeoutMs: 0, twoPhase: true);
        Assert.Equal(int.MaxValue, one.Describe().TransactionTimeoutMs);
        one.Add(producer);
        one.Advance(2_000_000);
        Assert.Equal("Ongoing", one.Describe().TransactionState);
    }

    [Fact]
    public void A_start_over_an_open_transaction_aborts_it_first()
    {
        using Transacted one = new();
        ProducerStart first = one.Start();
        one.Add(first);
        Assert.Equal(ErrorCode.ConcurrentTransactions, one.Start().Error);
        Assert.Equal("PrepareAbort", one.Describe().TransactionState);
        TransactionMarker marker = one.Markers.Take();
        Assert.False(marker.IsCommit);
        Assert.Equal((1000, (short)1), (marker.ProducerId, marker.ProducerEpoch));
        Assert.Equal(ErrorCode.ConcurrentTransactions, one.Start().Error);
        marker.Answer([MarkerOutcome.Written]);
        one.Advance(1);
        Assert.Equal("CompleteAbort", one.Describe().TransactionState);
        Assert.Equal(new ProducerStart(ErrorCode.None, 1000, 2), one.Start());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_fencing_marker_has_the_next_epoch_whatever_the_version(short serverVersion)
    {
        using Transacted one = new(serverVersion: serverVersion);
        ProducerStart first = one.Start();
        one.Add(first, version: 0);
        one.Start();
        TransactionMarker marker = one.Markers.Take();
        Assert.Equal(1, marker.ProducerEpoch);
        Assert.Equal(serverVersion == 2 ? 2 : 0, marker.TransactionVersion);
    }

    [Fact]
    public void A_producer_that_goes_on_is_given_the_next_epoch_and_the_same_when_it_asks_again()
    {
        using Transacted one = new();
        ProducerStart first = one.Start();
        ProducerStart second = one.Start(expected: (first.ProducerId, first.Epoch));
        Assert.Equal(1, second.Epoch);
        Assert.Equal(second, one.Start(expected: (first.ProducerId, first.Epoch)));
        ProducerStart third = one.Start(expected: (second.ProducerId, second.Epoch));
        Assert.Equal(2, third.Epoch);
        Assert.Equal(ErrorCode.ProducerFenced, one.Start(expected: (first.ProducerId, first.Epoch)).Error);
        Assert.Equal(ErrorCode.ProducerFenced, one.Start(expected: (77, third.Epoch)).Error);
    }

    [Fact]
    public void After_another_producer_a_repetition_is_fenced()
    {
        using Transacted one = new();
        ProducerStart first = one.Start();
        one.Start(expected: (first.ProducerId, first.Epoch));
        one.Start();
        Assert.Equal(ErrorCode.ProducerFenced, one.Start(expected: (first.ProducerId, first.Epoch)).Error);
    }

    [Fact]
    public void A_producer_that_names_an_id_unknown_here_gets_a_new_one()
    {
        using Transacted one = new();
        Assert.Equal(new ProducerStart(ErrorCode.None, 1000, 0), one.Start(expected: (77, 5)));
    }

    [Fact]
    public void Used_up_epochs_give_a_new_producer_id()
    {
        using Transacted one = new();
        one.LoadState(TransactionState.CompleteCommit, short.MaxValue - 1);
        Assert.Equal(new ProducerStart(ErrorCode.None, 1000, 0), one.Start());
    }

    [Fact]
    public void A_producer_with_used_up_epochs_goes_on_with_a_new_id_and_may_ask_again()
    {
        using Transacted one = new();
        one.LoadState(TransactionState.CompleteCommit, short.MaxValue - 1);
        ProducerStart next = one.Start(expected: (7, short.MaxValue - 1));
        Assert.Equal(new ProducerStart(ErrorCode.None, 1000, 0), next);
        Assert.Equal(next, one.Start(expected: (7, short.MaxValue - 1)));
        Assert.Equal(ErrorCode.ProducerFenced, one.Start(expected: (7, short.MaxValue - 2)).Error);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Fencing_may_use_the_last_epoch_and_the_next_start_changes_the_id(short serverVersion)
    {
        using Transacted one = new(serverVersion: serverVersion);
        one.LoadState(TransactionState.Ongoing, short.MaxValue - 1);
        Assert.Equal(ErrorCode.ConcurrentTransactions, one.Start().Error);
        TransactionMarker marker = one.Markers.Take();
        Assert.Equal((7L, short.MaxValue), (marker.ProducerId, marker.ProducerEpoch));
        marker.Answer([MarkerOutcome.Written]);
        one.Advance(1);
        ProducerStart next = one.Start();
        Assert.Equal((ErrorCode.None, 1000L), (next.Error, next.ProducerId));
        Assert.Equal(serverVersion == 2 ? 1 : 0, next.Epoch);
    }

    [Fact]
    public void Without_an_id_for_used_up_epochs_the_client_tries_again()
    {
        using Transacted one = new();
        one.LoadState(TransactionState.Ongoing, short.MaxValue - 1);
        one.Ids.IsEmpty = true;
        Assert.Equal(ErrorCode.CoordinatorLoadInProgress, one.Start().Error);
        Assert.Equal(
            ErrorCode.CoordinatorLoadInProgress,
            one.End(new(ErrorCode.None, 7, short.MaxValue - 1), isCommit: true).Error);
        Assert.Equal("Ongoing", one.Describe().TransactionState);
    }
}
