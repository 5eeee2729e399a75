namespace Millrace.Protocol;

/// <summary>What a message is for, in Kafka's division.</summary>
public enum MessageType : byte
{
    Request,
    Response,
    Header,

    /// <summary>Carried inside something else: control records, consumer protocol, files.</summary>
    Data,

    /// <summary>A record of a metadata log, with its key and version in front as varints.</summary>
    Metadata,

    /// <summary>A record's key in a coordinator's log, with its key in front as an int16.</summary>
    CoordinatorKey,

    /// <summary>A record's value in a coordinator's log, with its version in front as an int16.</summary>
    CoordinatorValue,
}
