using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>
/// Writes a Produce response (versions 3 to 13) straight into the answer's buffer, topic by topic, without memory.
/// Fields that the version lacks are left out. Called in the order of its members; pass it by reference.
/// </summary>
public ref struct ProduceResponseWriter
{
    private const short FirstWithLogStartOffset = 5;
    private const short FirstWithRecordErrors = 8;
    private const short FirstFlexible = 9;
    private const short FirstWithLeaders = 10;
    private const short FirstWithTopicId = 13;

    private const int LeaderTagBytes = 2 + LeaderIdAndEpoch.Size;

    /// <summary>
    /// Most bytes in front of the topics and behind them, endpoints not counted (<see cref="NodeEndpoint.BytesMax"/>).
    /// </summary>
    public const int FixedBytesMax =
        WireWriting.LengthBytesMax + sizeof(int) + 1 + 2 + (2 * WireWriting.LengthBytesMax);

    /// <summary>Most bytes of one topic without its partitions and name.</summary>
    public const int TopicBytesMax = Uuid.Size + WireWriting.LengthBytesMax + 1;

    /// <summary>Most bytes of one partition without record errors and message.</summary>
    public const int PartitionBytesMax = 4 + 2 + (3 * 8) + (2 * WireWriting.LengthBytesMax) + 1 + LeaderTagBytes;

    /// <summary>Most bytes of one record error without its message.</summary>
    public const int RecordErrorBytesMax = sizeof(int) + WireWriting.LengthBytesMax + 1;

    private readonly short version;
    private readonly bool isFlexible;
    private ByteWriter writer;
    private WireCounts counts;

    /// <param name="target">Where the body goes; large enough, or writing throws.</param>
    /// <param name="version">The request's version.</param>
    public ProduceResponseWriter(Span<byte> target, short version)
    {
        Invariant.That(
            version is >= ProduceRequestReader.VersionMin and <= ProduceRequestReader.VersionMax,
            "An answer has a version that was asked for.");
        this.version = version;
        isFlexible = version >= FirstFlexible;
        writer = new ByteWriter(target);
    }

    /// <summary>Bytes written so far.</summary>
    public readonly int Position => writer.Position;

    public void Begin(int topicCount)
    {
        counts.Announce(topicCount);
        writer.WriteLength(topicCount, isFlexible);
    }

    /// <summary>Begins a topic: by its name up to version 12, by its id from 13.</summary>
    public void BeginTopic(ReadOnlySpan<byte> name, Uuid id, int partitionCount)
    {
        counts.BeginTopic(partitionCount);
        if (version >= FirstWithTopicId)
        {
            writer.WriteUuid(id);
        }
        else
        {
            writer.WriteUtf8(name, isFlexible);
        }

        writer.WriteLength(partitionCount, isFlexible);
    }

    /// <summary>Writes a partition that has nothing more to tell.</summary>
    /// <param name="index">The partition.</param>
    /// <param name="errorCode">What went wrong, or none.</param>
    /// <param name="baseOffset">Offset of the first record, -1 after an error.</param>
    /// <param name="logAppendTimeMs">The broker's time under LogAppendTime, otherwise -1.</param>
    /// <param name="logStartOffset">Start of the log, -1 after an error.</param>
    public void Partition(int index, ErrorCode errorCode, long baseOffset, long logAppendTimeMs, long logStartOffset) =>
        Partition(
            index,
            errorCode,
            baseOffset,
            logAppendTimeMs,
            logStartOffset,
            [],
            NullableUtf8.Null,
            LeaderIdAndEpoch.None);

    /// <summary>Writes a partition with all that may be told of an error.</summary>
    /// <param name="index">The partition.</param>
    /// <param name="errorCode">What went wrong, or none.</param>
    /// <param name="baseOffset">Offset of the first record, -1 after an error.</param>
    /// <param name="logAppendTimeMs">The broker's time under LogAppendTime, otherwise -1.</param>
    /// <param name="logStartOffset">Start of the log, -1 after an error.</param>
    /// <param name="recordErrors">The records that made the batch be refused.</param>
    /// <param name="errorMessage">A sentence on the error, or null.</param>
    /// <param name="currentLeader">Where to turn to, or <see cref="LeaderIdAndEpoch.None"/>.</param>
    public void Partition(
        int index,
        ErrorCode errorCode,
        long baseOffset,
        long logAppendTimeMs,
        long logStartOffset,
        ReadOnlySpan<RecordError> recordErrors,
        NullableUtf8 errorMessage,
        LeaderIdAndEpoch currentLeader)
    {
        counts.Partition();
        writer.WriteInt32(index);
        writer.WriteInt16((short)errorCode);
        writer.WriteInt64(baseOffset);
        writer.WriteInt64(logAppendTimeMs);
        if (version >= FirstWithLogStartOffset)
        {
            writer.WriteInt64(logStartOffset);
        }

        if (version >= FirstWithRecordErrors)
        {
            WriteRecordErrors(recordErrors);
            writer.WriteUtf8(errorMessage, isFlexible);
        }

        if (version >= FirstWithLeaders && currentLeader != LeaderIdAndEpoch.None)
        {
            WriteLeader(currentLeader);
        }
        else
        {
            writer.WriteNoTags(isFlexible);
        }
    }

    public void EndTopic()
    {
        counts.EndTopic();
        writer.WriteNoTags(isFlexible);
    }

    /// <summary>Ends the answer.</summary>
    /// <param name="throttleTimeMs">How long the client is held back for its quota, in milliseconds.</param>
    /// <param name="endpoints">Where the new leaders named in this answer are.</param>
    public void End(int throttleTimeMs, ReadOnlySpan<NodeEndpoint> endpoints = default)
    {
        counts.End();
        writer.WriteInt32(throttleTimeMs);
        if (isFlexible)
        {
            NodeEndpoint.WriteTags(ref writer, endpoints, version >= FirstWithLeaders);
        }
    }

    private void WriteRecordErrors(ReadOnlySpan<RecordError> recordErrors)
    {
        writer.WriteLength(recordErrors.Length, isFlexible);
        foreach (RecordError error in recordErrors)
        {
            writer.WriteInt32(error.BatchIndex);
            writer.WriteUtf8(NullableUtf8.From(error.Message), isFlexible);
            writer.WriteNoTags(isFlexible);
        }
    }

    private void WriteLeader(LeaderIdAndEpoch leader)
    {
        writer.WriteUnsignedVarint(1);
        writer.WriteTag(0, LeaderIdAndEpoch.Size);
        leader.Write(ref writer);
    }
}
