using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Millrace.Protocol;

/// <summary>Every message of the protocol, found by name or key. Immutable; made once, at first use.</summary>
public static class MessageCatalog
{
    private static readonly MessageDescriptor[] Messages = GeneratedMessages.All();

    private static readonly FrozenDictionary<string, MessageDescriptor> ByName =
        Messages.ToFrozenDictionary(message => message.Name);

    private static readonly FrozenDictionary<(MessageType, RecordLog, short), MessageDescriptor> ByKey =
        Messages.Where(message => message.Key >= 0)
            .ToFrozenDictionary(message => (message.Type, message.Log, message.Key));

    /// <summary>All messages, in the order of their names.</summary>
    public static IReadOnlyList<MessageDescriptor> All => Messages;

    /// <summary>Finds a message by Kafka's name, such as <c>FetchRequest</c>.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out MessageDescriptor? message) =>
        ByName.TryGetValue(name, out message);

    /// <summary>Finds a request by its API key.</summary>
    public static bool TryFindRequest(short apiKey, [NotNullWhen(true)] out MessageDescriptor? message) =>
        ByKey.TryGetValue((MessageType.Request, RecordLog.None, apiKey), out message);

    /// <summary>Finds a response by its API key.</summary>
    public static bool TryFindResponse(short apiKey, [NotNullWhen(true)] out MessageDescriptor? message) =>
        ByKey.TryGetValue((MessageType.Response, RecordLog.None, apiKey), out message);

    /// <summary>Finds a record of a metadata log, or the key or value of a coordinator's record.</summary>
    public static bool TryFindRecord(
        RecordLog log, MessageType type, short key, [NotNullWhen(true)] out MessageDescriptor? message) =>
        ByKey.TryGetValue((type, log, key), out message);
}
