using Millrace.Base;
using Millrace.Protocol;

namespace Millrace.Storage;

/// <summary>
/// The log of one partition: segments in a folder, and the offsets that say what of them may be seen. Several reactors
/// and coordinators append; appends are serialised by the log's own short lock, are gathered, and are written together
/// by whoever flushes first. Readers take no lock. Whatever may wait for the disk for long is a job of the directory's
/// worker.
/// </summary>
/// <remarks>
/// Locks: <c>maintenance</c> before <c>gate</c>. The gate covers appends and every change of the offsets; the
/// maintenance lock covers syncs, truncation and deletion, and is never taken by a reactor.
/// Order of a commit: batches are written, then the entries of the transaction index, then the end is published, the
/// listener told. Order of a sync: batches, indexes, the folder's names, epochs; then the recovery point moves.
/// </remarks>
public sealed partial class PartitionLog
{
    private readonly LogDirectoryContext context;
    private readonly Lock gate = new();
    private readonly Lock maintenance = new();
    private readonly ProducerStates producers;
    private readonly ProducerSnapshots snapshots;
    private readonly LeaderEpochs epochs;
    private LogConfig config;

    // Published as a whole, never changed in place.
    private LogSegment[] segments;
    private LogEnd end;

    private long logStartOffset;
    private long highWatermark;
    private long flushedOffset;
    private bool isClosed;

    /// <param name="context">What the logs of the directory share.</param>
    /// <param name="partition">Topic and partition.</param>
    /// <param name="topicId">The topic's id; zero where it has none.</param>
    /// <param name="folder">The partition's folder, which exists.</param>
    /// <param name="config">The topic's configs.</param>
    /// <param name="loaded">What is in the folder.</param>
    public PartitionLog(
        LogDirectoryContext context,
        TopicPartition partition,
        Uuid topicId,
        string folder,
        LogConfig config,
        LoadedLog loaded)
    {
        this.context = context;
        this.config = config;
        groupCommit = context.NextGroupCommit();
        commitWaiter = new CommitWaiter(this);
        Partition = partition;
        TopicId = topicId;
        Folder = folder;
        segments = loaded.Segments;
        producers = loaded.Producers;
        snapshots = loaded.Snapshots;
        epochs = loaded.Epochs;
        logStartOffset = loaded.LogStartOffset;
        flushedOffset = Math.Max(loaded.RecoveryPoint, 0);
        for (int index = 0; index < segments.Length - 1; index++)
        {
            segments[index].IsWhollySynced = segments[index + 1].BaseOffset <= flushedOffset;
        }

        nextOffset = loaded.LogEndOffset;
        Invariant.That(segments.Length > 0, "A log has an active segment.");
        Invariant.That(
            logStartOffset <= nextOffset && segments[^1].BaseOffset <= nextOffset,
            "A log starts before it ends.");
        end.Publish(nextOffset, Active, Active.Size);
        highWatermark = Math.Clamp(loaded.HighWatermark, logStartOffset, nextOffset);
        producers.ForgetEndedBelow(highWatermark);
        lastSyncMs = Active.CreatedMs;
    }

    /// <summary>Makes the log of a new partition in an empty folder.</summary>
    public static IoError Create(
        LogDirectoryContext context,
        TopicPartition partition,
        Uuid topicId,
        string folder,
        LogConfig config,
        long producerExpirationMs,
        long nowMs,
        out PartitionLog log,
        long startOffset = 0)
    {
        LogSegment first = new(context, folder, startOffset, config, 0, nowMs);
        IoError error = first.CreateFiles(preparedFile: null);
        log = new PartitionLog(context, partition, topicId, folder, config, new LoadedLog
        {
            Segments = [first],
            LogStartOffset = startOffset,
            LogEndOffset = startOffset,
            RecoveryPoint = startOffset,
            HighWatermark = startOffset,
            Producers = new ProducerStates(producerExpirationMs),
            Snapshots = new ProducerSnapshots(context, folder, []),
            Epochs = new LeaderEpochs([]),
        });
        return error;
    }

    public TopicPartition Partition { get; }

    public Uuid TopicId { get; }

    /// <summary>The partition's folder.</summary>
    public string Folder { get; private set; }

    /// <summary>The log directory that holds it.</summary>
    public LogDirectoryContext Directory => context;

    /// <summary>The topic's configs. Replaced as a whole, from any thread.</summary>
    public LogConfig Config
    {
        get => Volatile.Read(ref config);
        set => Volatile.Write(ref config, value);
    }

    /// <summary>The segments, the active one last. Never changed in place.</summary>
    public ReadOnlySpan<LogSegment> Segments => Volatile.Read(ref segments);

    private LogSegment Active => segments[^1];

    /// <summary>First offset that may be read. Any thread.</summary>
    public long LogStartOffset => Volatile.Read(ref logStartOffset);

    /// <summary>The offset behind the last written batch. Any thread.</summary>
    public long LogEndOffset => end.Offset;

    /// <summary>The offset up to which all replicas have the log. Any thread.</summary>
    public long HighWatermark => Volatile.Read(ref highWatermark);

    /// <summary>The offset before which all transactions are decided, and replicated. Any thread.</summary>
    public long LastStableOffset => Math.Min(Math.Max(producers.FirstUnstableOffset, LogStartOffset), HighWatermark);

    /// <summary>
    /// What a load need not look at: all before is on the device, and of the segments before it the indexes, too. Any
    /// thread.
    /// </summary>
    public long RecoveryPoint
    {
        get
        {
            long point = FlushedOffset;
            LogSegment[] current = Volatile.Read(ref segments);
            for (int index = 0; index < current.Length - 1 && current[index].BaseOffset < point; index++)
            {
                if (!current[index].IsWhollySynced)
                {
                    return current[index].BaseOffset;
                }
            }

            return point;
        }
    }

    /// <summary>
    /// As <see cref="RecoveryPoint"/>: what appends wait for that are to be on the device before they are answered.
    /// </summary>
    public long FlushedOffset => Volatile.Read(ref flushedOffset);

    /// <summary>Which leader epoch begins where. Any thread.</summary>
    public LeaderEpochs Epochs => epochs;

    /// <summary>Bytes of all segments. Any thread.</summary>
    public long Size
    {
        get
        {
            long sum = 0;
            foreach (LogSegment segment in Segments)
            {
                sum += segment.Size;
            }

            return sum;
        }
    }

    /// <summary>Whether nothing can be appended or trusted any more: closed, or the directory failed.</summary>
    public bool IsOffline => isClosed || context.IsFailed;

    /// <summary>
    /// Where the end of an epoch is, for followers and consumers that look for where they diverged. Any thread.
    /// </summary>
    public EpochEnd EndOfEpoch(int epoch) => epochs.EndOf(epoch, LogEndOffset);

    /// <summary>
    /// Notes that an epoch begins at the log's end: when a leader takes over, before it appends.
    /// </summary>
    public void BeginEpoch(int epoch)
    {
        lock (gate)
        {
            if (pending is not null)
            {
                // What was appended under the epoch before is written under it.
                FlushPending(Config);
            }

            AssignEpoch(epoch, nextOffset);
        }
    }

    private void AssignEpoch(int epoch, long offset)
    {
        if (epoch >= 0 && epochs.Assign(epoch, offset))
        {
            context.Worker.Post(new EpochCheckpointJob(this));
        }
    }

    /// <summary>
    /// Moves the high watermark forward; behind where it is, or where it would pass the log's end, it moves as far as
    /// it can.
    /// </summary>
    /// <returns>Whether it moved.</returns>
    public bool AdvanceHighWatermark(long offset)
    {
        lock (gate)
        {
            long target = Math.Min(offset, end.Offset);
            if (target <= highWatermark)
            {
                return false;
            }

            SetHighWatermark(target);
        }

        context.Listener.HighWatermarkMoved(this);
        return true;
    }

    private void SetHighWatermark(long offset)
    {
        Volatile.Write(ref highWatermark, offset);
        if (producers.AwaitsHighWatermark)
        {
            producers.ForgetEndedBelow(offset);
        }
    }

    /// <summary>Whether a transaction of the producer is open here under this epoch. Any thread.</summary>
    public bool HasOpenTransaction(long producerId, short epoch)
    {
        lock (gate)
        {
            return producers.HasOpenTransaction(producerId, epoch);
        }
    }

    /// <summary>
    /// A client is about to append to a transaction: says whether its coordinator has to confirm that the partition is
    /// part of it, and notes that it is being asked. Any thread.
    /// </summary>
    /// <param name="producerId">Whose.</param>
    /// <param name="epoch">Under which epoch.</param>
    /// <param name="firstSequence">Of the batch.</param>
    /// <param name="raisesEpoch">The client speaks transaction version 2.</param>
    /// <param name="nowMs">Wall clock.</param>
    /// <param name="guard">What the append has to show; none where the transaction is open here already.</param>
    /// <returns>None, or INVALID_PRODUCER_EPOCH.</returns>
    public ErrorCode BeginVerification(
        long producerId, short epoch, int firstSequence, bool raisesEpoch, long nowMs, out VerificationGuard guard)
    {
        lock (gate)
        {
            ProducerVerdict verdict = producers.BeginVerification(
                producerId, epoch, firstSequence, raisesEpoch, nowMs, out guard);
            return verdict == ProducerVerdict.Accept ? ErrorCode.None : ErrorOf(verdict);
        }
    }

    /// <summary>A copy of what is known of the producers, for DescribeProducers and for tests.</summary>
    public ProducerSnapshotEntry[] DescribeProducers()
    {
        lock (gate)
        {
            return producers.ToSnapshot();
        }
    }

    /// <summary>Milliseconds of the last batch of the oldest open transaction; -1 where none is open.</summary>
    public long OldestTransactionTimestamp
    {
        get
        {
            lock (gate)
            {
                return producers.OldestTransactionTimestamp;
            }
        }
    }

    /// <summary>Forgets producers that were idle for too long.</summary>
    public void ForgetExpiredProducers(long nowMs)
    {
        lock (gate)
        {
            if (pending is null)
            {
                producers.ForgetExpired(nowMs);
            }
        }
    }

    /// <summary>
    /// Gives up the memory that only a log in use needs; it comes back with the next append. Called by the directory's
    /// maintenance for logs that nobody wrote to for a while.
    /// </summary>
    public void Rest()
    {
        lock (gate)
        {
            if (pending is null)
            {
                Active.DropRecentBatches();
            }
        }
    }

    /// <summary>
    /// The end of the log with the place in the active segment that belongs to it, for readers without a lock: they
    /// read again when the version says that it changed meanwhile.
    /// </summary>
    internal struct LogEnd
    {
        private int version;
        private long offset;
        private LogSegment? segment;
        private int position;

        public long Offset => Volatile.Read(ref offset);

        public void Publish(long newOffset, LogSegment newSegment, int newPosition)
        {
            Volatile.Write(ref version, version + 1);
            Interlocked.MemoryBarrier();
            Volatile.Write(ref offset, newOffset);
            segment = newSegment;
            position = newPosition;
            Volatile.Write(ref version, version + 1);
        }

        public void Read(out long endOffset, out LogSegment endSegment, out int endPosition)
        {
            SpinWait spin = default;
            while (true)
            {
                int before = Volatile.Read(ref version);
                endOffset = Volatile.Read(ref offset);
                endSegment = segment!;
                endPosition = position;
                Interlocked.MemoryBarrier();
                if ((before & 1) == 0 && before == Volatile.Read(ref version))
                {
                    return;
                }

                spin.SpinOnce();
            }
        }
    }
}
