namespace Millrace.Protocol.Messages;

/// <summary>A client quota is set or removed.</summary>
[Message(MessageType.Metadata, 14, Versions = "0", Flexible = "0+")]
public sealed partial class ClientQuotaRecord
{
    public EntityData[] Entity = [];
    public string Key = "";
    public double Value;
    public bool Remove;

    public sealed partial class EntityData
    {
        public string EntityType = "";
        [Nullable] public string? EntityName = "";
    }
}
