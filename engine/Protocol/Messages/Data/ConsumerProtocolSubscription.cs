namespace Millrace.Protocol.Messages;

/// <summary>
/// What a member of a classic consumer group wants, inside JoinGroup. Owned partitions from 1 on, the generation that
/// they are of from 2, the rack in 3. Higher versions are read as the highest known.
/// </summary>
[Message(MessageType.Data, Versions = "0-3")]
public sealed partial class ConsumerProtocolSubscription
{
    public string[] Topics = [];
    [Nullable, ZeroCopy] public byte[]? UserData = null;
    [Since(1), Ignorable] public TopicPartition[] OwnedPartitions = [];
    [Since(2), Ignorable] public int GenerationId = -1;
    [Since(3), Nullable, Ignorable] public string? RackId = null;

    public sealed partial class TopicPartition
    {
        [MapKey, Entity(EntityType.TopicName)] public string Topic = "";
        public int[] Partitions = [];
    }
}
