using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>
/// Reads a Produce response (versions 3 to 13) in place: the client's side of <see cref="ProduceResponseWriter"/>. The
/// constructor walks the whole body: check <see cref="Error"/> first. Holds its place: pass it by reference.
/// </summary>
public ref struct ProduceResponseReader
{
    private const short FirstWithLogStartOffset = 5;
    private const short FirstWithRecordErrors = 8;
    private const short FirstFlexible = 9;
    private const short FirstWithLeaders = 10;
    private const short FirstWithTopicId = 13;

    private const int TopicBytesMin = 2;
    private const int PartitionBytesMin = 4 + 2 + 8 + 8;

    private readonly short version;
    private readonly bool isFlexible;
    private ByteReader cursor;
    private int topicsLeft;
    private int partitionsLeft;
    private bool isInTopic;

    /// <summary>Checks the whole body and reads the fields behind the topics.</summary>
    /// <param name="body">The response behind its header; it must not change while this is in use.</param>
    /// <param name="version">The version of the request.</param>
    public ProduceResponseReader(ReadOnlySpan<byte> body, short version)
    {
        this.version = version;
        isFlexible = version >= FirstFlexible;
        cursor = new ByteReader(body);
        if (version is < ProduceRequestReader.VersionMin or > ProduceRequestReader.VersionMax)
        {
            cursor.Fail(DecodeErrorKind.UnsupportedVersion);
        }

        TopicCount = cursor.ReadCount(isFlexible, TopicBytesMin);
        ByteReader firstTopic = cursor;
        Rewind();
        while (NextTopic())
        {
        }

        ThrottleTimeMs = cursor.ReadInt32();
        Endpoints = isFlexible ? NodeEndpointList.ReadTags(ref cursor, version >= FirstWithLeaders) : default;
        Error = cursor.Error;
        BytesRead = cursor.Position;
        cursor = firstTopic;
        TopicCount = Error.IsError ? 0 : TopicCount;
        Rewind();
    }

    /// <summary>What is wrong with the bytes, or none. Where there is something, no topic is answered.</summary>
    public DecodeError Error { get; }

    /// <summary>Bytes of the body that the response takes.</summary>
    public int BytesRead { get; }

    public int TopicCount { get; }

    /// <summary>How long the broker asks to be left alone, in milliseconds.</summary>
    public int ThrottleTimeMs { get; }

    /// <summary>Where the leaders are that the partitions name. Copy it to walk it.</summary>
    public NodeEndpointList Endpoints { get; }

    /// <summary>The topic's name up to version 12; empty afterwards.</summary>
    public ReadOnlySpan<byte> TopicName { get; private set; }

    /// <summary>The topic's id from version 13; zero before.</summary>
    public Uuid TopicId { get; private set; }

    public int PartitionCount { get; private set; }

    public int Index { get; private set; }

    public ErrorCode ErrorCode { get; private set; }

    public long BaseOffset { get; private set; }

    public long LogAppendTimeMs { get; private set; }

    /// <summary>-1 before version 5.</summary>
    public long LogStartOffset { get; private set; }

    /// <summary>The refused records; empty before version 8. Copy it to walk it.</summary>
    public RecordErrorList RecordErrors { get; private set; }

    public NullableUtf8 ErrorMessage { get; private set; }

    public LeaderIdAndEpoch CurrentLeader { get; private set; }

    /// <summary>Moves to the next topic, past partitions that were not looked at.</summary>
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
        if (version >= FirstWithTopicId)
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
        ErrorCode = (ErrorCode)cursor.ReadInt16();
        BaseOffset = cursor.ReadInt64();
        LogAppendTimeMs = cursor.ReadInt64();
        LogStartOffset = version >= FirstWithLogStartOffset ? cursor.ReadInt64() : -1;
        if (version >= FirstWithRecordErrors)
        {
            RecordErrors = RecordErrorList.Read(ref cursor, isFlexible);
            ErrorMessage = cursor.ReadNullableUtf8(isFlexible);
        }

        CurrentLeader = LeaderIdAndEpoch.None;
        if (isFlexible)
        {
            ReadPartitionTags();
        }

        return !cursor.Failed;
    }

    private void ReadPartitionTags()
    {
        TagWalk tags = new(ref cursor);
        while (tags.Next(ref cursor, out uint tag, out ReadOnlySpan<byte> content))
        {
            if (tag == 0 && version >= FirstWithLeaders)
            {
                CurrentLeader = LeaderIdAndEpoch.ReadTagged(ref cursor, content);
            }
        }
    }

    private void Rewind()
    {
        topicsLeft = TopicCount;
        partitionsLeft = 0;
        isInTopic = false;
    }
}
