using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>
/// Writes a Produce request (versions 3 to 13) without memory: the client's side of <see cref="ProduceRequestReader"/>.
/// Records are either copied in, or sent from where they are between <see cref="BeginPartition"/> and <see
/// cref="EndPartition"/>. Called in the order of its members; pass it by reference.
/// </summary>
public ref struct ProduceRequestWriter
{
    private const short FirstFlexible = 9;
    private const short FirstWithTopicId = 13;

    /// <summary>Most bytes in front of the topics and behind them, without the transactional id.</summary>
    public const int FixedBytesMax = (2 * WireWriting.LengthBytesMax) + sizeof(short) + sizeof(int) + 1;

    /// <summary>Most bytes of one topic without its partitions and name.</summary>
    public const int TopicBytesMax = Uuid.Size + WireWriting.LengthBytesMax + 1;

    /// <summary>Most bytes of one partition without its records.</summary>
    public const int PartitionBytesMax = sizeof(int) + WireWriting.LengthBytesMax + 1;

    private readonly short version;
    private readonly bool isFlexible;
    private ByteWriter writer;
    private WireCounts counts;

    /// <param name="target">Where the body goes; large enough, or writing throws.</param>
    /// <param name="version">3 to 13.</param>
    public ProduceRequestWriter(Span<byte> target, short version)
    {
        Invariant.That(
            version is >= ProduceRequestReader.VersionMin and <= ProduceRequestReader.VersionMax,
            "A request has a version that exists.");
        this.version = version;
        isFlexible = version >= FirstFlexible;
        writer = new ByteWriter(target);
    }

    /// <summary>Bytes written so far, records that are sent from elsewhere not counted.</summary>
    public readonly int Position => writer.Position;

    public void Begin(NullableUtf8 transactionalId, short acks, int timeoutMs, int topicCount)
    {
        counts.Announce(topicCount);
        writer.WriteUtf8(transactionalId, isFlexible);
        writer.WriteInt16(acks);
        writer.WriteInt32(timeoutMs);
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

    /// <summary>Writes a partition up to the length of its records.</summary>
    /// <param name="index">The partition.</param>
    /// <param name="recordsLength">Bytes of records that follow, -1 for null.</param>
    public void BeginPartition(int index, int recordsLength)
    {
        counts.Partition();
        writer.WriteInt32(index);
        writer.WriteLength(recordsLength, isFlexible);
    }

    /// <summary>Copies records in; not called for records that are sent from elsewhere.</summary>
    public void Records(ReadOnlySpan<byte> records) => writer.WriteSpan(records);

    public void EndPartition() => writer.WriteNoTags(isFlexible);

    public void EndTopic()
    {
        counts.EndTopic();
        writer.WriteNoTags(isFlexible);
    }

    public void End()
    {
        counts.End();
        writer.WriteNoTags(isFlexible);
    }
}
