namespace Millrace.Protocol.Messages;

/// <summary>A broker's farewell to the ZooKeeper controller. Gone since 4.0; its key stays taken.</summary>
[Message(ApiKey.ControlledShutdown, MessageType.Request, Versions = "none")]
public sealed partial class ControlledShutdownRequest;

/// <summary>Gone since 4.0 with its request.</summary>
[Message(ApiKey.ControlledShutdown, MessageType.Response, Versions = "none")]
public sealed partial class ControlledShutdownResponse;
