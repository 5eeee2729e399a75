using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>
/// Reads a Fetch response (versions 4 to 18) in place: the client's side of <see cref="FetchResponseWriter"/>. The
/// constructor walks the whole body: check <see cref="Error"/> first. Holds its place: pass it by reference.
/// </summary>
public ref struct FetchResponseReader
{
    private const int TopicBytesMin = 2;
    private const int PartitionBytesMin = 4 + 2 + 8 + 8 + 1 + 1;

    private readonly FetchVersion version;
    private readonly bool isFlexible;
    private ByteReader cursor;
    private int topicsLeft;
    private int partitionsLeft;
    private bool isInTopic;

    /// <summary>Checks the whole body and reads the fields around the topics.</summary>
    /// <param name="body">The response behind its header; it must not change while this is in use.</param>
    /// <param name="version">The version of the request.</param>
    public FetchResponseReader(ReadOnlySpan<byte> body, short version)
    {
        this.version = new FetchVersion(version);
        isFlexible = this.version.IsFlexible;
        cursor = new ByteReader(body);
        if (version is < FetchRequestReader.VersionMin or > FetchRequestReader.VersionMax)
        {
            cursor.Fail(DecodeErrorKind.UnsupportedVersion);
        }

        ThrottleTimeMs = cursor.ReadInt32();
        ErrorCode = this.version.HasSessions ? (ErrorCode)cursor.ReadInt16() : ErrorCode.None;
        SessionId = this.version.HasSessions ? cursor.ReadInt32() : 0;
        TopicCount = cursor.ReadCount(isFlexible, TopicBytesMin);

        ByteReader firstTopic = cursor;
        Rewind();
        while (NextTopic())
        {
        }

        Endpoints = isFlexible ? NodeEndpointList.ReadTags(ref cursor, this.version.HasNodeEndpoints) : default;
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

    /// <summary>How long the broker asks to be left alone, in milliseconds.</summary>
    public int ThrottleTimeMs { get; }

    /// <summary>An error of the session; none before version 7.</summary>
    public ErrorCode ErrorCode { get; }

    public int SessionId { get; }

    public int TopicCount { get; }

    /// <summary>Where the leaders are that the partitions name. Copy it to walk it.</summary>
    public NodeEndpointList Endpoints { get; }

    /// <summary>The topic's name up to version 12; empty afterwards.</summary>
    public ReadOnlySpan<byte> TopicName { get; private set; }

    /// <summary>The topic's id from version 13; zero before.</summary>
    public Uuid TopicId { get; private set; }

    public int PartitionCount { get; private set; }

    /// <summary>The partition at hand.</summary>
    public FetchedPartition Partition { get; private set; }

    /// <summary>Its aborted transactions. Copy it to walk it.</summary>
    public AbortedTransactionList AbortedTransactions { get; private set; }

    /// <summary>Record batches, the last one perhaps cut short; empty for null as well.</summary>
    public ReadOnlySpan<byte> Records { get; private set; }

    /// <summary>False where the records are null.</summary>
    public bool HasRecords { get; private set; }

    /// <summary>Where <see cref="Records"/> starts, in bytes from the start of the body.</summary>
    public int RecordsPosition { get; private set; }

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
        if (version.HasTopicIds)
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
        FetchedPartition partition = new(
            Index: cursor.ReadInt32(),
            ErrorCode: (ErrorCode)cursor.ReadInt16(),
            HighWatermark: cursor.ReadInt64(),
            LastStableOffset: cursor.ReadInt64(),
            LogStartOffset: version.HasLogStartOffset ? cursor.ReadInt64() : -1);
        AbortedTransactions = AbortedTransactionList.Read(ref cursor, isFlexible);
        partition = partition with { PreferredReadReplica = version.HasRackId ? cursor.ReadInt32() : -1 };

        int length = cursor.ReadBytesLength(isFlexible);
        HasRecords = length >= 0;
        RecordsPosition = cursor.Position;
        Records = HasRecords ? cursor.ReadSpan(length) : default;
        Partition = isFlexible ? partition.WithTags(ref cursor) : partition;
        return !cursor.Failed;
    }

    private void Rewind()
    {
        topicsLeft = TopicCount;
        partitionsLeft = 0;
        isInTopic = false;
    }
}
