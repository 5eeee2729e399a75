namespace Millrace.Protocol.Messages;

/// <summary>The ZooKeeper controller's order to lead or follow. Gone since 4.0; its key stays taken.</summary>
[Message(ApiKey.LeaderAndIsr, MessageType.Request, Versions = "none")]
public sealed partial class LeaderAndIsrRequest;

/// <summary>Gone since 4.0 with its request.</summary>
[Message(ApiKey.LeaderAndIsr, MessageType.Response, Versions = "none")]
public sealed partial class LeaderAndIsrResponse;
