using Millrace.Coordination.Runtime;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;

namespace Millrace.Coordination.Tests.Runtime;

public sealed class RuntimeTests
{
    [Fact]
    public void A_partition_that_is_not_led_here_is_not_coordinated()
    {
        using Coordinated one = new(leads: false);
        Assert.Equal(ErrorCode.NotCoordinator, one.Commit(1));
        Assert.Equal(ErrorCode.NotCoordinator, (ErrorCode)one.Join().Value.ErrorCode);
        Assert.Equal(ErrorCode.NotCoordinator, one.Heartbeat("m", 1));
        Assert.Empty(one.List().Groups);
        one.Lead();
        Assert.Equal(ErrorCode.None, one.Commit(1));
        one.Resign();
        Assert.Equal(ErrorCode.NotCoordinator, one.Commit(1));
    }

    [Fact]
    public void While_loading_clients_are_told_so_and_heartbeats_pass()
    {
        using Coordinated one = new();
        one.Commit(1);
        one.Resign();
        one.Log.HoldsReads = true;
        one.Lead();
        Assert.Equal(ErrorCode.CoordinatorLoadInProgress, one.Commit(2));
        Assert.Equal(ErrorCode.CoordinatorLoadInProgress, (ErrorCode)one.List().ErrorCode);
        Assert.Equal(ErrorCode.None, one.Heartbeat("m", 1));
        Answer<LoadProgress?> progress = one.Ask<LoadProgress?>(
            take => one.Coordinator.Runtime.AskProgress(0, take));
        Assert.Equal(new LoadProgress(CoordinatorState.Loading, 0, 1, 0, 0), progress.Value);
        one.Log.HoldsReads = false;
        one.Log.Read(one.Log.HeldRead!);
        one.Loop.RunTurn();
        Assert.Equal(1, one.Fetch().CommittedOffset);
    }

    [Fact]
    public void A_log_that_can_not_be_read_is_not_coordinated_until_the_next_epoch()
    {
        using Coordinated one = new();
        one.Commit(1);
        one.Resign();
        one.Log.HoldsReads = true;
        one.Lead();
        one.Log.HeldRead!.Fail(ErrorCode.KafkaStorageError);
        Assert.Equal(ErrorCode.NotCoordinator, one.Commit(2));
        one.Log.HoldsReads = false;
        one.Lead();
        Assert.Equal(ErrorCode.None, one.Commit(2));
    }

    [Fact]
    public void An_answer_waits_for_the_high_watermark()
    {
        using Coordinated one = new();
        one.Log.CommitsAtOnce = false;
        Answer<OffsetCommitResponse> commit = one.AskCommit(1);
        Assert.False(commit.IsThere);
        one.Log.CommitTo(one.Log.EndOffset);
        one.Loop.RunTurn();
        Assert.Equal(ErrorCode.None, Coordinated.ErrorOf(commit.Value));
    }

    [Fact]
    public void Nothing_uncommitted_is_shown_to_a_reader()
    {
        using Coordinated one = new();
        one.Commit(1);
        one.Log.CommitsAtOnce = false;
        one.AskCommit(2);
        Answer<OffsetFetchResponse.OffsetFetchResponseGroup> read = AskAll(one);
        Assert.False(read.IsThere);
        one.Log.CommitTo(one.Log.EndOffset);
        one.Loop.RunTurn();
        Assert.Equal(2, read.Value.Topics[0].Partitions[0].CommittedOffset);
    }

    [Fact]
    public void A_reader_that_saw_what_was_taken_back_reads_again()
    {
        using Coordinated one = new();
        one.Commit(1);
        one.Log.HoldsAppends = true;
        one.Log.Failures.Enqueue(ErrorCode.NotEnoughReplicas);
        Answer<OffsetCommitResponse> commit = one.AskCommit(2);
        Answer<OffsetFetchResponse.OffsetFetchResponseGroup> read = AskAll(one);
        one.Log.ReleaseAppend();
        one.Loop.RunTurn();
        Assert.Equal(ErrorCode.CoordinatorNotAvailable, Coordinated.ErrorOf(commit.Value));
        Assert.Equal(1, read.Value.Topics[0].Partitions[0].CommittedOffset);
    }

    [Theory]
    [InlineData(ErrorCode.NotEnoughReplicas, ErrorCode.CoordinatorNotAvailable)]
    [InlineData(ErrorCode.UnknownTopicOrPartition, ErrorCode.CoordinatorNotAvailable)]
    [InlineData(ErrorCode.NotLeaderOrFollower, ErrorCode.NotCoordinator)]
    [InlineData(ErrorCode.KafkaStorageError, ErrorCode.NotCoordinator)]
    [InlineData(ErrorCode.MessageTooLarge, ErrorCode.UnknownServerError)]
    public void A_failed_append_is_taken_back_and_told(ErrorCode failure, ErrorCode told)
    {
        using Coordinated one = new();
        one.Commit(1);
        one.Log.Failures.Enqueue(failure);
        Assert.Equal(told, one.Commit(2));
        Assert.Equal(1, one.Fetch().CommittedOffset);
        Assert.Equal(ErrorCode.None, one.Commit(3));
        Assert.Equal(3, one.Fetch().CommittedOffset);
    }

    [Fact]
    public void What_was_decided_after_a_failed_append_is_taken_back_with_it()
    {
        using Coordinated one = new();
        one.Log.HoldsAppends = true;
        one.Log.Failures.Enqueue(ErrorCode.NotEnoughReplicas);
        Answer<OffsetCommitResponse>[] commits = [one.AskCommit(1), one.AskCommit(2), one.AskCommit(3, group: "h")];
        one.Log.HoldsAppends = false;
        one.Log.ReleaseAppend();
        one.Loop.RunTurn();
        Assert.All(
            commits, one => Assert.Equal(ErrorCode.CoordinatorNotAvailable, Coordinated.ErrorOf(one.Value)));
        Assert.Empty(one.List().Groups);
        Assert.Equal(0, one.Log.EndOffset);
        Assert.Equal(ErrorCode.None, one.Commit(4));
    }

    [Fact]
    public void An_answer_that_is_not_committed_in_time_is_an_error()
    {
        using Coordinated one = new();
        one.Log.CommitsAtOnce = false;
        Answer<OffsetCommitResponse> commit = one.AskCommit(1);
        one.Advance(5000);
        Assert.Equal(ErrorCode.CoordinatorNotAvailable, Coordinated.ErrorOf(commit.Value));
        one.Log.CommitTo(one.Log.EndOffset);
        Assert.Equal(1, one.Fetch().CommittedOffset);
    }

    [Fact]
    public void Whoever_waits_when_leadership_goes_is_told()
    {
        using Coordinated one = new();
        Answer<JoinGroupResponse> join = one.Join(version: 3);
        one.Log.CommitsAtOnce = false;
        Answer<OffsetCommitResponse> commit = one.AskCommit(1, group: "h");
        one.Resign();
        Assert.Equal(ErrorCode.NotCoordinator, (ErrorCode)join.Value.ErrorCode);
        Assert.Equal(ErrorCode.NotCoordinator, Coordinated.ErrorOf(commit.Value));
        one.Advance(600_000);
    }

    [Fact]
    public void Commits_of_one_turn_share_a_batch_by_default()
    {
        using Coordinated one = new(runtime: new CoordinatorRuntimeOptions());
        Answer<OffsetCommitResponse>[] commits = new Answer<OffsetCommitResponse>[10];
        for (int at = 0; at < commits.Length; at++)
        {
            Answer<OffsetCommitResponse> commit = commits[at] = new();
            one.Coordinator.CommitOffsets(
                new Coordination.Groups.GroupClient(9, "c", "/h"),
                new OffsetCommitRequest
                {
                    GroupId = "g",
                    Topics = [new() { Name = "t", Partitions = [new() { PartitionIndex = at, CommittedOffset = at }] }],
                },
                commit.Take);
        }

        one.Loop.RunTurn();
        Assert.All(commits, commit => Assert.True(commit.IsThere));
        Assert.Equal(10, new RecordBatch(Assert.Single(one.Log.Batches)).Count);
    }

    [Fact]
    public void Commits_within_the_linger_time_share_a_batch()
    {
        using Coordinated one = new(runtime: new CoordinatorRuntimeOptions { AppendLingerMs = 5 });
        Answer<OffsetCommitResponse> first = one.AskCommit(1);
        Answer<OffsetCommitResponse> second = one.AskCommit(2);
        Assert.False(first.IsThere);
        one.Advance(5);
        Assert.True(first.IsThere && second.IsThere);
        Assert.Single(one.Log.Batches);
    }

    [Fact]
    public void A_full_batch_is_followed_by_another_and_what_never_fits_is_refused()
    {
        using Coordinated one = new(runtime: new CoordinatorRuntimeOptions { AppendLingerMs = 5 });
        one.Log.BatchBytesMax = 600;
        Answer<OffsetCommitResponse>[] commits =
        [
            one.AskCommit(1, metadata: new string('x', 300)), one.AskCommit(2, metadata: new string('y', 300)),
            one.AskCommit(3, metadata: new string('z', 600)),
        ];
        one.Advance(10);
        Assert.Equal(ErrorCode.None, Coordinated.ErrorOf(commits[0].Value));
        Assert.Equal(ErrorCode.None, Coordinated.ErrorOf(commits[1].Value));
        Assert.Equal(ErrorCode.UnknownServerError, Coordinated.ErrorOf(commits[2].Value));
        Assert.Equal(2, one.Log.Batches.Count);
        Assert.Equal(2, one.Fetch().CommittedOffset);
    }

    [Fact]
    public void An_older_epoch_neither_loads_nor_unloads()
    {
        using Coordinated one = new();
        one.Lead();
        one.Coordinator.Runtime.Resign(0, one.Epoch);
        Assert.Equal(ErrorCode.None, one.Commit(1));
        one.Coordinator.Runtime.Resign(0, null);
        Assert.Equal(ErrorCode.NotCoordinator, one.Commit(1));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("g", 3)]
    [InlineData("my-group", 12)]
    [InlineData("grüppe-日本", 16)]
    [InlineData("polygenelubricants", 0)]
    public void Partitions_are_those_of_kafkas_hash(string id, int expected) =>
        Assert.Equal(expected, TopicHash.PartitionOf(id, 50));

    [Fact]
    public void A_thread_runs_the_turns_of_its_loop()
    {
        using CoordinatorLoop loop = new(Base.SystemClock.Instance);
        using ManualResetEventSlim ran = new();
        using (CoordinatorThread thread = new(loop, "coordinator"))
        {
            thread.Start();
            loop.Post(ran.Set);
            ran.Wait();
        }

        Assert.True(ran.IsSet);
    }

    private static Answer<OffsetFetchResponse.OffsetFetchResponseGroup> AskAll(Coordinated one) =>
        one.Ask<OffsetFetchResponse.OffsetFetchResponseGroup>(
            take => one.Coordinator.FetchOffsets(new() { GroupId = "g", Topics = null }, false, take));
}
