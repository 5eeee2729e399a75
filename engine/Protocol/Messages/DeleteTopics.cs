using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>An admin deletes topics: by name up to 5, by name or id in 6.</summary>
[Message(ApiKey.DeleteTopics, MessageType.Request, Versions = "0-6", Flexible = "4+")]
public sealed partial class DeleteTopicsRequest
{
    [Since(6)] public DeleteTopicState[] Topics = [];
    [Until(5), Ignorable, Entity(EntityType.TopicName)] public string[] TopicNames = [];
    public int TimeoutMs;

    public sealed partial class DeleteTopicState
    {
        [Nullable, Entity(EntityType.TopicName)] public string? Name = null;
        public Uuid TopicId;
    }
}

/// <summary>What became of each topic.</summary>
[Message(ApiKey.DeleteTopics, MessageType.Response, Versions = "0-6", Flexible = "4+")]
public sealed partial class DeleteTopicsResponse
{
    [Since(1), Ignorable] public int ThrottleTimeMs;
    public DeletableTopicResult[] Responses = [];

    public sealed partial class DeletableTopicResult
    {
        [Nullable(6), MapKey, Entity(EntityType.TopicName)] public string? Name = "";
        [Since(6), Ignorable] public Uuid TopicId;
        public short ErrorCode;
        [Since(5), Nullable, Ignorable] public string? ErrorMessage = null;
    }
}
