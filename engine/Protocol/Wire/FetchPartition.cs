using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>One partition of a Fetch request.</summary>
/// <param name="Index">The partition.</param>
/// <param name="FetchOffset">Offset to read from.</param>
/// <param name="PartitionMaxBytes">Most bytes of records; the first batch of an answer may be larger.</param>
public readonly record struct FetchPartition(int Index, long FetchOffset, int PartitionMaxBytes)
{
    private const int DirectoryIdTag = 0;
    private const int HighWatermarkTag = 1;

    /// <summary>The leader's epoch as the client knows it; -1 for unknown.</summary>
    public int CurrentLeaderEpoch { get; init; } = -1;

    /// <summary>A follower's epoch of its last record; -1 for none.</summary>
    public int LastFetchedEpoch { get; init; } = -1;

    /// <summary>A follower's start of its log; -1 from a consumer.</summary>
    public long LogStartOffset { get; init; } = -1;

    /// <summary>A KRaft voter's directory (KIP-853); zero for none.</summary>
    public Uuid ReplicaDirectoryId { get; init; }

    /// <summary>
    /// A KRaft follower's high watermark, for the leader to answer at once when it is behind; the largest value for
    /// unknown.
    /// </summary>
    public long HighWatermark { get; init; } = long.MaxValue;

    internal static FetchPartition Read(scoped ref ByteReader reader, FetchVersion version)
    {
        int index = reader.ReadInt32();
        int currentLeaderEpoch = version.HasLeaderEpoch ? reader.ReadInt32() : -1;
        long fetchOffset = reader.ReadInt64();
        int lastFetchedEpoch = version.IsFlexible ? reader.ReadInt32() : -1;
        long logStartOffset = version.HasLogStartOffset ? reader.ReadInt64() : -1;
        int partitionMaxBytes = reader.ReadInt32();
        Uuid directoryId = default;
        long highWatermark = long.MaxValue;

        // Consumers send none: one byte says so.
        int tagCount = version.IsFlexible ? reader.ReadTaggedFieldCount() : 0;
        if (tagCount != 0)
        {
            ReadTags(ref reader, tagCount, version, ref directoryId, ref highWatermark);
        }

        return new FetchPartition(index, fetchOffset, partitionMaxBytes)
        {
            CurrentLeaderEpoch = currentLeaderEpoch,
            LastFetchedEpoch = lastFetchedEpoch,
            LogStartOffset = logStartOffset,
            ReplicaDirectoryId = directoryId,
            HighWatermark = highWatermark,
        };
    }

    internal void Write(scoped ref ByteWriter writer, FetchVersion version)
    {
        writer.WriteInt32(Index);
        if (version.HasLeaderEpoch)
        {
            writer.WriteInt32(CurrentLeaderEpoch);
        }

        writer.WriteInt64(FetchOffset);
        if (version.IsFlexible)
        {
            writer.WriteInt32(LastFetchedEpoch);
        }

        if (version.HasLogStartOffset)
        {
            writer.WriteInt64(LogStartOffset);
        }

        writer.WriteInt32(PartitionMaxBytes);
        if (version.IsFlexible)
        {
            WriteTags(ref writer, version);
        }
    }

    private void WriteTags(scoped ref ByteWriter writer, FetchVersion version)
    {
        bool hasDirectoryId = version.HasReplicaDirectoryId && ReplicaDirectoryId != Uuid.Zero;
        bool hasHighWatermark = version.HasHighWatermark && HighWatermark != long.MaxValue;
        writer.WriteUnsignedVarint((hasDirectoryId ? 1u : 0) + (hasHighWatermark ? 1u : 0));
        if (hasDirectoryId)
        {
            writer.WriteTag(DirectoryIdTag, Uuid.Size);
            writer.WriteUuid(ReplicaDirectoryId);
        }

        if (hasHighWatermark)
        {
            writer.WriteTag(HighWatermarkTag, sizeof(long));
            writer.WriteInt64(HighWatermark);
        }
    }

    private static void ReadTags(
        scoped ref ByteReader reader,
        int count,
        FetchVersion version,
        scoped ref Uuid directoryId,
        scoped ref long highWatermark)
    {
        TagWalk tags = new(count);
        while (tags.Next(ref reader, out uint tag, out ReadOnlySpan<byte> content))
        {
            ByteReader inner = new(content);
            if (tag == DirectoryIdTag && version.HasReplicaDirectoryId)
            {
                directoryId = inner.ReadUuid();
                TagWalk.Close(ref reader, in inner);
            }
            else if (tag == HighWatermarkTag && version.HasHighWatermark)
            {
                highWatermark = inner.ReadInt64();
                TagWalk.Close(ref reader, in inner);
            }
        }
    }
}
