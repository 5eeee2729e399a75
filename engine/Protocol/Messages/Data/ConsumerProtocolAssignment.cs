namespace Millrace.Protocol.Messages;

/// <summary>
/// What the leader of a classic consumer group gives a member, inside SyncGroup. Higher versions are read as the
/// highest known.
/// </summary>
[Message(MessageType.Data, Versions = "0-3")]
public sealed partial class ConsumerProtocolAssignment
{
    public TopicPartition[] AssignedPartitions = [];
    [Nullable, ZeroCopy] public byte[]? UserData = null;

    public sealed partial class TopicPartition
    {
        [MapKey, Entity(EntityType.TopicName)] public string Topic = "";
        public int[] Partitions = [];
    }
}
