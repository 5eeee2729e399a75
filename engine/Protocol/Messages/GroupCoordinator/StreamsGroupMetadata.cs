namespace Millrace.Protocol.Messages;

/// <summary>Key of a streams group's epoch.</summary>
[Message(MessageType.CoordinatorKey, 17, Versions = "0")]
public sealed partial class StreamsGroupMetadataKey
{
    public string GroupId = "";
}

/// <summary>Epoch of a streams group, the hash of its topics, and what its topology was checked for.</summary>
[Message(MessageType.CoordinatorValue, 17, Versions = "0", Flexible = "0+")]
public sealed partial class StreamsGroupMetadataValue
{
    public int Epoch;
    public long MetadataHash;
    [Tag(0)] public int ValidatedTopologyEpoch = -1;
    [Tag(1), Nullable] public LastAssignmentConfig[]? LastAssignmentConfigs = [];
    [Tag(2)] public int StoredDescriptionTopologyEpoch = -1;
    [Tag(3)] public int FailedDescriptionTopologyEpoch = -1;

    public sealed partial class LastAssignmentConfig
    {
        public string Key = "";
        public string Value = "";
    }
}
