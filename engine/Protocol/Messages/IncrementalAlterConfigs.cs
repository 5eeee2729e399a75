namespace Millrace.Protocol.Messages;

/// <summary>An admin sets, deletes, appends to or subtracts from single configs (KIP-339).</summary>
[Message(ApiKey.IncrementalAlterConfigs, MessageType.Request, Versions = "0-1", Flexible = "1+")]
public sealed partial class IncrementalAlterConfigsRequest
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
        [MapKey] public sbyte ConfigOperation;
        [Nullable] public string? Value = "";
    }
}

/// <summary>The outcome for each resource.</summary>
[Message(ApiKey.IncrementalAlterConfigs, MessageType.Response, Versions = "0-1", Flexible = "1+")]
public sealed partial class IncrementalAlterConfigsResponse
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
