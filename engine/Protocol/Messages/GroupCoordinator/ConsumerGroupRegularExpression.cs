namespace Millrace.Protocol.Messages;

/// <summary>Key of a regular expression that a consumer group subscribes to.</summary>
[Message(MessageType.CoordinatorKey, 16, Versions = "0")]
public sealed partial class ConsumerGroupRegularExpressionKey
{
    public string GroupId = "";
    public string RegularExpression = "";
}

/// <summary>The topics that a regular expression stood for, and at which metadata version.</summary>
[Message(MessageType.CoordinatorValue, 16, Versions = "0", Flexible = "0+")]
public sealed partial class ConsumerGroupRegularExpressionValue
{
    public string[] Topics = [];
    public long Version;
    public long Timestamp;
}
