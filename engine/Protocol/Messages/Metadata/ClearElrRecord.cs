namespace Millrace.Protocol.Messages;

/// <summary>Empties the eligible leader replicas of one topic, or of all where the name is empty.</summary>
[Message(MessageType.Metadata, 28, Versions = "0", Flexible = "0+")]
public sealed partial class ClearElrRecord
{
    [Entity(EntityType.TopicName)] public string TopicName = "";
}
