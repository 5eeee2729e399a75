using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>
/// Writes a Metadata response (versions 0 to 13) straight from the metadata image into the answer's buffer, without
/// memory. Fields that the version lacks are left out. Called in the order of its members; pass it by reference.
/// </summary>
public ref struct MetadataResponseWriter
{
    /// <summary>Versions that this type writes: those of Kafka 4.4.</summary>
    public const short VersionMin = 0, VersionMax = 13;

    /// <summary>What stands for authorized operations that were not asked for.</summary>
    public const int OperationsOmitted = int.MinValue;

    /// <summary>Most bytes besides brokers and topics, without the cluster's id.</summary>
    public const int FixedBytesMax = (3 * sizeof(int)) + (3 * WireWriting.LengthBytesMax) + sizeof(short) + 1;

    /// <summary>Most bytes of one broker without its texts.</summary>
    public const int BrokerBytesMax = (2 * sizeof(int)) + (2 * WireWriting.LengthBytesMax) + 1;

    /// <summary>Most bytes of one topic without its partitions and name.</summary>
    public const int TopicBytesMax = 2 + (2 * WireWriting.LengthBytesMax) + Uuid.Size + 1 + sizeof(int) + 1;

    /// <summary>Most bytes of one partition without its replicas, of which each mention takes four.</summary>
    public const int PartitionBytesMax = 2 + (3 * sizeof(int)) + (3 * WireWriting.LengthBytesMax) + 1;

    private const short FirstWithRackAndController = 1;
    private const short FirstWithClusterId = 2;
    private const short FirstWithThrottleTime = 3;
    private const short FirstWithOfflineReplicas = 5;
    private const short FirstWithLeaderEpoch = 7;
    private const short FirstWithOperations = 8;
    private const short FirstFlexible = 9;
    private const short FirstWithTopicId = 10;
    private const short LastWithClusterOperations = 10;
    private const short FirstWithNullableName = 12;
    private const short FirstWithErrorCode = 13;

    private readonly short version;
    private readonly bool isFlexible;
    private ByteWriter writer;
    private WireCounts counts;
    private int brokersLeft;

    /// <param name="target">Where the body goes; large enough, or writing throws.</param>
    /// <param name="version">The request's version.</param>
    public MetadataResponseWriter(Span<byte> target, short version)
    {
        Invariant.That(version is >= VersionMin and <= VersionMax, "An answer has a version that was asked for.");
        this.version = version;
        isFlexible = version >= FirstFlexible;
        writer = new ByteWriter(target);
    }

    /// <summary>Bytes written so far.</summary>
    public readonly int Position => writer.Position;

    public void Begin(int throttleTimeMs, int brokerCount)
    {
        Invariant.That(brokerCount >= 0, "A count is announced.");
        brokersLeft = brokerCount;
        if (version >= FirstWithThrottleTime)
        {
            writer.WriteInt32(throttleTimeMs);
        }

        writer.WriteLength(brokerCount, isFlexible);
    }

    public void Broker(int nodeId, ReadOnlySpan<byte> host, int port, NullableUtf8 rack)
    {
        Invariant.That(brokersLeft > 0, "As many brokers are written as were announced.");
        brokersLeft--;
        writer.WriteInt32(nodeId);
        writer.WriteUtf8(host, isFlexible);
        writer.WriteInt32(port);
        if (version >= FirstWithRackAndController)
        {
            writer.WriteUtf8(rack, isFlexible);
        }

        writer.WriteNoTags(isFlexible);
    }

    /// <summary>Ends the brokers and begins the topics.</summary>
    /// <param name="clusterId">The cluster, or null.</param>
    /// <param name="controllerId">The broker that takes admin requests, -1 for none.</param>
    /// <param name="topicCount">Topics that follow.</param>
    public void BeginTopics(NullableUtf8 clusterId, int controllerId, int topicCount)
    {
        Invariant.That(brokersLeft == 0, "As many brokers are written as were announced.");
        counts.Announce(topicCount);
        if (version >= FirstWithClusterId)
        {
            writer.WriteUtf8(clusterId, isFlexible);
        }

        if (version >= FirstWithRackAndController)
        {
            writer.WriteInt32(controllerId);
        }

        writer.WriteLength(topicCount, isFlexible);
    }

    /// <param name="errorCode">What went wrong, or none.</param>
    /// <param name="name">The name; null from version 12 only, for an id that nobody knows.</param>
    /// <param name="id">The id, from version 10.</param>
    /// <param name="isInternal">True for the topics of Kafka itself.</param>
    /// <param name="partitionCount">Partitions that follow.</param>
    public void BeginTopic(ErrorCode errorCode, NullableUtf8 name, Uuid id, bool isInternal, int partitionCount)
    {
        Invariant.That(name.HasValue || version >= FirstWithNullableName, "A topic has a name before version 12.");
        counts.BeginTopic(partitionCount);
        writer.WriteInt16((short)errorCode);
        writer.WriteUtf8(name, isFlexible);
        if (version >= FirstWithTopicId)
        {
            writer.WriteUuid(id);
        }

        if (version >= FirstWithRackAndController)
        {
            writer.WriteBool(isInternal);
        }

        writer.WriteLength(partitionCount, isFlexible);
    }

    public void Partition(
        ErrorCode errorCode,
        int index,
        int leaderId,
        int leaderEpoch,
        ReadOnlySpan<int> replicas,
        ReadOnlySpan<int> inSyncReplicas,
        ReadOnlySpan<int> offlineReplicas)
    {
        counts.Partition();
        writer.WriteInt16((short)errorCode);
        writer.WriteInt32(index);
        writer.WriteInt32(leaderId);
        if (version >= FirstWithLeaderEpoch)
        {
            writer.WriteInt32(leaderEpoch);
        }

        writer.WriteInt32Array(replicas, isFlexible);
        writer.WriteInt32Array(inSyncReplicas, isFlexible);
        if (version >= FirstWithOfflineReplicas)
        {
            writer.WriteInt32Array(offlineReplicas, isFlexible);
        }

        writer.WriteNoTags(isFlexible);
    }

    /// <param name="authorizedOperations">Bit set of what the client may do, or <see
    /// cref="OperationsOmitted"/>.</param>
    public void EndTopic(int authorizedOperations)
    {
        counts.EndTopic();
        if (version >= FirstWithOperations)
        {
            writer.WriteInt32(authorizedOperations);
        }

        writer.WriteNoTags(isFlexible);
    }

    /// <summary>Ends the answer.</summary>
    /// <param name="clusterAuthorizedOperations">As for a topic; in versions 8 to 10.</param>
    /// <param name="errorCode">An error of the whole request, from version 13.</param>
    public void End(int clusterAuthorizedOperations, ErrorCode errorCode)
    {
        counts.End();
        if (version is >= FirstWithOperations and <= LastWithClusterOperations)
        {
            writer.WriteInt32(clusterAuthorizedOperations);
        }

        if (version >= FirstWithErrorCode)
        {
            writer.WriteInt16((short)errorCode);
        }

        writer.WriteNoTags(isFlexible);
    }
}
