using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>
/// Reads a Produce request (versions 3 to 13) in place: topics, partitions and their records, without a copy and
/// without memory. The constructor walks the whole body, so that nothing of a request that is bad at its end is
/// appended: check <see cref="Error"/> first, then walk. Holds its place: pass it by reference.
/// </summary>
/// <example><code>
/// while (request.NextTopic())
/// {
///     while (request.NextPartition()) { … request.Index, request.Records … }
/// }
/// </code></example>
public ref struct ProduceRequestReader
{
    /// <summary>Versions that this type reads: those of Kafka 4.4.</summary>
    public const short VersionMin = 3, VersionMax = 13;

    private const short FirstFlexible = 9;
    private const short FirstWithTopicId = 13;

    // Smallest encodings: a topic is a name (or an id) and a count; a partition an index and a length.
    private const int TopicBytesMin = 2;
    private const int PartitionBytesMin = 5;

    private readonly bool isFlexible;
    private readonly bool hasTopicIds;
    private ByteReader cursor;
    private int topicsLeft;
    private int partitionsLeft;
    private bool isInTopic;

    /// <summary>Reads the fields in front of the topics and checks all the rest.</summary>
    /// <param name="body">The request behind its header; it must not change while this is in use.</param>
    /// <param name="version">The version that the header names.</param>
    public ProduceRequestReader(ReadOnlySpan<byte> body, short version)
    {
        isFlexible = version >= FirstFlexible;
        hasTopicIds = version >= FirstWithTopicId;
        cursor = new ByteReader(body);
        if (version is < VersionMin or > VersionMax)
        {
            cursor.Fail(DecodeErrorKind.UnsupportedVersion);
        }

        TransactionalId = cursor.ReadNullableUtf8(isFlexible);
        Acks = cursor.ReadInt16();
        TimeoutMs = cursor.ReadInt32();
        TopicCount = cursor.ReadCount(isFlexible, TopicBytesMin);

        ByteReader firstTopic = cursor;
        Rewind();
        while (NextTopic())
        {
        }

        cursor.SkipTags(isFlexible);
        Error = cursor.Error;
        BytesRead = cursor.Position;
        cursor = firstTopic;
        TopicCount = Error.IsError ? 0 : TopicCount;
        Rewind();
    }

    /// <summary>What is wrong with the bytes, or none. Where there is something, no topic is answered.</summary>
    public DecodeError Error { get; }

    /// <summary>Bytes of the body that the request takes.</summary>
    public int BytesRead { get; }

    /// <summary>Null unless the producer is transactional.</summary>
    public NullableUtf8 TransactionalId { get; }

    /// <summary>
    /// 0 for no answer, 1 for the leader's word, -1 for that of all in-sync replicas. Any number may come.
    /// </summary>
    public short Acks { get; }

    /// <summary>How long to wait for the replicas, in milliseconds. Any number may come.</summary>
    public int TimeoutMs { get; }

    public int TopicCount { get; }

    /// <summary>The topic's name up to version 12; empty afterwards.</summary>
    public ReadOnlySpan<byte> TopicName { get; private set; }

    /// <summary>The topic's id from version 13; zero before.</summary>
    public Uuid TopicId { get; private set; }

    /// <summary>Partitions of the topic at hand.</summary>
    public int PartitionCount { get; private set; }

    /// <summary>The partition at hand. Any number may come.</summary>
    public int Index { get; private set; }

    /// <summary>Record batches as the producer sent them; empty for null as well.</summary>
    public ReadOnlySpan<byte> Records { get; private set; }

    /// <summary>False where the records are null.</summary>
    public bool HasRecords { get; private set; }

    /// <summary>Where <see cref="Records"/> starts, in bytes from the start of the body.</summary>
    public int RecordsPosition { get; private set; }

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
        if (hasTopicIds)
        {
            TopicId = cursor.ReadUuid();
        }
        else
        {
            TopicName = cursor.ReadUtf8(isFlexible);
        }

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
        Index = cursor.ReadInt32();
        int length = cursor.ReadBytesLength(isFlexible);
        HasRecords = length >= 0;
        RecordsPosition = cursor.Position;
        Records = HasRecords ? cursor.ReadSpan(length) : default;
        cursor.SkipTags(isFlexible);
        return !cursor.Failed;
    }

    /// <summary>Starts over at the first topic.</summary>
    private void Rewind()
    {
        topicsLeft = TopicCount;
        partitionsLeft = 0;
        isInTopic = false;
    }
}
