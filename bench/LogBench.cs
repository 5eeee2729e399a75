using Millrace.Base;
using Millrace.Protocol.Records;
using Millrace.Storage;

namespace Millrace.Bench;

/// <summary>A log directory on the real file system, with its worker, that is gone after the benchmark.</summary>
internal sealed unsafe class LogBench : IDisposable, ILogListener, ILogDirectoryFailure
{
    private readonly string folder = Directory.CreateTempSubdirectory("millrace-bench-").FullName;
    private readonly PosixFileSystem fileSystem = new();
    private readonly BufferPool buffers = new();
    private readonly GroupCommit groupCommit = new(_ => { });
    private readonly LogWorker worker;
    private readonly LogDirectoryContext context;
    private readonly LogAppender appender = new();

    public LogBench()
    {
        worker = new LogWorker(SystemClock.Instance, "log worker");
        context = new LogDirectoryContext(
            folder,
            new FileCache(fileSystem, 1000),
            buffers,
            worker,
            [groupCommit],
            this,
            this,
            new AtomicFileWriter(fileSystem),
            new Random(1));
    }

    public LogDirectoryContext Context => context;

    public long NowMs { get; } = 1_760_000_000_000;

    /// <summary>A batch of about so many bytes: records of 1000 bytes.</summary>
    public static byte[] Batch(int bytes)
    {
        using BatchBuilder builder = new();
        builder.Begin(new NewBatch());
        byte[] value = new byte[Math.Min(1000, bytes - 80)];
        new Random(3).NextBytes(value);
        do
        {
            builder.Append(1_760_000_000_000, RecordField.Null, value);
        }
        while (builder.PlainSize + value.Length < bytes);
        return builder.Finish().ToArray();
    }

    public PartitionLog Create(LogConfig config)
    {
        string partition = Path.Join(folder, "bench-0");
        Check(fileSystem.CreateDirectory(partition));
        Check(PartitionLog.Create(
            context, new TopicPartition("bench", 0), default, partition, config, 86_400_000, NowMs,
                out PartitionLog log));
        return log;
    }

    public IFile OpenFile(string name)
    {
        Check(fileSystem.Open(Path.Join(folder, name), OpenKind.CreateOrEmpty, out IFile? file));
        return file!;
    }

    public FlushTicket Append(PartitionLog log, byte* start, int length)
    {
        AppendResult result = log.AppendAsLeader(
            appender, start, length, new LeaderAppend(0, AppendOrigin.Client, NowMs));
        return result.Error == Protocol.ErrorCode.None
            ? result.Ticket
            : throw new InvalidOperationException($"refused: {result.Error} {result.Fault}");
    }

    private static void Check(IoError error)
    {
        if (error != IoError.None)
        {
            throw new IOException($"the disk refused: {error}");
        }
    }

    public void LogEndMoved(PartitionLog log)
    {
    }

    public void HighWatermarkMoved(PartitionLog log)
    {
    }

    public void FlushedOffsetMoved(PartitionLog log)
    {
    }

    public void LogStartMoved(PartitionLog log)
    {
    }

    public void Failed(string logDirectory, string operation, IoError error) =>
        throw new IOException($"{operation}: {error}");

    public void Dispose()
    {
        worker.Dispose();
        groupCommit.Dispose();
        appender.Dispose();
        buffers.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
