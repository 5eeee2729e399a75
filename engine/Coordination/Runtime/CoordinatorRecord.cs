using Millrace.Protocol;

namespace Millrace.Coordination.Runtime;

/// <summary>
/// A record of a coordinator's log, decoded: its key says what it is about, its value what holds from now on, and no
/// value that it is gone. Immutable by convention: nobody changes the messages after they are in a record.
/// </summary>
/// <param name="Key">A message of type CoordinatorKey.</param>
/// <param name="Value">A message of type CoordinatorValue, or null for a tombstone.</param>
/// <param name="ValueVersion">The version to write the value in.</param>
public sealed record CoordinatorRecord(IMessage Key, IMessage? Value, short ValueVersion = 0)
{
    /// <summary>
    /// What the decision knows beyond what is written, for whoever applies it live; null while loading.
    /// </summary>
    public object? Unwritten { get; init; }

    public static CoordinatorRecord Tombstone(IMessage key) => new(key, null);
}
