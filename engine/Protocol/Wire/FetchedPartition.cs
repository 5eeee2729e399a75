using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>One partition of a Fetch response, without its records and aborted transactions.</summary>
/// <param name="Index">The partition.</param>
/// <param name="ErrorCode">What went wrong, or none.</param>
/// <param name="HighWatermark">First offset that is not yet on all in-sync replicas.</param>
/// <param name="LastStableOffset">First offset that an open transaction holds back; -1 where it is not told.</param>
/// <param name="LogStartOffset">First offset that is still there.</param>
public readonly record struct FetchedPartition(
    int Index, ErrorCode ErrorCode, long HighWatermark, long LastStableOffset, long LogStartOffset)
{
    private const uint DivergingEpochTag = 0, CurrentLeaderTag = 1, SnapshotIdTag = 2;

    /// <summary>Most bytes of the tagged fields.</summary>
    internal const int TagBytesMax = 1 + (3 * 2) + EpochEndOffset.Size + (2 * sizeof(int)) + 1 + SnapshotId.Size;

    /// <summary>The replica that the consumer should rather read from (KIP-392); -1 for none.</summary>
    public int PreferredReadReplica { get; init; } = -1;

    public EpochEndOffset DivergingEpoch { get; init; } = EpochEndOffset.None;

    /// <summary>Where to turn to, after an error that says so (KIP-951).</summary>
    public LeaderIdAndEpoch CurrentLeader { get; init; } = LeaderIdAndEpoch.None;

    public SnapshotId SnapshotId { get; init; } = SnapshotId.None;

    /// <summary>Writes the tagged fields, which stand behind the records.</summary>
    internal void WriteTags(scoped ref ByteWriter writer)
    {
        bool hasDivergingEpoch = DivergingEpoch != EpochEndOffset.None;
        bool hasLeader = CurrentLeader != LeaderIdAndEpoch.None;
        bool hasSnapshot = SnapshotId != SnapshotId.None;
        writer.WriteUnsignedVarint((hasDivergingEpoch ? 1u : 0) + (hasLeader ? 1u : 0) + (hasSnapshot ? 1u : 0));
        if (hasDivergingEpoch)
        {
            writer.WriteTag(DivergingEpochTag, EpochEndOffset.Size);
            DivergingEpoch.Write(ref writer);
        }

        if (hasLeader)
        {
            writer.WriteTag(CurrentLeaderTag, LeaderIdAndEpoch.Size);
            CurrentLeader.Write(ref writer);
        }

        if (hasSnapshot)
        {
            writer.WriteTag(SnapshotIdTag, SnapshotId.Size);
            SnapshotId.Write(ref writer);
        }
    }

    /// <summary>This partition with the tagged fields at the reader's place.</summary>
    internal FetchedPartition WithTags(scoped ref ByteReader reader)
    {
        // Only a follower that is behind, or a client of a leader that is gone, is told anything here.
        int count = reader.ReadTaggedFieldCount();
        if (count == 0)
        {
            return this;
        }

        FetchedPartition partition = this;
        TagWalk tags = new(count);
        while (tags.Next(ref reader, out uint tag, out ReadOnlySpan<byte> content))
        {
            partition = tag switch
            {
                DivergingEpochTag => partition with { DivergingEpoch = EpochEndOffset.ReadTagged(ref reader, content) },
                CurrentLeaderTag => partition with { CurrentLeader = LeaderIdAndEpoch.ReadTagged(ref reader, content) },
                SnapshotIdTag => partition with { SnapshotId = SnapshotId.ReadTagged(ref reader, content) },
                _ => partition,
            };
        }

        return partition;
    }
}
