using Millrace.Coordination.Runtime;
using Millrace.Protocol;

namespace Millrace.Coordination.Groups;

/// <summary>
/// A group of any kind, as committed offsets and the admin requests see it. Owned by its partition's loop.
/// </summary>
internal abstract class Group(string id)
{
    public string Id { get; } = id;

    /// <summary>As ListGroups names it.</summary>
    public abstract GroupKind Kind { get; }

    /// <summary>Empty where there never was a member.</summary>
    public abstract string ProtocolType { get; }

    public abstract string StateName { get; }

    /// <summary>Without members, and none on the way.</summary>
    public abstract bool IsEmpty { get; }

    /// <summary>Whether a commit may go ahead.</summary>
    /// <param name="memberId">Empty from whoever is no member.</param>
    /// <param name="instanceId">Of a static member.</param>
    /// <param name="generation">Or the member epoch; negative from whoever is no member.</param>
    /// <param name="isTransactional">Within a producer's transaction.</param>
    public abstract ErrorCode CheckCommit(string memberId, string? instanceId, int generation, bool isTransactional);

    /// <summary>Whether offsets may be fetched; GROUP_ID_NOT_FOUND where such a group has none.</summary>
    public abstract ErrorCode CheckFetch(string? memberId, int memberEpoch);

    public abstract ErrorCode CheckOffsetDelete();

    public abstract ErrorCode CheckDelete();

    /// <summary>True as well where that can not be known.</summary>
    public abstract bool IsSubscribedTo(string topic);

    /// <summary>From when on an offset's retention counts, in ms (KIP-211).</summary>
    /// <returns>False where offsets of this group do not expire now.</returns>
    public abstract bool TryGetExpiryBase(in CommittedOffset offset, out long baseMs);

    /// <summary>Records that remove the group, not its offsets.</summary>
    public abstract void AddTombstones(List<CoordinatorRecord> records);
}

/// <summary>Kinds of groups, by the names that ListGroups uses.</summary>
internal enum GroupKind : byte
{
    Classic,
    Consumer,
    Share,
    Streams,
}
