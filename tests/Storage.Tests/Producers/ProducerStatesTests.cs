using Millrace.Protocol.Records;
using Millrace.Storage;

namespace Millrace.Storage.Tests.Producers;

public sealed class ProducerStatesTests
{
    private const long Producer = 7;
    private const long ExpirationMs = 1000;

    private readonly ProducerStates states = new(ExpirationMs);
    private long nextOffset;

    [Fact]
    public void A_batch_that_was_appended_before_is_a_duplicate_with_its_first_answer()
    {
        ProducerBatch first = Append(Batch(0, 4));

        Assert.Equal(ProducerVerdict.Duplicate, Check(Batch(0, 4), out CachedBatch duplicate));
        Assert.Equal(first.FirstOffset, duplicate.FirstOffset);
        Assert.Equal(first.LastOffset, duplicate.LastOffset);
    }

    [Fact]
    public void Five_batches_are_remembered_and_a_sixth_retry_is_out_of_order()
    {
        for (int index = 0; index < 6; index++)
        {
            Append(Batch(index, index));
        }

        Assert.Equal(ProducerVerdict.OutOfOrder, Check(Batch(0, 0), out _));
        for (int index = 1; index < 6; index++)
        {
            Assert.Equal(ProducerVerdict.Duplicate, Check(Batch(index, index), out _));
        }
    }

    [Fact]
    public void The_same_first_sequence_with_another_length_is_no_duplicate()
    {
        Append(Batch(0, 4));
        Assert.Equal(ProducerVerdict.OutOfOrder, Check(Batch(0, 5), out _));
    }

    [Fact]
    public void A_gap_is_out_of_order()
    {
        Append(Batch(0, 4));
        Assert.Equal(ProducerVerdict.OutOfOrder, Check(Batch(6, 6), out _));
        Assert.Equal(ProducerVerdict.Accept, Check(Batch(5, 6), out _));
    }

    [Fact]
    public void Sequences_wrap_to_zero_behind_the_largest()
    {
        Append(Batch(int.MaxValue - 1, int.MaxValue));
        Assert.Equal(ProducerVerdict.OutOfOrder, Check(Batch(1, 1), out _));
        Append(Batch(0, 0));
        Assert.Equal(ProducerVerdict.Duplicate, Check(Batch(int.MaxValue - 1, int.MaxValue), out _));
    }

    [Fact]
    public void A_batch_may_wrap_inside_itself()
    {
        ProducerBatch wrapping = Batch(int.MaxValue, 1) with { LastOffset = nextOffset + 2 };
        Append(wrapping);
        Assert.Equal(ProducerVerdict.Duplicate, Check(wrapping, out _));
        Assert.Equal(ProducerVerdict.Accept, Check(Batch(2, 2), out _));
    }

    [Fact]
    public void An_unknown_producer_may_begin_at_any_sequence() =>
        Assert.Equal(ProducerVerdict.Accept, Check(Batch(41, 42), out _));

    [Fact]
    public void A_new_epoch_begins_at_sequence_zero_and_forgets_the_old_batches()
    {
        Append(Batch(0, 4));
        Assert.Equal(ProducerVerdict.OutOfOrder, Check(Batch(5, 5, epoch: 1), out _));
        Append(Batch(0, 4, epoch: 1));
        Assert.Equal(ProducerVerdict.OldEpoch, Check(Batch(0, 4), out _));
    }

    [Fact]
    public void Coordinators_are_checked_for_epoch_but_keep_no_sequences()
    {
        ProducerBatch commit = Batch(-1, -1, epoch: 3) with { IsTransactional = true };
        Append(commit);
        Assert.Equal(ProducerVerdict.Accept, states.Check(commit, AppendOrigin.Coordinator, out _));
        Assert.Equal(
            ProducerVerdict.OldEpoch, states.Check(commit with { Epoch = 2 }, AppendOrigin.Coordinator, out _));
    }

    [Fact]
    public void Replicated_batches_are_taken_as_they_are()
    {
        Append(Batch(0, 4, epoch: 5));
        Assert.Equal(ProducerVerdict.Accept, states.Check(Batch(9, 9), AppendOrigin.Replication, out _));
    }

    [Fact]
    public void An_open_transaction_holds_the_unstable_offset_until_its_marker_is_below_the_watermark()
    {
        ProducerBatch batch = Append(Batch(0, 4) with { IsTransactional = true });
        Assert.Equal(batch.FirstOffset, states.FirstUnstableOffset);

        CompletedTransaction completed = End(Marker(epoch: 0));
        Assert.Equal(batch.FirstOffset, completed.FirstOffset);
        Assert.Equal(completed.LastOffset + 1, states.LastStableOffsetAfter(completed));
        Assert.Equal(batch.FirstOffset, states.FirstUnstableOffset);

        states.ForgetEndedBelow(completed.LastOffset);
        Assert.Equal(batch.FirstOffset, states.FirstUnstableOffset);
        states.ForgetEndedBelow(completed.LastOffset + 1);
        Assert.Equal(long.MaxValue, states.FirstUnstableOffset);
    }

    [Fact]
    public void The_earliest_of_several_transactions_decides()
    {
        ProducerBatch early = Append(Batch(0, 0) with { IsTransactional = true });
        ProducerBatch late = Append(Batch(0, 0) with { ProducerId = 8, IsTransactional = true });
        CompletedTransaction completed = End(Marker(epoch: 0));
        Assert.Equal(late.FirstOffset, states.LastStableOffsetAfter(completed));
        states.ForgetEndedBelow(nextOffset);
        Assert.Equal(late.FirstOffset, states.FirstUnstableOffset);
        Assert.NotEqual(early.FirstOffset, late.FirstOffset);
    }

    [Fact]
    public void A_plain_batch_inside_an_open_transaction_is_refused()
    {
        Append(Batch(0, 0) with { IsTransactional = true });
        Assert.Equal(ProducerVerdict.NotInTransaction, Check(Batch(1, 1), out _));
    }

    [Fact]
    public void A_marker_of_an_older_epoch_or_coordinator_is_fenced()
    {
        Append(Batch(0, 0, epoch: 4) with { IsTransactional = true });
        Assert.Equal(ProducerVerdict.OldEpoch, states.Check(Marker(epoch: 3), AppendOrigin.Coordinator));
        End(Marker(epoch: 4) with { CoordinatorEpoch = 2 });
        Assert.Equal(
            ProducerVerdict.OldCoordinator,
            states.Check(Marker(epoch: 4) with { CoordinatorEpoch = 1 }, AppendOrigin.Coordinator));
    }

    [Fact]
    public void Version_2_markers_raise_the_epoch_and_may_be_retried()
    {
        Append(Batch(0, 0, epoch: 4) with { IsTransactional = true });
        ProducerMarker sameEpoch = Marker(epoch: 4) with { TransactionVersion = 2 };
        Assert.Equal(ProducerVerdict.OldEpoch, states.Check(sameEpoch, AppendOrigin.Coordinator));

        ProducerMarker raised = Marker(epoch: 5) with { TransactionVersion = 2 };
        Assert.Equal(ProducerVerdict.Accept, states.Check(raised, AppendOrigin.Coordinator));
        End(raised);
        Assert.Equal(ProducerVerdict.Accept, states.Check(raised, AppendOrigin.Coordinator));
        Assert.False(states.Append(raised, out _));

        Assert.True(states.TryGet(Producer, out ProducerEntry? entry));
        Assert.Equal(ProducerSequence.None, entry!.LastSequence);
        Assert.Equal(ProducerVerdict.Accept, Check(Batch(0, 0, epoch: 5), out _));
    }

    [Fact]
    public void At_the_last_epoch_a_version_2_marker_cannot_raise_it()
    {
        Append(Batch(0, 0, epoch: short.MaxValue) with { IsTransactional = true });
        ProducerMarker last = Marker(epoch: short.MaxValue) with { TransactionVersion = 2 };
        Assert.Equal(ProducerVerdict.Accept, states.Check(last, AppendOrigin.Coordinator));
        End(last);

        // A new producer id begins anew; the old one's retries stay what they are.
        Assert.Equal(ProducerVerdict.OldEpoch, Check(Batch(1, 1, epoch: 0), out _));
        Assert.Equal(ProducerVerdict.Duplicate, Check(Batch(0, 0, epoch: short.MaxValue), out _));
    }

    [Fact]
    public void A_transaction_begins_only_with_the_guard_of_its_verification()
    {
        ProducerBatch first = Batch(0, 0) with { IsTransactional = true };
        Assert.Equal(ProducerVerdict.NotInTransaction, Prove(first, default));
        VerificationGuard guard = Verify(firstSequence: 0);
        Assert.False(guard.IsNone);
        Assert.Equal(ProducerVerdict.NotInTransaction, Prove(first, default));
        Assert.Equal(ProducerVerdict.NotInTransaction, Prove(first, new VerificationGuard(guard.Value + 1)));
        Assert.Equal(ProducerVerdict.Accept, Prove(first, guard));
        Assert.Equal(guard, Verify(firstSequence: 0));
        Append(first);

        // Open now: nobody has to be asked, and the guard is used up.
        Assert.True(Verify(firstSequence: 1).IsNone);
        Assert.Equal(ProducerVerdict.Accept, Prove(Batch(1, 1) with { IsTransactional = true }, default));
        End(Marker(epoch: 0));
        Assert.Equal(ProducerVerdict.NotInTransaction, Prove(Batch(1, 1) with { IsTransactional = true }, guard));
    }

    [Fact]
    public void A_marker_takes_the_guard_away_and_the_next_verification_has_another()
    {
        VerificationGuard guard = Verify(firstSequence: 0);
        states.Append(Marker(epoch: 0), out _);
        ProducerBatch late = Batch(0, 0) with { IsTransactional = true };
        Assert.Equal(ProducerVerdict.NotInTransaction, Prove(late, guard));
        VerificationGuard next = Verify(firstSequence: 0);
        Assert.NotEqual(guard, next);
        Assert.Equal(ProducerVerdict.NotInTransaction, Prove(late, guard));
        Assert.Equal(ProducerVerdict.Accept, Prove(late, next));
    }

    [Fact]
    public void A_marker_of_version_2_leaves_the_guard_of_the_next_transaction_and_takes_that_of_its_own()
    {
        Append(Batch(0, 0, epoch: 4) with { IsTransactional = true });
        VerificationGuard next = Verify(firstSequence: 0, epoch: 5, raisesEpoch: true);
        End(Marker(epoch: 5) with { TransactionVersion = 2 });
        ProducerBatch first = Batch(0, 0, epoch: 5) with { IsTransactional = true };
        Assert.Equal(ProducerVerdict.Accept, Prove(first, next));

        states.Append(Marker(epoch: 6) with { TransactionVersion = 2 }, out _);
        Assert.Equal(ProducerVerdict.OldEpoch, Prove(first, next));
        VerificationGuard later = Verify(firstSequence: 0, epoch: 6, raisesEpoch: true);
        Assert.NotEqual(next, later);
    }

    [Fact]
    public void A_marker_of_version_1_takes_the_guard_whatever_its_epoch()
    {
        VerificationGuard guard = Verify(firstSequence: 0, epoch: 1);
        states.Append(Marker(epoch: 1), out _);
        ProducerBatch late = Batch(0, 0, epoch: 1) with { IsTransactional = true };
        Assert.Equal(ProducerVerdict.NotInTransaction, Prove(late, guard));
    }

    [Fact]
    public void An_open_transaction_of_an_older_epoch_proves_nothing()
    {
        Append(Batch(0, 0, epoch: 1) with { IsTransactional = true });
        Assert.Equal(
            ProducerVerdict.NotInTransaction, Prove(Batch(0, 0, epoch: 2) with { IsTransactional = true }, default));
        Assert.Equal(
            ProducerVerdict.OldEpoch, Prove(Batch(0, 0, epoch: 0) with { IsTransactional = true }, default));
        Assert.Equal(
            ProducerVerdict.OldEpoch,
            states.BeginVerification(Producer, 0, 0, raisesEpoch: false, nowMs: 0, out VerificationGuard none));
        Assert.True(none.IsNone);
        Assert.False(Verify(firstSequence: 0, epoch: 2).IsNone);
    }

    [Fact]
    public void A_higher_sequence_does_not_go_before_a_lower_one_that_waits()
    {
        VerificationGuard guard = Verify(firstSequence: 5);
        Assert.Equal(guard, Verify(firstSequence: 3));
        Assert.Equal(guard, Verify(firstSequence: 9));
        Assert.Equal(ProducerVerdict.OutOfOrder, Prove(Batch(5, 5) with { IsTransactional = true }, guard));
        Assert.Equal(ProducerVerdict.Accept, Prove(Batch(3, 4) with { IsTransactional = true }, guard));

        // A new epoch counts anew.
        Verify(firstSequence: 6, epoch: 1);
        Assert.Equal(
            ProducerVerdict.Accept, Prove(Batch(6, 6, epoch: 1) with { IsTransactional = true }, guard));
    }

    [Fact]
    public void Under_version_2_a_producer_that_is_new_here_begins_with_sequence_0()
    {
        VerificationGuard guard = Verify(firstSequence: 4, raisesEpoch: true);
        Assert.Equal(ProducerVerdict.OutOfOrder, Prove(Batch(4, 4) with { IsTransactional = true }, guard));
        Verify(firstSequence: 0, raisesEpoch: true);
        Assert.Equal(ProducerVerdict.Accept, Prove(Batch(0, 4) with { IsTransactional = true }, guard));
    }

    [Fact]
    public void Verifications_that_nobody_came_back_for_are_forgotten()
    {
        VerificationGuard guard = Verify(firstSequence: 0);
        states.ForgetExpired(ExpirationMs - 1);
        Assert.Equal(guard, Verify(firstSequence: 0));
        states.ForgetExpired(ExpirationMs);
        Assert.NotEqual(guard, Verify(firstSequence: 0));
    }

    [Fact]
    public void Idle_producers_expire_by_record_time_but_not_with_an_open_transaction()
    {
        Append(Batch(0, 0) with { MaxTimestamp = 100 });
        Append(Batch(0, 0) with { ProducerId = 8, MaxTimestamp = 100, IsTransactional = true });
        states.ForgetExpired(100 + ExpirationMs - 1);
        Assert.Equal(2, states.Count);
        states.ForgetExpired(100 + ExpirationMs);
        Assert.False(states.TryGet(Producer, out _));
        Assert.True(states.TryGet(8, out _));
    }

    [Fact]
    public void A_restored_producer_goes_on_where_it_was()
    {
        CachedBatch last = new(LastSequence: 9, LastOffset: 109, OffsetDelta: 4, Timestamp: 50);
        states.Restore(new RestoredProducer(Producer, 2, 1, 50, 100, last), nowMs: 60);
        Assert.Equal(100, states.FirstUnstableOffset);
        Assert.Equal(ProducerVerdict.Duplicate, Check(Batch(5, 9, epoch: 2) with { IsTransactional = true }, out _));
        Assert.Equal(ProducerVerdict.Accept, Check(Batch(10, 10, epoch: 2) with { IsTransactional = true }, out _));
    }

    [Fact]
    public void Appending_allocates_nothing_once_a_producer_is_known()
    {
        Append(Batch(0, 0) with { IsTransactional = true });
        End(Marker(epoch: 0));
        states.ForgetEndedBelow(nextOffset);
        Assert.Equal(0, Allocations.LeastOf(() =>
        {
            for (int index = 1; index <= 1000; index++)
            {
                ProducerBatch batch = Batch(index, index) with { IsTransactional = true };
                Check(batch, out _);
                Append(batch);
                End(Marker(epoch: 0));
                states.ForgetEndedBelow(nextOffset);
            }
        }));
    }

    private VerificationGuard Verify(int firstSequence, short epoch = 0, bool raisesEpoch = false)
    {
        Assert.Equal(
            ProducerVerdict.Accept,
            states.BeginVerification(Producer, epoch, firstSequence, raisesEpoch, 0, out VerificationGuard guard));
        return guard;
    }

    private ProducerVerdict Prove(in ProducerBatch batch, VerificationGuard guard) =>
        states.Check(batch, AppendOrigin.Client, new TransactionProof(true, guard), out _);

    private ProducerVerdict Check(in ProducerBatch batch, out CachedBatch duplicate) =>
        states.Check(batch, AppendOrigin.Client, out duplicate);

    private ProducerBatch Batch(int firstSequence, int lastSequence, short epoch = 0) =>
        new(Producer, epoch, firstSequence, lastSequence, nextOffset,
            nextOffset + Math.Max(0, lastSequence - firstSequence), 0, false);

    private ProducerMarker Marker(short epoch) => new(Producer, epoch, 0, nextOffset, 0, false, 1);

    private ProducerBatch Append(ProducerBatch batch)
    {
        states.Append(batch);
        nextOffset = batch.LastOffset + 1;
        return batch;
    }

    private CompletedTransaction End(in ProducerMarker marker)
    {
        Assert.True(states.Append(marker, out CompletedTransaction completed));
        nextOffset++;
        return completed;
    }
}
