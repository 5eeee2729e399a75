using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>A topic is created.</summary>
[Message(MessageType.Metadata, 2, Versions = "0", Flexible = "0+")]
public sealed partial class TopicRecord
{
    [Entity(EntityType.TopicName)] public string Name = "";
    public Uuid TopicId;
}
