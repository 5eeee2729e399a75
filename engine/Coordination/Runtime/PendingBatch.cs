using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;

namespace Millrace.Coordination.Runtime;

/// <summary>
/// Records that were applied and are on their way to the log, with the operations that wait for them. Owned by its
/// partition's loop.
/// </summary>
internal sealed class PendingBatch
{
    private readonly List<Entry> entries = [];
    private int sizeMax = BatchLayout.HeaderSize;

    /// <summary>The offset that its first record was applied with.</summary>
    public required long BaseOffset { get; init; }

    /// <summary>Where the changes of its records begin in the undo log.</summary>
    public required long UndoMark { get; init; }

    public long ProducerId { get; init; } = BatchLayout.NoProducerId;

    public short ProducerEpoch { get; init; } = BatchLayout.NoProducerEpoch;

    public object? TransactionGuard { get; init; }

    /// <summary>Set for a transaction's end marker, which is a batch of its own.</summary>
    public TransactionEnd? End { get; init; }

    public List<PendingOperation> Operations { get; } = [];

    public bool IsTransactional => ProducerId != BatchLayout.NoProducerId;

    public long NextOffset => BaseOffset + (End is null ? entries.Count : 1);

    /// <summary>Whether so many bytes more keep it within the topic's limit.</summary>
    public bool HasRoomFor(int bytes, int batchBytesMax) => sizeMax + bytes <= batchBytesMax;

    public void Add(in Entry entry)
    {
        entries.Add(entry);
        sizeMax += entry.SizeMax;
    }

    /// <summary>The batch's bytes, in memory of their own as they leave the thread.</summary>
    public Memory<byte> Build(BatchBuilder builder, Codec codec)
    {
        if (End is { } end)
        {
            return ControlBatch.EndTransaction(
                builder, 0, BatchLayout.NoLeaderEpoch, end.TimestampMs, ProducerId, ProducerEpoch, end.IsCommit,
                end.CoordinatorEpoch).ToArray();
        }

        builder.Begin(new NewBatch
        {
            Codec = codec,
            ProducerId = ProducerId,
            ProducerEpoch = ProducerEpoch,
            BaseSequence = IsTransactional ? 0 : BatchLayout.NoSequence,
            IsTransactional = IsTransactional,
        });
        foreach (Entry entry in entries)
        {
            builder.Append(entry.TimestampMs, entry.Key, entry.Value);
        }

        return builder.Finish().ToArray();
    }

    /// <summary>An encoded record.</summary>
    internal readonly record struct Entry(long TimestampMs, byte[] Key, byte[]? Value)
    {
        public int SizeMax => BatchBuilder.RecordSizeMax(Key.Length, Value?.Length ?? 0, 0);
    }
}

/// <summary>What a transaction's end marker says, and under which transaction version it was decided.</summary>
internal readonly record struct TransactionEnd(
    bool IsCommit, int CoordinatorEpoch, short TransactionVersion, long TimestampMs = -1);
