namespace Millrace.Protocol.Messages;

/// <summary>
/// An admin replaces all dynamic configs of resources. Superseded by IncrementalAlterConfigs, and still served.
/// </summary>
[Message(ApiKey.AlterConfigs, MessageType.Request, Versions = "0-2", Flexible = "2+")]
public sealed partial class AlterConfigsRequest
{
    public AlterConfigsResource[] Resources = [];
    public bool ValidateOnly;

    public sealed partial class AlterConfigsResource
    {
        [MapKey] public sbyte ResourceType;
        [MapKey] public string ResourceName = "";
        public AlterableConfig[] Configs = [];
    }

    public sealed partial class AlterableConfig
    {
        [MapKey] public string Name = "";
        [Nullable] public string? Value = "";
    }
}

/// <summary>The outcome for each resource.</summary>
[Message(ApiKey.AlterConfigs, MessageType.Response, Versions = "0-2", Flexible = "2+")]
public sealed partial class AlterConfigsResponse
{
    public int ThrottleTimeMs;
    public AlterConfigsResourceResponse[] Responses = [];

    public sealed partial class AlterConfigsResourceResponse
    {
        public short ErrorCode;
        [Nullable] public string? ErrorMessage = "";
        public sbyte ResourceType;
        public string ResourceName = "";
    }
}
