using Millrace.Coordination.Runtime;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Groups;

/// <summary>
/// A member of a classic group. Costs about 700 bytes plus its subscription, assignment and texts. Owned by its
/// partition's loop.
/// </summary>
internal sealed class ClassicMember
{
    public required string Id { get; init; }

    /// <summary>Set for a static member (KIP-345).</summary>
    public required string? InstanceId { get; init; }

    public required string ClientId { get; init; }

    public required string ClientHost { get; init; }

    public required string ProtocolType { get; init; }

    public int RebalanceTimeoutMs { get; set; }

    public int SessionTimeoutMs { get; set; }

    /// <summary>What it can speak, most wanted first, with its subscription in each.</summary>
    public JoinGroupRequest.JoinGroupRequestProtocol[] Protocols { get; set; } = [];

    public byte[] Assignment { get; set; } = [];

    /// <summary>Where it waits for the join to end; null while it does not.</summary>
    public Reply<JoinGroupResponse>? Join { get; set; }

    /// <summary>Where it waits for its assignment.</summary>
    public Reply<SyncGroupResponse>? Sync { get; set; }

    /// <summary>Until it was in a generation.</summary>
    public bool IsNew { get; set; }

    public SessionTimer? Session { get; set; }

    /// <summary>Its heartbeats while the group is stable; null before the group was so.</summary>
    public MemberPulse? Pulse { get; set; }

    public bool IsAwaitingJoin => Join is not null;

    public bool IsStatic => InstanceId is not null;

    /// <summary>
    /// A member that waits for us need not show that it lives, but a new one may have gone meanwhile.
    /// </summary>
    public bool HasSatisfiedHeartbeat => !IsNew && (Join is not null || Sync is not null);

    public byte[] MetadataOf(string? protocolName)
    {
        foreach (JoinGroupRequest.JoinGroupRequestProtocol protocol in Protocols)
        {
            if (protocol.Name == protocolName)
            {
                return protocol.Metadata;
            }
        }

        return [];
    }

    /// <summary>Whether it would rejoin with what it has: same protocols, same order, same subscriptions.</summary>
    public bool Matches(JoinGroupRequest.JoinGroupRequestProtocol[] others)
    {
        if (others.Length != Protocols.Length)
        {
            return false;
        }

        for (int index = 0; index < others.Length; index++)
        {
            if (others[index].Name != Protocols[index].Name
                || !others[index].Metadata.AsSpan().SequenceEqual(Protocols[index].Metadata))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The first of its protocols that everybody speaks.</summary>
    public string? VoteFor(ClassicGroup group)
    {
        foreach (JoinGroupRequest.JoinGroupRequestProtocol protocol in Protocols)
        {
            if (group.IsSpokenByAll(protocol.Name))
            {
                return protocol.Name;
            }
        }

        return null;
    }
}
