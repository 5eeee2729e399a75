namespace Millrace.Protocol.Messages;

/// <summary>
/// Types of the records in <c>__cluster_metadata</c>. Each stands in a frame of three unsigned varints: frame version,
/// type, version of the record.
/// </summary>
public enum MetadataRecordType : short
{
    RegisterBroker = 0,
    UnregisterBroker = 1,
    Topic = 2,
    Partition = 3,
    Config = 4,
    PartitionChange = 5,
    FenceBroker = 7,
    UnfenceBroker = 8,
    RemoveTopic = 9,
    DelegationToken = 10,
    UserScramCredential = 11,
    FeatureLevel = 12,
    ClientQuota = 14,
    ProducerIds = 15,
    BrokerRegistrationChange = 17,
    AccessControlEntry = 18,
    RemoveAccessControlEntry = 19,
    NoOp = 20,
    ZkMigrationState = 21,
    RemoveUserScramCredential = 22,
    BeginTransaction = 23,
    EndTransaction = 24,
    AbortTransaction = 25,
    RemoveDelegationToken = 26,
    RegisterController = 27,
    ClearElr = 28,
    UnregisterController = 29,
}
