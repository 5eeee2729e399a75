using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>An admin drops topics from an empty share group.</summary>
[Message(ApiKey.DeleteShareGroupOffsets, MessageType.Request, Versions = "0", Flexible = "0+")]
public sealed partial class DeleteShareGroupOffsetsRequest
{
    [Entity(EntityType.GroupId)] public string GroupId = "";
    public DeleteShareGroupOffsetsRequestTopic[] Topics = [];

    public sealed partial class DeleteShareGroupOffsetsRequestTopic
    {
        [Entity(EntityType.TopicName)] public string TopicName = "";
    }
}

/// <summary>The outcome for each topic.</summary>
[Message(ApiKey.DeleteShareGroupOffsets, MessageType.Response, Versions = "0", Flexible = "0+")]
public sealed partial class DeleteShareGroupOffsetsResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    [Nullable] public string? ErrorMessage = null;
    public DeleteShareGroupOffsetsResponseTopic[] Responses = [];

    public sealed partial class DeleteShareGroupOffsetsResponseTopic
    {
        [Entity(EntityType.TopicName)] public string TopicName = "";
        public Uuid TopicId;
        public short ErrorCode;
        [Nullable] public string? ErrorMessage = null;
    }
}
