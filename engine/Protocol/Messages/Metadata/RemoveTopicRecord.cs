using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>A topic is deleted, with all its partitions.</summary>
[Message(MessageType.Metadata, 9, Versions = "0", Flexible = "0+")]
public sealed partial class RemoveTopicRecord
{
    public Uuid TopicId;
}
