namespace Millrace.Protocol.Messages;

/// <summary>An admin looks up client quotas by user, client id and address.</summary>
[Message(ApiKey.DescribeClientQuotas, MessageType.Request, Versions = "0-1", Flexible = "1+")]
public sealed partial class DescribeClientQuotasRequest
{
    public ComponentData[] Components = [];
    public bool Strict;

    public sealed partial class ComponentData
    {
        public string EntityType = "";
        public sbyte MatchType;
        [Nullable] public string? Match = "";
    }
}

/// <summary>The quotas of each matching entity.</summary>
[Message(ApiKey.DescribeClientQuotas, MessageType.Response, Versions = "0-1", Flexible = "1+")]
public sealed partial class DescribeClientQuotasResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    [Nullable] public string? ErrorMessage = "";
    [Nullable] public EntryData[]? Entries = [];

    public sealed partial class EntryData
    {
        public EntityData[] Entity = [];
        public ValueData[] Values = [];
    }

    public sealed partial class EntityData
    {
        public string EntityType = "";
        [Nullable] public string? EntityName = "";
    }

    public sealed partial class ValueData
    {
        public string Key = "";
        public double Value;
    }
}
