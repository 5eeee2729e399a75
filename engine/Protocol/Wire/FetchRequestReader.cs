using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>
/// Reads a Fetch request (versions 4 to 18) in place, without a copy and without memory. The constructor walks the
/// whole body, as the replica's identity stands behind the topics from version 15: check <see cref="Error"/> first,
/// then walk the topics, and then the forgotten ones. Holds its place: pass it by reference.
/// </summary>
public ref struct FetchRequestReader
{
    /// <summary>Versions that this type reads: those of Kafka 4.4.</summary>
    public const short VersionMin = 4, VersionMax = 18;

    private const int TopicBytesMin = 2;
    private const int PartitionBytesMin = 4 + 8 + 4;

    private readonly FetchVersion version;
    private readonly bool isFlexible;
    private readonly ByteReader firstForgottenTopic;
    private ByteReader cursor;
    private int topicsLeft;
    private int partitionsLeft;
    private int forgottenLeft;
    private bool isInTopic;
    private bool isAmongForgotten;

    /// <summary>Reads the fields around the topics and checks all the rest.</summary>
    /// <param name="body">The request behind its header; it must not change while this is in use.</param>
    /// <param name="version">The version that the header names.</param>
    public FetchRequestReader(ReadOnlySpan<byte> body, short version)
    {
        this.version = new FetchVersion(version);
        isFlexible = this.version.IsFlexible;
        cursor = new ByteReader(body);
        if (version is < VersionMin or > VersionMax)
        {
            cursor.Fail(DecodeErrorKind.UnsupportedVersion);
        }

        ReplicaEpoch = -1;
        ReplicaId = this.version.HasReplicaState ? -1 : cursor.ReadInt32();
        MaxWaitMs = cursor.ReadInt32();
        MinBytes = cursor.ReadInt32();
        MaxBytes = cursor.ReadInt32();
        IsolationLevel = cursor.ReadInt8();
        SessionId = this.version.HasSessions ? cursor.ReadInt32() : 0;
        SessionEpoch = this.version.HasSessions ? cursor.ReadInt32() : -1;
        TopicCount = cursor.ReadCount(isFlexible, TopicBytesMin);

        ByteReader firstTopic = cursor;
        topicsLeft = TopicCount;
        while (NextTopic())
        {
        }

        ForgottenTopicCount = this.version.HasSessions ? cursor.ReadCount(isFlexible, TopicBytesMin) : 0;
        firstForgottenTopic = cursor;
        forgottenLeft = ForgottenTopicCount;
        while (NextForgottenTopic())
        {
        }

        RackId = this.version.HasRackId ? cursor.ReadUtf8(isFlexible) : default;
        if (isFlexible)
        {
            ReadTags();
        }

        Error = cursor.Error;
        BytesRead = cursor.Position;
        cursor = firstTopic;
        TopicCount = Error.IsError ? 0 : TopicCount;
        ForgottenTopicCount = Error.IsError ? 0 : ForgottenTopicCount;
        topicsLeft = TopicCount;
        forgottenLeft = ForgottenTopicCount;
        partitionsLeft = 0;
        isInTopic = false;
        isAmongForgotten = false;
    }

    /// <summary>What is wrong with the bytes, or none. Where there is something, no topic is answered.</summary>
    public DecodeError Error { get; }

    /// <summary>Bytes of the body that the request takes.</summary>
    public int BytesRead { get; }

    /// <summary>Null unless a KRaft peer names its cluster (from version 12).</summary>
    public NullableUtf8 ClusterId { get; private set; }

    /// <summary>The broker that fetches as a follower; -1 for a consumer, -2 for a debugging one.</summary>
    public int ReplicaId { get; private set; }

    /// <summary>The follower's broker epoch from version 15; -1 for none.</summary>
    public long ReplicaEpoch { get; private set; }

    /// <summary>How long the broker may wait for <see cref="MinBytes"/>, in milliseconds.</summary>
    public int MaxWaitMs { get; }

    public int MinBytes { get; }

    /// <summary>Most bytes of all records together; the first batch may be larger (KIP-74).</summary>
    public int MaxBytes { get; }

    /// <summary>0 for read uncommitted, 1 for read committed.</summary>
    public sbyte IsolationLevel { get; }

    /// <summary>The fetch session, 0 for none (KIP-227).</summary>
    public int SessionId { get; }

    /// <summary>The session's epoch; -1 where there is none and none is wanted, 0 to begin one.</summary>
    public int SessionEpoch { get; }

    public int TopicCount { get; }

    public int ForgottenTopicCount { get; }

    /// <summary>The consumer's rack from version 11 (KIP-392); empty for none.</summary>
    public ReadOnlySpan<byte> RackId { get; }

    /// <summary>The name of the topic, or forgotten topic, at hand up to version 12; empty afterwards.</summary>
    public ReadOnlySpan<byte> TopicName { get; private set; }

    /// <summary>Its id from version 13; zero before.</summary>
    public Uuid TopicId { get; private set; }

    /// <summary>Partitions of the topic at hand.</summary>
    public int PartitionCount { get; private set; }

    /// <summary>The partition at hand.</summary>
    public FetchPartition Partition { get; private set; }

    /// <summary>Partitions of the forgotten topic at hand.</summary>
    public Int32List ForgottenPartitions { get; private set; }

    /// <summary>Moves to the next topic, past partitions that were not looked at.</summary>
    /// <returns>False after the last one.</returns>
    public bool NextTopic()
    {
        while (NextPartition())
        {
        }

        if (topicsLeft == 0)
        {
            return false;
        }

        topicsLeft--;
        isInTopic = true;
        ReadTopicName();
        PartitionCount = cursor.ReadCount(isFlexible, PartitionBytesMin);
        partitionsLeft = PartitionCount;
        return !cursor.Failed;
    }

    /// <summary>Moves to the next partition of the topic at hand.</summary>
    /// <returns>False after the last one.</returns>
    public bool NextPartition()
    {
        if (partitionsLeft == 0)
        {
            if (isInTopic)
            {
                isInTopic = false;
                cursor.SkipTags(isFlexible);
            }

            return false;
        }

        partitionsLeft--;
        Partition = FetchPartition.Read(ref cursor, version);
        return !cursor.Failed;
    }

    /// <summary>
    /// Moves to the next topic that the session should forget; the topics cannot be walked any more afterwards.
    /// </summary>
    /// <returns>False after the last one.</returns>
    public bool NextForgottenTopic()
    {
        if (forgottenLeft == 0)
        {
            return false;
        }

        if (!isAmongForgotten)
        {
            isAmongForgotten = true;
            cursor = firstForgottenTopic;
            topicsLeft = 0;
            partitionsLeft = 0;
            isInTopic = false;
        }

        forgottenLeft--;
        ReadTopicName();
        int count = cursor.ReadCount(isFlexible, sizeof(int));
        ForgottenPartitions = new Int32List(cursor.ReadSpan(count * sizeof(int)));
        cursor.SkipTags(isFlexible);
        return !cursor.Failed;
    }

    private void ReadTopicName()
    {
        if (version.HasTopicIds)
        {
            TopicId = cursor.ReadUuid();
        }
        else
        {
            TopicName = cursor.ReadUtf8(isFlexible);
        }
    }

    private void ReadTags()
    {
        TagWalk tags = new(ref cursor);
        while (tags.Next(ref cursor, out uint tag, out ReadOnlySpan<byte> content))
        {
            ByteReader inner = new(content);
            if (tag == 0)
            {
                ClusterId = inner.ReadNullableUtf8(flexible: true);
                TagWalk.Close(ref cursor, in inner);
            }
            else if (tag == 1 && version.HasReplicaState)
            {
                ReplicaId = inner.ReadInt32();
                ReplicaEpoch = inner.ReadInt64();
                inner.SkipTags(flexible: true);
                TagWalk.Close(ref cursor, in inner);
            }
        }
    }
}
