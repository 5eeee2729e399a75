using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>A client pushes its metrics in OTLP form; the last time as it ends.</summary>
[Message(ApiKey.PushTelemetry, MessageType.Request, Versions = "0", Flexible = "0+")]
public sealed partial class PushTelemetryRequest
{
    public Uuid ClientInstanceId;
    public int SubscriptionId;
    public bool Terminating;
    public sbyte CompressionType;
    [ZeroCopy] public byte[] Metrics = [];
}

/// <summary>The outcome.</summary>
[Message(ApiKey.PushTelemetry, MessageType.Response, Versions = "0", Flexible = "0+")]
public sealed partial class PushTelemetryResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
}
