using Millrace.Coordination.Groups;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;

namespace Millrace.Coordination.Tests.Groups;

/// <summary>Offsets that are committed within producers' transactions, and the markers that decide on them.</summary>
public sealed class TransactionalOffsetTests
{
    private const long Day = 24L * 60 * 60 * 1000;

    [Fact]
    public void A_commit_and_its_marker_are_batches_of_their_producer()
    {
        using Coordinated one = new();
        one.CommitInTransaction(50, 9);
        RecordBatch commit = new(one.Log.Batches[^1]);
        Assert.True(commit.IsTransactional && !commit.IsControl);
        Assert.Equal((50L, (short)0, 0), (commit.ProducerId, commit.ProducerEpoch, commit.BaseSequence));
        one.EndTransaction(50, isCommit: true);
        RecordBatch marker = new(one.Log.Batches[^1]);
        Assert.True(marker.IsTransactional && marker.IsControl);
        Assert.Equal((50L, (short)0, -1), (marker.ProducerId, marker.ProducerEpoch, marker.BaseSequence));
    }

    [Theory]
    [InlineData((short)5, ErrorCode.IllegalGeneration)]
    [InlineData((short)6, ErrorCode.GroupIdNotFound)]
    public void A_member_of_a_group_that_is_not_there_is_told_in_the_words_of_its_version(
        short version, ErrorCode told)
    {
        using Coordinated one = new();
        Assert.Equal(told, one.CommitInTransaction(50, 1, "m", 3, version: version));
        Assert.Equal(ErrorCode.None, one.CommitInTransaction(50, 1, version: version));
    }

    [Fact]
    public void A_marker_that_the_log_refuses_decides_nothing()
    {
        using Coordinated one = new();
        one.CommitInTransaction(50, 9);
        one.Log.Failures.Enqueue(ErrorCode.TransactionCoordinatorFenced);
        Assert.Equal(ErrorCode.TransactionCoordinatorFenced, one.EndTransaction(50, isCommit: true));
        Assert.Equal(Code(ErrorCode.UnstableOffsetCommit), one.Fetch(requireStable: true).ErrorCode);
        Assert.Equal(-1, one.Fetch().CommittedOffset);
        Assert.Equal(ErrorCode.None, one.EndTransaction(50, isCommit: false));
        Assert.Equal((0, -1L), (one.Fetch(requireStable: true).ErrorCode, one.Fetch().CommittedOffset));
    }

    [Fact]
    public void A_commit_that_the_log_refuses_is_nobody_elses_fault()
    {
        using Coordinated one = new();
        one.Commit(1);
        one.Log.HoldsAppends = true;
        one.Log.Failures.Enqueue(ErrorCode.InvalidTxnState);
        Answer<TxnOffsetCommitResponse> refused = one.AskCommitInTransaction(50, 9);
        Answer<OffsetCommitResponse> behind = one.AskCommit(2, partition: 1);
        Answer<OffsetFetchResponse.OffsetFetchResponseGroup> read = one.AskFetchAll();
        one.Log.HoldsAppends = false;
        one.Log.ReleaseAppend();
        one.Loop.RunTurn();
        Assert.Equal(Code(ErrorCode.InvalidTxnState), refused.Value.Topics[0].Partitions[0].ErrorCode);
        Assert.Equal(ErrorCode.CoordinatorLoadInProgress, Coordinated.ErrorOf(behind.Value));
        Assert.Equal([1L], read.Value.Topics[0].Partitions.Select(partition => partition.CommittedOffset));
        Assert.Equal(0, one.Fetch(requireStable: true).ErrorCode);
        Assert.Equal(ErrorCode.None, one.Commit(2, partition: 1));
    }

    [Fact]
    public void A_deleted_group_does_not_come_back_with_the_marker()
    {
        using Coordinated one = new();
        one.CommitInTransaction(50, 9);
        Assert.Equal(ErrorCode.None, one.Delete());
        Assert.Equal(0, one.Fetch(requireStable: true).ErrorCode);
        Assert.Equal(ErrorCode.None, one.EndTransaction(50, isCommit: true));
        Assert.Equal(-1, one.Fetch().CommittedOffset);
        one.Reload();
        Assert.Equal(-1, one.Fetch().CommittedOffset);
        Assert.Empty(one.List().Groups);
    }

    [Fact]
    public void An_offset_that_waits_for_its_marker_does_not_expire_nor_does_what_it_replaces()
    {
        using Coordinated one = new();
        one.Commit(1);
        one.Commit(5, partition: 1);
        one.CommitInTransaction(50, 9);
        one.Clock.Advance(8 * Day);
        one.Advance(601_000);
        Assert.Equal((1L, -1L), (one.Fetch().CommittedOffset, one.Fetch(partition: 1).CommittedOffset));
        one.EndTransaction(50, isCommit: false);
        one.Advance(601_000);
        Assert.Equal(-1, one.Fetch().CommittedOffset);
        Assert.Empty(one.List().Groups);
    }

    [Fact]
    public void Two_producers_hold_one_partition_until_both_have_ended()
    {
        using Coordinated one = new();
        one.CommitInTransaction(50, 9);
        one.CommitInTransaction(51, 12);
        one.EndTransaction(51, isCommit: true);
        Assert.Equal(Code(ErrorCode.UnstableOffsetCommit), one.Fetch(requireStable: true).ErrorCode);
        Assert.Equal(12, one.Fetch().CommittedOffset);

        // Committed later, but written earlier: the later record stands.
        one.EndTransaction(50, isCommit: true);
        Assert.Equal((0, 12L), (one.Fetch(requireStable: true).ErrorCode, one.Fetch().CommittedOffset));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Random_histories_agree_with_a_model(int seed)
    {
        using History history = new(seed);
        for (int step = 0; step < 700; step++)
        {
            history.Step();
        }
    }

    private static short Code(ErrorCode error) => (short)error;

    /// <summary>
    /// Commits, markers, deletions, refused appends and reloads, beside a model that says what is seen.
    /// </summary>
    private sealed class History(int seed) : IDisposable
    {
        private const int Partitions = 4;
        private static readonly string[] Groups = ["g", "h"];

        private readonly Coordinated one = new();
        private readonly Random random = new(seed);
        private readonly Dictionary<(string Group, int Partition), Offset> committed = [];
        private readonly Dictionary<long, Dictionary<(string Group, int Partition), Offset>> pending = [];
        private int sequence;

        public void Step()
        {
            string group = Groups[random.Next(Groups.Length)];
            int partition = random.Next(Partitions);
            long producer = 50 + random.Next(3);
            bool fails = random.Next(10) == 0;
            if (fails)
            {
                one.Log.Failures.Enqueue(ErrorCode.NotEnoughReplicas);
            }

            switch (random.Next(12))
            {
                case < 3:
                    Commit(group, partition, fails);
                    break;
                case < 7:
                    CommitInTransaction(producer, group, partition, fails);
                    break;
                case < 9:
                    End(producer, random.Next(2) == 0, fails);
                    break;
                case 9:
                    DeleteOffset(group, partition, fails);
                    break;
                case 10 when random.Next(4) == 0:
                    DeleteGroup(group, fails);
                    break;
                default:
                    one.Reload();
                    break;
            }

            one.Log.Failures.Clear();
            Look();
        }

        public void Dispose() => one.Dispose();

        private void Commit(string group, int partition, bool fails)
        {
            Offset offset = new(random.Next(1000), sequence++);
            if (Expect(fails, one.Commit(offset.Value, partition: partition, group: group)))
            {
                committed[(group, partition)] = offset;
            }
        }

        private void CommitInTransaction(long producer, string group, int partition, bool fails)
        {
            Offset offset = new(random.Next(1000), sequence++);
            ErrorCode error = one.CommitInTransaction(producer, offset.Value, partition: partition, group: group);
            if (Expect(fails, error))
            {
                pending.TryAdd(producer, []);
                pending[producer][(group, partition)] = offset;
            }
        }

        private void End(long producer, bool isCommit, bool fails)
        {
            ErrorCode error = one.EndTransaction(producer, isCommit);
            Assert.Equal(fails ? ErrorCode.NotEnoughReplicas : ErrorCode.None, error);
            if (fails || !pending.Remove(producer, out Dictionary<(string, int), Offset>? held) || !isCommit)
            {
                return;
            }

            foreach (((string, int) key, Offset offset) in held)
            {
                if (!committed.TryGetValue(key, out Offset known) || known.Sequence < offset.Sequence)
                {
                    committed[key] = offset;
                }
            }
        }

        private void DeleteOffset(string group, int partition, bool fails)
        {
            one.DeleteOffset(partition: partition, group: group);
            if (!fails)
            {
                Forget(key => key == (group, partition));
            }
        }

        private void DeleteGroup(string group, bool fails)
        {
            one.Delete(group);
            if (!fails)
            {
                Forget(key => key.Group == group);
            }
        }

        private void Forget(Func<(string Group, int Partition), bool> isGone)
        {
            foreach (var offsets in pending.Values.Append(committed))
            {
                foreach ((string, int) key in offsets.Keys.Where(isGone).ToArray())
                {
                    offsets.Remove(key);
                }
            }
        }

        private void Look()
        {
            foreach (string group in Groups)
            {
                for (int partition = 0; partition < Partitions; partition++)
                {
                    (string, int) key = (group, partition);
                    long seen = committed.TryGetValue(key, out Offset offset) ? offset.Value : -1;
                    Assert.Equal(seen, one.Fetch(partition: partition, group: group).CommittedOffset);
                    bool isHeld = pending.Values.Any(held => held.ContainsKey(key));
                    OffsetFetchResponse.OffsetFetchResponsePartitions stable =
                        one.Fetch(partition: partition, requireStable: true, group: group);
                    Assert.Equal(
                        isHeld ? (Code(ErrorCode.UnstableOffsetCommit), -1) : ((short)0, seen),
                        (stable.ErrorCode, stable.CommittedOffset));
                }
            }
        }

        private static bool Expect(bool fails, ErrorCode error)
        {
            Assert.Equal(fails ? ErrorCode.CoordinatorNotAvailable : ErrorCode.None, error);
            return !fails;
        }

        private readonly record struct Offset(long Value, int Sequence);
    }
}
