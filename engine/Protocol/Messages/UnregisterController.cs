namespace Millrace.Protocol.Messages;

/// <summary>An admin removes a controller's registration from the cluster.</summary>
[Message(ApiKey.UnregisterController, MessageType.Request, Versions = "0", Flexible = "0+")]
public sealed partial class UnregisterControllerRequest
{
    public int ControllerId;
}

/// <summary>The outcome.</summary>
[Message(ApiKey.UnregisterController, MessageType.Response, Versions = "0", Flexible = "0+")]
public sealed partial class UnregisterControllerResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    [Nullable] public string? ErrorMessage = "";
}
