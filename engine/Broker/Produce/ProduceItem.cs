using Millrace.Protocol;
using Millrace.Protocol.Wire;
using Millrace.Storage;

namespace Millrace.Broker;

/// <summary>What became of one partition of a Produce request.</summary>
internal struct ProduceItem
{
    /// <summary>Where it is appended; null where that was refused at once.</summary>
    public Partition? Partition;

    /// <summary>The log that it was appended to, until that is flushed.</summary>
    public PartitionLog? Log;

    public int Index;

    /// <summary>Whether a topic begins with this partition.</summary>
    public bool BeginsTopic;

    public ErrorCode Error;

    /// <summary>What to flush before anything is answered.</summary>
    public FlushTicket Ticket;

    public long BaseOffset;

    public long LogAppendTimeMs;

    public long LogStartOffset;

    /// <summary>The high watermark at which the append is acknowledged.</summary>
    public long RequiredOffset;

    /// <summary>Why, where the error alone does not say it.</summary>
    public ProduceRefusal? Refusal;

    public readonly bool IsAppended => Partition is not null && Error == ErrorCode.None;

    /// <summary>The append came to nothing.</summary>
    public void Fail(ErrorCode error, long logStartOffset = -1)
    {
        Error = error;
        Ticket = default;
        BaseOffset = -1;
        LogAppendTimeMs = -1;
        LogStartOffset = logStartOffset;
    }
}

/// <summary>The texts beside the error of a partition.</summary>
/// <param name="Message">UTF-8, or null.</param>
/// <param name="Records">The records that are to blame.</param>
internal sealed record ProduceRefusal(byte[]? Message, RecordError[] Records);

/// <summary>A topic of a Produce request as it is answered.</summary>
internal struct ProduceTopic
{
    public int NameStart;
    public int NameLength;
    public Base.Uuid Id;
    public int PartitionCount;
}
