namespace Millrace.Protocol.Messages;

/// <summary>Lists resources that have configs. Version 0 knows client-metrics resources only (KIP-1142).</summary>
[Message(ApiKey.ListConfigResources, MessageType.Request, Versions = "0-1", Flexible = "0+")]
public sealed partial class ListConfigResourcesRequest
{
    [Since(1)] public sbyte[] ResourceTypes = [];
}

/// <summary>The resources found.</summary>
[Message(ApiKey.ListConfigResources, MessageType.Response, Versions = "0-1", Flexible = "0+")]
public sealed partial class ListConfigResourcesResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public ConfigResource[] ConfigResources = [];

    public sealed partial class ConfigResource
    {
        public string ResourceName = "";
        [Since(1), Ignorable] public sbyte ResourceType = 16;
    }
}
