using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>
/// Writes a Fetch response (versions 4 to 18) without memory: all but the records, which the kernel sends from the
/// file. A partition is written up to and with the length of its records by <see cref="BeginPartition"/>; at <see
/// cref="Position"/> the frame is cut, the records follow from elsewhere, and <see cref="EndPartition"/> writes on
/// behind them. Fields that the version lacks are left out. Called in the order of its members; pass it by reference.
/// </summary>
public ref struct FetchResponseWriter
{
    /// <summary>Most bytes around the topics, endpoints not counted (<see cref="NodeEndpoint.BytesMax"/>).</summary>
    public const int FixedBytesMax = 4 + 2 + 4 + WireWriting.LengthBytesMax + 1 + 1 + (2 * WireWriting.LengthBytesMax);

    /// <summary>Most bytes of one topic without its partitions and name.</summary>
    public const int TopicBytesMax = Uuid.Size + WireWriting.LengthBytesMax + 1;

    /// <summary>Most bytes of one partition without records and aborted transactions.</summary>
    public const int PartitionBytesMax =
        4 + 2 + (3 * 8) + 4 + (2 * WireWriting.LengthBytesMax) + FetchedPartition.TagBytesMax;

    /// <summary>Most bytes of one aborted transaction.</summary>
    public const int AbortedTransactionBytesMax = (2 * sizeof(long)) + 1;

    private readonly FetchVersion version;
    private readonly bool isFlexible;
    private ByteWriter writer;
    private WireCounts counts;
    private FetchedPartition partition;

    /// <param name="target">Where all but the records goes; large enough, or writing throws.</param>
    /// <param name="version">The request's version.</param>
    public FetchResponseWriter(Span<byte> target, short version)
    {
        Invariant.That(
            version is >= FetchRequestReader.VersionMin and <= FetchRequestReader.VersionMax,
            "An answer has a version that was asked for.");
        this.version = new FetchVersion(version);
        isFlexible = this.version.IsFlexible;
        writer = new ByteWriter(target);
    }

    /// <summary>Bytes written so far, records that are sent from elsewhere not counted.</summary>
    public readonly int Position => writer.Position;

    /// <summary>
    /// Bytes of records that are sent from elsewhere so far: the frame's size is this and <see cref="Position"/>.
    /// </summary>
    public long RecordsBytesElsewhere { get; private set; }

    /// <param name="throttleTimeMs">How long the client is held back for its quota, in milliseconds.</param>
    /// <param name="errorCode">An error of the session, from version 7.</param>
    /// <param name="sessionId">The fetch session, 0 for none, from version 7.</param>
    /// <param name="topicCount">Topics that follow.</param>
    public void Begin(int throttleTimeMs, ErrorCode errorCode, int sessionId, int topicCount)
    {
        counts.Announce(topicCount);
        writer.WriteInt32(throttleTimeMs);
        if (version.HasSessions)
        {
            writer.WriteInt16((short)errorCode);
            writer.WriteInt32(sessionId);
        }

        writer.WriteLength(topicCount, isFlexible);
    }

    /// <summary>Begins a topic: by its name up to version 12, by its id from 13.</summary>
    public void BeginTopic(ReadOnlySpan<byte> name, Uuid id, int partitionCount)
    {
        counts.BeginTopic(partitionCount);
        if (version.HasTopicIds)
        {
            writer.WriteUuid(id);
        }
        else
        {
            writer.WriteUtf8(name, isFlexible);
        }

        writer.WriteLength(partitionCount, isFlexible);
    }

    /// <summary>
    /// Writes a partition up to and with the length of its records, for a reader of uncommitted records.
    /// </summary>
    /// <param name="fields">The partition.</param>
    /// <param name="recordsLength">Bytes of records that follow, -1 for null.</param>
    public void BeginPartition(in FetchedPartition fields, int recordsLength) =>
        BeginPartition(in fields, hasAborted: false, [], recordsLength);

    /// <summary>As the other form, for a reader of committed records.</summary>
    /// <param name="fields">The partition.</param>
    /// <param name="aborted">The aborted transactions among the records.</param>
    /// <param name="recordsLength">Bytes of records that follow, -1 for null.</param>
    public void BeginPartition(
        in FetchedPartition fields, ReadOnlySpan<AbortedTransaction> aborted, int recordsLength) =>
        BeginPartition(in fields, hasAborted: true, aborted, recordsLength);

    /// <summary>Copies records in, where they are not sent from elsewhere.</summary>
    /// <param name="records">As many bytes as were announced.</param>
    public void Records(ReadOnlySpan<byte> records)
    {
        writer.WriteSpan(records);
        RecordsBytesElsewhere -= records.Length;
    }

    /// <summary>Writes what stands behind a partition's records.</summary>
    public void EndPartition()
    {
        if (isFlexible)
        {
            partition.WriteTags(ref writer);
        }
    }

    public void EndTopic()
    {
        counts.EndTopic();
        writer.WriteNoTags(isFlexible);
    }

    /// <summary>Ends the answer.</summary>
    /// <param name="endpoints">Where the new leaders named in this answer are.</param>
    public void End(ReadOnlySpan<NodeEndpoint> endpoints = default)
    {
        counts.End();
        if (isFlexible)
        {
            NodeEndpoint.WriteTags(ref writer, endpoints, version.HasNodeEndpoints);
        }
    }

    private void BeginPartition(
        in FetchedPartition fields, bool hasAborted, ReadOnlySpan<AbortedTransaction> aborted, int recordsLength)
    {
        counts.Partition();
        partition = fields;
        writer.WriteInt32(fields.Index);
        writer.WriteInt16((short)fields.ErrorCode);
        writer.WriteInt64(fields.HighWatermark);
        writer.WriteInt64(fields.LastStableOffset);
        if (version.HasLogStartOffset)
        {
            writer.WriteInt64(fields.LogStartOffset);
        }

        writer.WriteLength(hasAborted ? aborted.Length : -1, isFlexible);
        foreach (AbortedTransaction transaction in aborted)
        {
            writer.WriteInt64(transaction.ProducerId);
            writer.WriteInt64(transaction.FirstOffset);
            writer.WriteNoTags(isFlexible);
        }

        if (version.HasRackId)
        {
            writer.WriteInt32(fields.PreferredReadReplica);
        }

        writer.WriteLength(recordsLength, isFlexible);
        RecordsBytesElsewhere += Math.Max(recordsLength, 0);
    }
}
