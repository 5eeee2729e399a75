using System.Collections.Concurrent;
using Millrace.Base;
using Millrace.Protocol;

namespace Millrace.Coordination.Runtime;

/// <summary>
/// Runs the state machines of a coordinator's partitions: load and unload with leadership, writes, reads, transactions'
/// ends, timers. Every method may be called by any thread and returns at once; answers come on the partition's loop. A
/// partition that is not led here answers NOT_COORDINATOR, one that is being loaded COORDINATOR_LOAD_IN_PROGRESS.
/// </summary>
public sealed class CoordinatorRuntime<TShard>
    where TShard : CoordinatorShard
{
    private readonly CoordinatorRuntimeOptions options;
    private readonly CoordinatorLoop[] loops;
    private readonly LogArea lines;
    private readonly Func<int, UndoLog, ShardTimers, TShard> makeShard;

    // Changed by the loop of the partition only.
    private readonly ConcurrentDictionary<int, CoordinatorPartition<TShard>> partitions = new();

    /// <param name="options">Settings.</param>
    /// <param name="loops">Partitions are dealt out to them by their number.</param>
    /// <param name="lines">Where the runtime logs.</param>
    /// <param name="makeShard">Makes the empty state machine of a partition.</param>
    public CoordinatorRuntime(
        CoordinatorRuntimeOptions options, CoordinatorLoop[] loops, LogArea lines,
        Func<int, UndoLog, ShardTimers, TShard> makeShard)
    {
        Invariant.That(loops.Length > 0, "A runtime has a loop to run on.");
        this.options = options;
        this.loops = loops;
        this.lines = lines;
        this.makeShard = makeShard;
    }

    /// <summary>The partitions that are led here, loaded or not.</summary>
    public ICollection<int> Partitions => partitions.Keys;

    /// <summary>This broker became a partition's leader, or stays it in a newer epoch.</summary>
    /// <param name="partition">Of the coordinator's topic.</param>
    /// <param name="leaderEpoch">Older ones than the known are passed over.</param>
    /// <param name="log">The partition's log. The first one is kept as long as it is led here, in all epochs.</param>
    public void Lead(int partition, int leaderEpoch, IReplicatedLog log)
    {
        CoordinatorLoop loop = LoopOf(partition);
        loop.Post(() =>
        {
            if (partitions.TryGetValue(partition, out CoordinatorPartition<TShard>? known)
                && (known.LeaderEpoch >= leaderEpoch || known.State != CoordinatorState.Failed))
            {
                known.StayLeader(leaderEpoch);
                return;
            }

            known?.Close();
            CoordinatorPartition<TShard> led = new(partition, leaderEpoch, loop, options, log, lines, makeShard);
            partitions[partition] = led;
            led.Load();
        });
    }

    /// <summary>This broker does not lead a partition any more.</summary>
    /// <param name="partition">Of the coordinator's topic.</param>
    /// <param name="leaderEpoch">The epoch that made another the leader, or null where the partition is gone; an epoch
    /// that is not newer than the known is passed over.</param>
    public void Resign(int partition, int? leaderEpoch) => LoopOf(partition).Post(() =>
    {
        if (partitions.TryGetValue(partition, out CoordinatorPartition<TShard>? known)
            && (leaderEpoch is null || known.LeaderEpoch < leaderEpoch))
        {
            partitions.TryRemove(partition, out _);
            known.Close();
        }
    });

    /// <summary>Tells how far a partition's log is committed.</summary>
    public void HighWatermarkMoved(int partition, long highWatermark) =>
        On(partition, led => led.HighWatermarkMoved(highWatermark), static _ => { });

    /// <summary>Decides, appends, and answers once it is committed.</summary>
    /// <param name="partition">Of the coordinator's topic.</param>
    /// <param name="decide">Takes the state machine and the wall time in ms.</param>
    /// <param name="answer">Takes the error of the write, or None and the response.</param>
    public void Write<TResponse>(
        int partition, Func<TShard, long, Decided<TResponse>> decide, Action<ErrorCode, TResponse?> answer) =>
        Write(partition, Producer.None, decide, answer);

    /// <summary>As the other form, within a producer's transaction, which the caller had verified.</summary>
    public void Write<TResponse>(
        int partition, Producer producer, Func<TShard, long, Decided<TResponse>> decide,
        Action<ErrorCode, TResponse?> answer) =>
        On(partition, led => led.Write(decide, answer, producer), error => answer(error, default));

    /// <summary>Reads what is committed.</summary>
    public void Read<TResponse>(
        int partition, Func<TShard, long, TResponse> read, Action<ErrorCode, TResponse?> answer) =>
        On(partition, led => led.Read(read, answer), error => answer(error, default));

    /// <summary>Ends a producer's transaction in a partition with its marker.</summary>
    /// <param name="partition">Of the coordinator's topic.</param>
    /// <param name="producer">Whose; its epoch is the marker's.</param>
    /// <param name="coordinatorEpoch">Of the transaction coordinator: the log refuses an older one.</param>
    /// <param name="transactionVersion">Under which it ends.</param>
    /// <param name="isCommit">Commit rather than abort.</param>
    /// <param name="answer">Takes the error, or None once the marker is committed.</param>
    public void EndTransaction(
        int partition, Producer producer, int coordinatorEpoch, short transactionVersion, bool isCommit,
        Action<ErrorCode> answer) =>
        On(
            partition,
            led => led.EndTransaction(
                producer, new TransactionEnd(isCommit, coordinatorEpoch, transactionVersion), answer),
            answer);

    /// <summary>How far the load of a partition is; answered on its loop, with null where it is not led here.</summary>
    public void AskProgress(int partition, Action<LoadProgress?> answer) =>
        On(partition, led => answer(led.Progress), _ => answer(null));

    private void On(int partition, Action<CoordinatorPartition<TShard>> work, Action<ErrorCode> refuse) =>
        LoopOf(partition).Post(() =>
        {
            if (partitions.TryGetValue(partition, out CoordinatorPartition<TShard>? led))
            {
                work(led);
            }
            else
            {
                refuse(ErrorCode.NotCoordinator);
            }
        });

    private CoordinatorLoop LoopOf(int partition) => loops[partition % loops.Length];
}
