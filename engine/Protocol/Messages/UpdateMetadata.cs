namespace Millrace.Protocol.Messages;

/// <summary>The ZooKeeper controller's push of cluster metadata. Gone since 4.0; its key stays taken.</summary>
[Message(ApiKey.UpdateMetadata, MessageType.Request, Versions = "none")]
public sealed partial class UpdateMetadataRequest;

/// <summary>Gone since 4.0 with its request.</summary>
[Message(ApiKey.UpdateMetadata, MessageType.Response, Versions = "none")]
public sealed partial class UpdateMetadataResponse;
