namespace Millrace.Protocol.Messages;

/// <summary>An admin sets or removes client quotas.</summary>
[Message(ApiKey.AlterClientQuotas, MessageType.Request, Versions = "0-1", Flexible = "1+")]
public sealed partial class AlterClientQuotasRequest
{
    public EntryData[] Entries = [];
    public bool ValidateOnly;

    public sealed partial class EntryData
    {
        public EntityData[] Entity = [];
        public OpData[] Ops = [];
    }

    public sealed partial class EntityData
    {
        public string EntityType = "";
        [Nullable] public string? EntityName = "";
    }

    public sealed partial class OpData
    {
        public string Key = "";
        public double Value;
        public bool Remove;
    }
}

/// <summary>The outcome for each entity.</summary>
[Message(ApiKey.AlterClientQuotas, MessageType.Response, Versions = "0-1", Flexible = "1+")]
public sealed partial class AlterClientQuotasResponse
{
    public int ThrottleTimeMs;
    public EntryData[] Entries = [];

    public sealed partial class EntryData
    {
        public short ErrorCode;
        [Nullable] public string? ErrorMessage = "";
        public EntityData[] Entity = [];
    }

    public sealed partial class EntityData
    {
        public string EntityType = "";
        [Nullable] public string? EntityName = "";
    }
}
