using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>The fields of a Fetch request that stand around its topics.</summary>
/// <param name="MaxWaitMs">How long the broker may wait for <paramref name="MinBytes"/>, in milliseconds.</param>
/// <param name="MinBytes">Bytes worth an answer.</param>
/// <param name="MaxBytes">Most bytes of all records together.</param>
public readonly record struct FetchRequestHead(int MaxWaitMs, int MinBytes, int MaxBytes)
{
    /// <summary>The broker that fetches as a follower; -1 for a consumer.</summary>
    public int ReplicaId { get; init; } = -1;

    /// <summary>The follower's broker epoch, from version 15; -1 for none.</summary>
    public long ReplicaEpoch { get; init; } = -1;

    /// <summary>0 for read uncommitted, 1 for read committed.</summary>
    public sbyte IsolationLevel { get; init; }

    /// <summary>The fetch session, 0 for none.</summary>
    public int SessionId { get; init; }

    /// <summary>The session's epoch; -1 for no session.</summary>
    public int SessionEpoch { get; init; } = -1;
}

/// <summary>
/// Writes a Fetch request (versions 4 to 18) without memory: the client's side of <see cref="FetchRequestReader"/>.
/// Fields that the version lacks are left out. Called in the order of its members; pass it by reference.
/// </summary>
public ref struct FetchRequestWriter
{
    private const int ReplicaStateSize = sizeof(int) + sizeof(long) + 1;

    /// <summary>Most bytes around the topics, without the texts.</summary>
    public const int FixedBytesMax =
        (6 * sizeof(int)) + 1 + (3 * WireWriting.LengthBytesMax) + 1
        + (2 * 6) + WireWriting.LengthBytesMax + ReplicaStateSize;

    /// <summary>Most bytes of one topic, forgotten or not, without its partitions and name.</summary>
    public const int TopicBytesMax = Uuid.Size + WireWriting.LengthBytesMax + 1;

    /// <summary>Most bytes of one partition. A partition of a forgotten topic has four.</summary>
    public const int PartitionBytesMax = (4 * sizeof(int)) + (2 * sizeof(long)) + 1 + 2 + Uuid.Size + 2 + sizeof(long);

    private readonly FetchVersion version;
    private readonly bool isFlexible;
    private ByteWriter writer;
    private WireCounts counts;
    private FetchRequestHead head;

    /// <param name="target">Where the body goes; large enough, or writing throws.</param>
    /// <param name="version">4 to 18.</param>
    public FetchRequestWriter(Span<byte> target, short version)
    {
        Invariant.That(
            version is >= FetchRequestReader.VersionMin and <= FetchRequestReader.VersionMax,
            "A request has a version that exists.");
        this.version = new FetchVersion(version);
        isFlexible = this.version.IsFlexible;
        writer = new ByteWriter(target);
    }

    /// <summary>Bytes written so far.</summary>
    public readonly int Position => writer.Position;

    public void Begin(in FetchRequestHead fields, int topicCount)
    {
        head = fields;
        counts.Announce(topicCount);
        if (!version.HasReplicaState)
        {
            writer.WriteInt32(fields.ReplicaId);
        }

        writer.WriteInt32(fields.MaxWaitMs);
        writer.WriteInt32(fields.MinBytes);
        writer.WriteInt32(fields.MaxBytes);
        writer.WriteInt8(fields.IsolationLevel);
        if (version.HasSessions)
        {
            writer.WriteInt32(fields.SessionId);
            writer.WriteInt32(fields.SessionEpoch);
        }

        writer.WriteLength(topicCount, isFlexible);
    }

    /// <summary>Begins a topic: by its name up to version 12, by its id from 13.</summary>
    public void BeginTopic(ReadOnlySpan<byte> name, Uuid id, int partitionCount)
    {
        counts.BeginTopic(partitionCount);
        WriteTopicName(name, id);
        writer.WriteLength(partitionCount, isFlexible);
    }

    public void Partition(in FetchPartition partition)
    {
        counts.Partition();
        partition.Write(ref writer, version);
    }

    public void EndTopic()
    {
        counts.EndTopic();
        writer.WriteNoTags(isFlexible);
    }

    /// <summary>
    /// Ends the topics and begins those that the session should forget. Before version 7 there are none.
    /// </summary>
    public void BeginForgotten(int topicCount)
    {
        counts.End();
        counts.Announce(topicCount);
        if (version.HasSessions)
        {
            writer.WriteLength(topicCount, isFlexible);
        }
        else
        {
            Invariant.That(topicCount == 0, "Only sessions forget.");
        }
    }

    public void ForgottenTopic(ReadOnlySpan<byte> name, Uuid id, ReadOnlySpan<int> partitions)
    {
        counts.BeginTopic(0);
        WriteTopicName(name, id);
        writer.WriteInt32Array(partitions, isFlexible);
        writer.WriteNoTags(isFlexible);
    }

    /// <summary>Ends the request.</summary>
    /// <param name="rackId">The consumer's rack, empty for none.</param>
    /// <param name="clusterId">A KRaft peer's cluster, otherwise null.</param>
    public void End(ReadOnlySpan<byte> rackId, NullableUtf8 clusterId = default)
    {
        counts.End();
        if (version.HasRackId)
        {
            writer.WriteUtf8(rackId, isFlexible);
        }

        if (!isFlexible)
        {
            return;
        }

        bool hasReplicaState = version.HasReplicaState && (head.ReplicaId != -1 || head.ReplicaEpoch != -1);
        writer.WriteUnsignedVarint((clusterId.HasValue ? 1u : 0) + (hasReplicaState ? 1u : 0));
        if (clusterId.HasValue)
        {
            writer.WriteTag(0, WireWriting.SizeOfCompact(clusterId));
            writer.WriteUtf8(clusterId, flexible: true);
        }

        if (hasReplicaState)
        {
            writer.WriteTag(1, ReplicaStateSize);
            writer.WriteInt32(head.ReplicaId);
            writer.WriteInt64(head.ReplicaEpoch);
            writer.WriteNoTags(flexible: true);
        }
    }

    private void WriteTopicName(ReadOnlySpan<byte> name, Uuid id)
    {
        if (version.HasTopicIds)
        {
            writer.WriteUuid(id);
        }
        else
        {
            writer.WriteUtf8(name, isFlexible);
        }
    }
}
