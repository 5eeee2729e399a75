namespace Millrace.Protocol;

/// <summary>
/// Declares a message: the class is the schema, and the generator writes its codec. Versions are Kafka's ranges:
/// <c>"0-13"</c>, <c>"3"</c>, <c>"9+"</c>, or <c>"none"</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class MessageAttribute : Attribute
{
    /// <summary>A request or response.</summary>
    public MessageAttribute(ApiKey apiKey, MessageType type)
        : this(type, (short)apiKey)
    {
    }

    /// <summary>Anything else; the key is the record's type in its log, or -1 where there is none.</summary>
    public MessageAttribute(MessageType type, short key = -1)
    {
        Type = type;
        Key = key;
        Log = type switch
        {
            MessageType.Metadata => RecordLog.ClusterMetadata,
            MessageType.CoordinatorKey or MessageType.CoordinatorValue => RecordLog.ConsumerOffsets,
            _ => RecordLog.None,
        };
    }

    public MessageType Type { get; }

    public short Key { get; }

    /// <summary>
    /// Versions that can be read and written; <c>"none"</c> for a retired message whose key stays taken.
    /// </summary>
    public string Versions { get; set; } = "";

    /// <summary>Versions with compact lengths and tagged fields.</summary>
    public string Flexible { get; set; } = "none";

    /// <summary>First version that Kafka does not enable by default, or -1.</summary>
    public short UnstableFrom { get; set; } = -1;

    /// <summary>
    /// The log whose records this message is, which gives its key a meaning. By default the metadata log for
    /// <see cref="MessageType.Metadata"/> and the offsets topic for coordinator keys and values.
    /// </summary>
    public RecordLog Log { get; set; }
}
