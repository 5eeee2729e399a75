using System.Diagnostics.CodeAnalysis;

namespace Millrace.Protocol;

/// <summary>
/// What Apache Kafka 4.4.0 says of one API: versions, header versions, and who serves it. A retired API has a key and
/// no versions (<see cref="MaxVersion"/> is below <see cref="MinVersion"/>).
/// </summary>
public sealed class ApiFacts
{
    private const short NeverFlexible = short.MaxValue;

    private static readonly ApiFacts[] Table =
    [
        new(ApiKey.Produce, 3, 13, 9, ApiListeners.Broker) { AdvertisedMinVersion = 0 },
        new(ApiKey.Fetch, 4, 18, 12, ApiListeners.Both),
        new(ApiKey.ListOffsets, 1, 11, 6, ApiListeners.Broker),
        new(ApiKey.Metadata, 0, 13, 9, ApiListeners.Broker),
        Retired(ApiKey.LeaderAndIsr),
        Retired(ApiKey.StopReplica),
        Retired(ApiKey.UpdateMetadata),
        Retired(ApiKey.ControlledShutdown),
        new(ApiKey.OffsetCommit, 2, 10, 8, ApiListeners.Broker),
        new(ApiKey.OffsetFetch, 1, 10, 6, ApiListeners.Broker),
        new(ApiKey.FindCoordinator, 0, 6, 3, ApiListeners.Broker),
        new(ApiKey.JoinGroup, 0, 9, 6, ApiListeners.Broker),
        new(ApiKey.Heartbeat, 0, 4, 4, ApiListeners.Broker),
        new(ApiKey.LeaveGroup, 0, 5, 4, ApiListeners.Broker),
        new(ApiKey.SyncGroup, 0, 5, 4, ApiListeners.Broker),
        new(ApiKey.DescribeGroups, 0, 6, 5, ApiListeners.Broker),
        new(ApiKey.ListGroups, 0, 5, 3, ApiListeners.Broker),
        new(ApiKey.SaslHandshake, 0, 1, NeverFlexible, ApiListeners.Both),
        new(ApiKey.ApiVersions, 0, 5, 3, ApiListeners.Both),
        new(ApiKey.CreateTopics, 2, 7, 5, ApiListeners.Both) { IsForwarded = true },
        new(ApiKey.DeleteTopics, 1, 6, 4, ApiListeners.Both) { IsForwarded = true },
        new(ApiKey.DeleteRecords, 0, 2, 2, ApiListeners.Broker),
        new(ApiKey.InitProducerId, 0, 5, 2, ApiListeners.Broker) { LatestVersion = 6 },
        new(ApiKey.OffsetForLeaderEpoch, 2, 4, 4, ApiListeners.Broker),
        new(ApiKey.AddPartitionsToTxn, 0, 5, 3, ApiListeners.Broker),
        new(ApiKey.AddOffsetsToTxn, 0, 4, 3, ApiListeners.Broker),
        new(ApiKey.EndTxn, 0, 5, 3, ApiListeners.Broker),
        new(ApiKey.WriteTxnMarkers, 1, 2, 1, ApiListeners.Broker) { IsClusterAction = true },
        new(ApiKey.TxnOffsetCommit, 0, 6, 3, ApiListeners.Broker),
        new(ApiKey.DescribeAcls, 1, 3, 2, ApiListeners.Both),
        new(ApiKey.CreateAcls, 1, 3, 2, ApiListeners.Both) { IsForwarded = true },
        new(ApiKey.DeleteAcls, 1, 3, 2, ApiListeners.Both) { IsForwarded = true },
        new(ApiKey.DescribeConfigs, 1, 4, 4, ApiListeners.Both),
        new(ApiKey.AlterConfigs, 0, 2, 2, ApiListeners.Both) { IsForwarded = true },
        new(ApiKey.AlterReplicaLogDirs, 1, 2, 2, ApiListeners.Broker),
        new(ApiKey.DescribeLogDirs, 1, 5, 2, ApiListeners.Broker),
        new(ApiKey.SaslAuthenticate, 0, 2, 2, ApiListeners.Both),
        new(ApiKey.CreatePartitions, 0, 3, 2, ApiListeners.Both) { IsForwarded = true },
        new(ApiKey.CreateDelegationToken, 1, 3, 2, ApiListeners.Both) { IsForwarded = true },
        new(ApiKey.RenewDelegationToken, 1, 2, 2, ApiListeners.Both) { IsForwarded = true },
        new(ApiKey.ExpireDelegationToken, 1, 2, 2, ApiListeners.Both) { IsForwarded = true },
        new(ApiKey.DescribeDelegationToken, 1, 3, 2, ApiListeners.Both),
        new(ApiKey.DeleteGroups, 0, 3, 2, ApiListeners.Broker),
        new(ApiKey.ElectLeaders, 0, 2, 2, ApiListeners.Both) { IsForwarded = true },
        new(ApiKey.IncrementalAlterConfigs, 0, 1, 1, ApiListeners.Both) { IsForwarded = true },
        new(ApiKey.AlterPartitionReassignments, 0, 1, 0, ApiListeners.Both) { IsForwarded = true },
        new(ApiKey.ListPartitionReassignments, 0, 0, 0, ApiListeners.Both) { IsForwarded = true },
        new(ApiKey.OffsetDelete, 0, 0, NeverFlexible, ApiListeners.Broker),
        new(ApiKey.DescribeClientQuotas, 0, 1, 1, ApiListeners.Broker),
        new(ApiKey.AlterClientQuotas, 0, 1, 1, ApiListeners.Both) { IsForwarded = true },
        new(ApiKey.DescribeUserScramCredentials, 0, 0, 0, ApiListeners.Both),
        new(ApiKey.AlterUserScramCredentials, 0, 0, 0, ApiListeners.Both) { IsForwarded = true },
        new(ApiKey.Vote, 0, 2, 0, ApiListeners.Controller) { IsClusterAction = true },
        new(ApiKey.BeginQuorumEpoch, 0, 1, 1, ApiListeners.Controller) { IsClusterAction = true },
        new(ApiKey.EndQuorumEpoch, 0, 1, 1, ApiListeners.Controller) { IsClusterAction = true },
        new(ApiKey.DescribeQuorum, 0, 2, 0, ApiListeners.Both) { IsClusterAction = true, IsForwarded = true },
        new(ApiKey.AlterPartition, 2, 3, 2, ApiListeners.Controller) { IsClusterAction = true },
        new(ApiKey.UpdateFeatures, 0, 2, 0, ApiListeners.Both) { IsClusterAction = true, IsForwarded = true },
        new(ApiKey.Envelope, 0, 0, 0, ApiListeners.Controller) { IsClusterAction = true },
        new(ApiKey.FetchSnapshot, 0, 1, 0, ApiListeners.Controller),
        new(ApiKey.DescribeCluster, 0, 2, 0, ApiListeners.Both),
        new(ApiKey.DescribeProducers, 0, 0, 0, ApiListeners.Broker),
        new(ApiKey.BrokerRegistration, 0, 4, 0, ApiListeners.Controller) { IsClusterAction = true },
        new(ApiKey.BrokerHeartbeat, 0, 2, 0, ApiListeners.Controller) { IsClusterAction = true },
        new(ApiKey.UnregisterBroker, 0, 0, 0, ApiListeners.Both) { IsForwarded = true },
        new(ApiKey.DescribeTransactions, 0, 0, 0, ApiListeners.Broker),
        new(ApiKey.ListTransactions, 0, 2, 0, ApiListeners.Broker),
        new(ApiKey.AllocateProducerIds, 0, 0, 0, ApiListeners.Controller)
            { IsClusterAction = true, IsForwarded = true },
        new(ApiKey.ConsumerGroupHeartbeat, 0, 1, 0, ApiListeners.Broker),
        new(ApiKey.ConsumerGroupDescribe, 0, 1, 0, ApiListeners.Broker),
        new(ApiKey.ControllerRegistration, 0, 0, 0, ApiListeners.Controller),
        new(ApiKey.GetTelemetrySubscriptions, 0, 0, 0, ApiListeners.Broker),
        new(ApiKey.PushTelemetry, 0, 0, 0, ApiListeners.Broker),
        new(ApiKey.AssignReplicasToDirs, 0, 0, 0, ApiListeners.Controller),
        new(ApiKey.ListConfigResources, 0, 1, 0, ApiListeners.Broker),
        new(ApiKey.DescribeTopicPartitions, 0, 0, 0, ApiListeners.Broker),
        new(ApiKey.ShareGroupHeartbeat, 1, 1, 1, ApiListeners.Broker),
        new(ApiKey.ShareGroupDescribe, 1, 1, 1, ApiListeners.Broker),
        new(ApiKey.ShareFetch, 1, 2, 1, ApiListeners.Broker),
        new(ApiKey.ShareAcknowledge, 1, 2, 1, ApiListeners.Broker),
        new(ApiKey.AddRaftVoter, 0, 1, 0, ApiListeners.Both) { IsForwarded = true },
        new(ApiKey.RemoveRaftVoter, 0, 0, 0, ApiListeners.Both) { IsForwarded = true },
        new(ApiKey.UpdateRaftVoter, 0, 0, 0, ApiListeners.Controller),
        new(ApiKey.InitializeShareGroupState, 0, 0, 0, ApiListeners.Broker) { IsClusterAction = true },
        new(ApiKey.ReadShareGroupState, 0, 0, 0, ApiListeners.Broker) { IsClusterAction = true },
        new(ApiKey.WriteShareGroupState, 0, 1, 0, ApiListeners.Broker) { IsClusterAction = true },
        new(ApiKey.DeleteShareGroupState, 0, 0, 0, ApiListeners.Broker) { IsClusterAction = true },
        new(ApiKey.ReadShareGroupStateSummary, 0, 1, 0, ApiListeners.Broker) { IsClusterAction = true },
        new(ApiKey.StreamsGroupHeartbeat, 0, 1, 0, ApiListeners.Broker),
        new(ApiKey.StreamsGroupDescribe, 0, 1, 0, ApiListeners.Broker),
        new(ApiKey.DescribeShareGroupOffsets, 0, 1, 0, ApiListeners.Broker),
        new(ApiKey.AlterShareGroupOffsets, 0, 0, 0, ApiListeners.Broker),
        new(ApiKey.DeleteShareGroupOffsets, 0, 0, 0, ApiListeners.Broker),
        new(ApiKey.StreamsGroupTopologyDescriptionUpdate, 0, 0, 0, ApiListeners.Broker),
        new(ApiKey.UnregisterController, 0, 0, 0, ApiListeners.Both) { IsForwarded = true },
    ];

    private ApiFacts(ApiKey key, short minVersion, short maxVersion, short flexibleFrom, ApiListeners listeners)
    {
        Key = key;
        Name = key.ToString();
        MinVersion = minVersion;
        MaxVersion = maxVersion;
        FlexibleFrom = flexibleFrom;
        Listeners = listeners;
        AdvertisedMinVersion = minVersion;
        LatestVersion = maxVersion;
    }

    /// <summary>Every key, retired ones too, in the order of their numbers.</summary>
    public static ReadOnlySpan<ApiFacts> All => Table;

    public ApiKey Key { get; }

    /// <summary>Kafka's name, without "Request" or "Response".</summary>
    public string Name { get; }

    /// <summary>
    /// Lowest version that Kafka 4.4.0 serves. The messages themselves go further back, to what 3.9 spoke.
    /// </summary>
    public short MinVersion { get; }

    /// <summary>Highest stable version.</summary>
    public short MaxVersion { get; }

    /// <summary>Highest version, an unstable one included (<c>unstable.api.versions.enable</c>).</summary>
    public short LatestVersion { get; private init; }

    /// <summary>
    /// Lowest version in an ApiVersions response. Produce says 0, though 3 is the lowest one served: librdkafka takes a
    /// higher minimum for a broker that it cannot talk to (KAFKA-18659).
    /// </summary>
    public short AdvertisedMinVersion { get; private init; }

    /// <summary>
    /// First version with compact lengths and tagged fields, or <see cref="short.MaxValue"/> where there is none.
    /// </summary>
    public short FlexibleFrom { get; }

    public ApiListeners Listeners { get; }

    /// <summary>Sent between nodes only, and authorized as ClusterAction.</summary>
    public bool IsClusterAction { get; private init; }

    /// <summary>A broker forwards it to the controller in an envelope.</summary>
    public bool IsForwarded { get; private init; }

    public bool IsRetired => MaxVersion < MinVersion;

    /// <summary>The API of a key off the wire; false for a key that Kafka 4.4.0 does not have.</summary>
    public static bool TryFind(short key, [NotNullWhen(true)] out ApiFacts? facts)
    {
        facts = (uint)key < (uint)Table.Length ? Table[key] : null;
        return facts is not null;
    }

    public static ApiFacts Of(ApiKey key) => Table[(int)key];

    /// <summary>
    /// Header version of a request: 1, or 2 in flexible versions. Kafka applies this to versions that it does not serve
    /// too, so that an ApiVersions request from the future can be answered.
    /// </summary>
    public short RequestHeaderVersion(short version) => version >= FlexibleFrom ? (short)2 : (short)1;

    /// <summary>
    /// Header version of a response: 0, or 1 in flexible versions; always 0 for ApiVersions, whose client does not know
    /// yet which versions the broker speaks (KIP-511).
    /// </summary>
    public short ResponseHeaderVersion(short version) =>
        version >= FlexibleFrom && Key != ApiKey.ApiVersions ? (short)1 : (short)0;

    /// <summary>The four that went with ZooKeeper were sent between nodes.</summary>
    private static ApiFacts Retired(ApiKey key) =>
        new(key, 0, -1, NeverFlexible, ApiListeners.None) { IsClusterAction = true };
}
