namespace Millrace.Protocol.Messages;

/// <summary>
/// An admin reads the configs of topics, brokers, groups and so on; null keys ask for all. Synonyms from 1 on, types
/// and documentation from 3.
/// </summary>
[Message(ApiKey.DescribeConfigs, MessageType.Request, Versions = "0-4", Flexible = "4+")]
public sealed partial class DescribeConfigsRequest
{
    public DescribeConfigsResource[] Resources = [];
    [Since(1)] public bool IncludeSynonyms;
    [Since(3)] public bool IncludeDocumentation;

    public sealed partial class DescribeConfigsResource
    {
        public sbyte ResourceType;
        public string ResourceName = "";
        [Nullable] public string[]? ConfigurationKeys = [];
    }
}

/// <summary>
/// The configs of each resource, and where each value comes from (only whether it is the default in version 0).
/// </summary>
[Message(ApiKey.DescribeConfigs, MessageType.Response, Versions = "0-4", Flexible = "4+")]
public sealed partial class DescribeConfigsResponse
{
    public int ThrottleTimeMs;
    public DescribeConfigsResult[] Results = [];

    public sealed partial class DescribeConfigsResult
    {
        public short ErrorCode;
        [Nullable] public string? ErrorMessage = "";
        public sbyte ResourceType;
        public string ResourceName = "";
        public DescribeConfigsResourceResult[] Configs = [];
    }

    public sealed partial class DescribeConfigsResourceResult
    {
        public string Name = "";
        [Nullable] public string? Value = "";
        public bool ReadOnly;
        [Until(0)] public bool IsDefault;

        /// <summary>-1 in version 0, which has only <see cref="IsDefault"/>.</summary>
        [Since(1), Ignorable] public sbyte ConfigSource = -1;

        public bool IsSensitive;
        [Since(1), Ignorable] public DescribeConfigsSynonym[] Synonyms = [];
        [Since(3), Ignorable] public sbyte ConfigType;
        [Since(3), Nullable, Ignorable] public string? Documentation = "";
    }

    public sealed partial class DescribeConfigsSynonym
    {
        public string Name = "";
        [Nullable] public string? Value = "";
        public sbyte Source;
    }
}
