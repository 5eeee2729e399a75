using Millrace.Protocol;

namespace Millrace.Storage;

/// <summary>How far a reader may see.</summary>
public enum ReadBound : byte
{
    /// <summary>Everything written: followers.</summary>
    LogEnd,

    /// <summary>What all replicas have: consumers.</summary>
    HighWatermark,

    /// <summary>What is decided besides: consumers that read committed records only.</summary>
    LastStable,
}

/// <summary>
/// Bytes of a segment's file that hold batches, ready for <c>sendfile</c>. The file stays open until <see
/// cref="Release"/>, also when the segment is deleted meanwhile. Where the log is truncated meanwhile, there are fewer
/// bytes than promised.
/// </summary>
public readonly struct FileRange
{
    private readonly CachedFile? owner;

    internal FileRange(CachedFile owner, IFile file, int position, int length)
    {
        this.owner = owner;
        File = file;
        Position = position;
        Length = length;
    }

    /// <summary>The open file.</summary>
    public IFile File { get; }

    /// <summary>The first byte.</summary>
    public long Position { get; }

    /// <summary>Bytes; the last batch may be cut off by the bytes that were asked for, as with Kafka.</summary>
    public int Length { get; }

    /// <summary>Gives the file back, once, when the last byte was sent or is not wanted any more.</summary>
    public void Release() => owner?.Unpin();
}

/// <summary>What a read came to: offsets, and how many of the given places hold ranges now.</summary>
public readonly record struct ReadPlan
{
    /// <summary>OFFSET_OUT_OF_RANGE, KAFKA_STORAGE_ERROR, or none.</summary>
    public ErrorCode Error { get; init; }

    /// <summary>
    /// What was asked for cannot be found without waiting for the disk, which the reader did not want.
    /// </summary>
    public bool WouldWait { get; init; }

    /// <summary>Ranges that were filled in; each has to be released.</summary>
    public int RangeCount { get; init; }

    /// <summary>Bytes of all ranges.</summary>
    public int Bytes { get; init; }

    /// <summary>The first batch is larger than was asked for, and cut off.</summary>
    public bool FirstBatchIncomplete { get; init; }

    /// <summary>First offset that is beyond what the reader may see.</summary>
    public long UpperOffset { get; init; }

    public long LogStartOffset { get; init; }

    public long LogEndOffset { get; init; }

    public long HighWatermark { get; init; }

    public long LastStableOffset { get; init; }
}
