using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Records;

namespace Millrace.Storage;

/// <summary>What an append as leader says besides its bytes.</summary>
/// <param name="LeaderEpoch">Ours; stamped on the batches.</param>
/// <param name="Origin">Who appends.</param>
/// <param name="NowMs">Wall clock.</param>
/// <param name="TransactionVersion">For markers: the version under which the transaction ends.</param>
/// <param name="Proof">
/// That the transaction coordinator knows of a transaction that begins here with this append (KIP-890). Not needed by
/// default, as only clients' and coordinators' records are in transactions.
/// </param>
public readonly record struct LeaderAppend(
    int LeaderEpoch,
    AppendOrigin Origin,
    long NowMs,
    short TransactionVersion = 0,
    TransactionProof Proof = default);

/// <summary>
/// Names the group of appends that are written together: what <see cref="PartitionLog.Flush(FlushTicket)"/> asks for.
/// </summary>
/// <param name="Group">From 1; 0 where nothing is to be written.</param>
public readonly record struct FlushTicket(long Group)
{
    /// <summary>Whether there is nothing to wait for.</summary>
    public bool IsNone => Group == 0;
}

/// <summary>What an append came to, so far as it can be told before the write.</summary>
public readonly record struct AppendResult
{
    /// <summary>None where the append was taken. Even then it counts only once its flush has succeeded.</summary>
    public ErrorCode Error { get; init; }

    /// <summary>What is wrong with the bytes, where that is the error.</summary>
    public RecordFault Fault { get; init; }

    /// <summary>Offset of the first record; -1 where nothing was appended.</summary>
    public long FirstOffset { get; init; }

    /// <summary>Offset of the last record; -1 where nothing was appended.</summary>
    public long LastOffset { get; init; }

    /// <summary>The append time, where the topic's timestamps are append times; otherwise -1.</summary>
    public long LogAppendTimeMs { get; init; }

    /// <summary>Log start offset at the time.</summary>
    public long LogStartOffset { get; init; }

    /// <summary>The same batch was appended before, and the offsets are the ones that it got then.</summary>
    public bool IsDuplicate { get; init; }

    /// <summary>Bytes that go to the log.</summary>
    public int Bytes { get; init; }

    /// <summary>What to flush before the append is answered, and before its memory goes away.</summary>
    public FlushTicket Ticket { get; init; }

    internal static AppendResult Refused(ErrorCode error, long logStartOffset, RecordFault fault = RecordFault.None) =>
        new()
    {
        Error = error,
        Fault = fault,
        FirstOffset = -1,
        LastOffset = -1,
        LogAppendTimeMs = -1,
        LogStartOffset = logStartOffset,
    };
}

/// <summary>
/// What one thread needs to append as leader: validation and rewriting keep memory of their own. One for each reactor
/// or coordinator; used by its thread alone.
/// </summary>
public sealed class LogAppender : IDisposable
{
    internal BatchValidator Validator { get; } = new();

    internal BatchRewriter Rewriter { get; } = new();

    internal BatchBuilder Builder { get; } = new();

    /// <summary>The records that the last append refused, where its fault says so.</summary>
    public IReadOnlyList<RecordRejection> Rejections => Validator.Rejections;

    public void Dispose()
    {
        Validator.Dispose();
        Rewriter.Dispose();
        Builder.Dispose();
    }
}
