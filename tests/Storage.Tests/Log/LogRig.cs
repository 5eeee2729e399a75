using System.Runtime.CompilerServices;
using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Records;
using Millrace.Storage.Simulation;

namespace Millrace.Storage.Tests.Log;

/// <summary>
/// A log directory around the logs of one test, on a simulated disk or a real one, with its background work done by
/// hand.
/// </summary>
internal sealed class LogRig : IDisposable, ILogListener, ILogDirectoryFailure, ILogLoadListener
{
    public const string DirectoryPath = "/logs";
    public const long StartMs = 1_760_000_000_000;

    private readonly List<byte[]> pinned = [];
    private readonly BufferPool buffers = new();

    public LogRig(IFileSystem? fileSystem = null, string directory = DirectoryPath, int openMax = 100)
    {
        FileSystem = fileSystem ?? new SimulatedFileSystem { NowMs = StartMs };
        DirectoryName = directory;
        (FileSystem as SimulatedFileSystem)?.PutFolder(directory);
        Context = MakeContext(openMax);
    }

    public IFileSystem FileSystem { get; }

    public SimulatedFileSystem Simulated => (SimulatedFileSystem)FileSystem;

    public string DirectoryName { get; }

    public ManualWorker Worker { get; } = new();

    public LogDirectoryContext Context { get; private set; }

    public LogAppender Appender { get; } = new();

    public BatchBuilder Builder { get; } = new();

    public GroupCommit[] GroupCommits { get; private set; } = [];

    public List<string> Failures { get; } = [];

    public int EndMoves { get; private set; }

    public int FlushMoves { get; private set; }

    public long NowMs { get; set; } = StartMs;

    private LogDirectoryContext MakeContext(int openMax)
    {
        GroupCommits = [new(_ => { }), new(_ => { })];
        return new(
            DirectoryName,
            new FileCache(FileSystem, openMax),
            buffers,
            Worker,
            GroupCommits,
            this,
            this,
            new AtomicFileWriter(FileSystem),
            new Random(1));
    }

    /// <summary>A turn of each group commit.</summary>
    /// <returns>Logs that were told.</returns>
    public int Commit() => GroupCommits.Sum(commit => commit.Turn());

    public PartitionLog Create(LogConfig? config = null, string name = "topic-0", long startOffset = 0)
    {
        string folder = Path.Join(DirectoryName, name);
        Assert.Equal(IoError.None, FileSystem.CreateDirectory(folder));
        Assert.Equal(IoError.None, FileSystem.SyncDirectory(DirectoryName));
        IoError error = PartitionLog.Create(
            Context,
            new TopicPartition("topic", 0),
            default,
            folder,
            config ?? new LogConfig(),
            producerExpirationMs: 86_400_000,
            NowMs,
            out PartitionLog log,
            startOffset);
        Assert.Equal(IoError.None, error);
        return log;
    }

    /// <summary>Opens the log of a folder again, as after a start of the process.</summary>
    public PartitionLog Reload(PartitionLog before, bool stoppedCleanly, long recoveryPoint, long start, long watermark)
    {
        Worker.Forget();
        Context = MakeContext(openMax: 100);
        LoadRequest request = new()
        {
            Partition = before.Partition,
            Folder = before.Folder,
            Config = before.Config,
            StoppedCleanly = stoppedCleanly,
            RecoveryPoint = recoveryPoint,
            LogStartOffset = start,
            HighWatermark = watermark,
        };
        LogLoad load = LogLoader.Load(Context, request, this, 86_400_000, NowMs);
        Assert.Null(load.Problem);
        Assert.Equal(IoError.None, load.Error);
        return load.Log!;
    }

    /// <summary>A batch of so many records in pinned memory.</summary>
    public byte[] Batch(
        int count = 1,
        int valueBytes = 10,
        long timestamp = StartMs,
        NewBatch header = default,
        long timestampStep = 0)
    {
        Builder.Begin(header == default ? new NewBatch() : header);
        byte[] value = new byte[valueBytes];
        for (int index = 0; index < count; index++)
        {
            value.AsSpan().Fill((byte)('a' + (index % 26)));
            Builder.Append(timestamp + (index * timestampStep), RecordField.Null, value);
        }

        return Pin(Builder.Finish());
    }

    public byte[] Pin(ReadOnlySpan<byte> bytes)
    {
        byte[] copy = GC.AllocateUninitializedArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(copy);
        pinned.Add(copy);
        return copy;
    }

    public byte[] Marker(long producerId, short epoch, bool commit, int coordinatorEpoch = 0, long? timestamp = null) =>
        Pin(
        ControlBatch.EndTransaction(
            Builder, 0, 0, timestamp ?? NowMs, producerId, epoch, commit, coordinatorEpoch));

    public static NewBatch Transactional(long producerId, short epoch, int sequence) => new()
    {
        ProducerId = producerId,
        ProducerEpoch = epoch,
        BaseSequence = sequence,
        IsTransactional = true,
    };

    public static NewBatch Idempotent(long producerId, short epoch, int sequence) => new()
    {
        ProducerId = producerId,
        ProducerEpoch = epoch,
        BaseSequence = sequence,
    };

    public unsafe AppendResult Append(
        PartitionLog log, byte[] batch, AppendOrigin origin = AppendOrigin.Client, int leaderEpoch = 0)
    {
        byte* start = (byte*)Unsafe.AsPointer(ref batch[0]);
        return log.AppendAsLeader(Appender, start, batch.Length, new LeaderAppend(leaderEpoch, origin, NowMs));
    }

    /// <summary>Appends, flushes, and takes the watermark along, as a single node does.</summary>
    public AppendResult AppendAndFlush(
        PartitionLog log, byte[] batch, AppendOrigin origin = AppendOrigin.Client, int leaderEpoch = 0)
    {
        AppendResult result = Append(log, batch, origin, leaderEpoch);
        Assert.Equal(ErrorCode.None, result.Error);
        Assert.Equal(ErrorCode.None, log.Flush(result.Ticket));
        log.AdvanceHighWatermark(log.LogEndOffset);
        return result;
    }

    public unsafe AppendResult Follow(PartitionLog log, byte[] batches)
    {
        byte* start = (byte*)Unsafe.AsPointer(ref batches[0]);
        return log.AppendAsFollower(start, batches.Length, NowMs);
    }

    /// <summary>The bytes of a plan, whose ranges are released.</summary>
    public static byte[] Bytes(ReadPlan plan, ReadOnlySpan<FileRange> ranges)
    {
        using MemoryStream all = new();
        for (int index = 0; index < plan.RangeCount; index++)
        {
            byte[] bytes = new byte[ranges[index].Length];
            IoResult read = ranges[index].File.Read(ranges[index].Position, bytes);
            Assert.Equal(bytes.Length, read.Bytes);
            all.Write(bytes);
            ranges[index].Release();
        }

        return all.ToArray();
    }

    /// <summary>Base offsets of all batches from an offset on, by reading to the bound.</summary>
    public static List<(long BaseOffset, long LastOffset)> ReadAll(
        PartitionLog log, long offset, ReadBound bound = ReadBound.LogEnd, int maxBytes = 1 << 20)
    {
        List<(long, long)> found = [];
        FileRange[] ranges = new FileRange[2];
        while (true)
        {
            ReadPlan plan = log.Read(offset, maxBytes, bound, minOneBatch: true, ranges);
            Assert.Equal(ErrorCode.None, plan.Error);
            if (plan.RangeCount == 0)
            {
                return found;
            }

            RecordBatches batches = new(Bytes(plan, ranges));
            while (batches.MoveNext())
            {
                Assert.Equal(RecordFault.None, batches.Current.Check());
                found.Add((batches.Current.BaseOffset, batches.Current.LastOffset));
                offset = batches.Current.NextOffset;
            }
        }
    }

    /// <summary>Lets go of everything that work left to do refers to.</summary>
    public void Forget() => Worker.Forget();

    public byte[]? Peek(PartitionLog log, string file) => Simulated.Peek(Path.Join(log.Folder, file));

    public List<string> FilesOf(PartitionLog log)
    {
        List<DirectoryEntry> entries = [];
        Assert.Equal(IoError.None, FileSystem.List(log.Folder, entries));
        return [.. entries.Select(entry => entry.Name).Order(StringComparer.Ordinal)];
    }

    public void LogEndMoved(PartitionLog log) => EndMoves++;

    public void HighWatermarkMoved(PartitionLog log)
    {
    }

    public void FlushedOffsetMoved(PartitionLog log) => FlushMoves++;

    public void LogStartMoved(PartitionLog log)
    {
    }

    public void Cut(in TailCut cut)
    {
    }

    public void Repaired(string path, string what)
    {
    }

    public void Offline(TopicPartition partition, string problem) => Failures.Add(problem);

    public void Progress(string logDirectory, int loaded, int total)
    {
    }

    public void Failed(string logDirectory, string operation, IoError error) => Failures.Add($"{operation}: {error}");

    public void Dispose()
    {
        Appender.Dispose();
        Builder.Dispose();
        buffers.Dispose();
    }
}
