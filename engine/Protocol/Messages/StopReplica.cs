namespace Millrace.Protocol.Messages;

/// <summary>The ZooKeeper controller's order to drop replicas. Gone since 4.0; its key stays taken.</summary>
[Message(ApiKey.StopReplica, MessageType.Request, Versions = "none")]
public sealed partial class StopReplicaRequest;

/// <summary>Gone since 4.0 with its request.</summary>
[Message(ApiKey.StopReplica, MessageType.Response, Versions = "none")]
public sealed partial class StopReplicaResponse;
