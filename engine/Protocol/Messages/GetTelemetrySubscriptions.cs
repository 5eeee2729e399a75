using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>A client asks which metrics it shall push (KIP-714).</summary>
[Message(ApiKey.GetTelemetrySubscriptions, MessageType.Request, Versions = "0", Flexible = "0+")]
public sealed partial class GetTelemetrySubscriptionsRequest
{
    public Uuid ClientInstanceId;
}

/// <summary>The subscription: metrics, interval, and encodings taken.</summary>
[Message(ApiKey.GetTelemetrySubscriptions, MessageType.Response, Versions = "0", Flexible = "0+")]
public sealed partial class GetTelemetrySubscriptionsResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public Uuid ClientInstanceId;
    public int SubscriptionId;
    public sbyte[] AcceptedCompressionTypes = [];
    public int PushIntervalMs;
    public int TelemetryMaxBytes;
    public bool DeltaTemporality;
    public string[] RequestedMetrics = [];
}
