using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Groups;

/// <summary>Answers to JoinGroup that tell of a generation.</summary>
internal static class JoinAnswers
{
    /// <param name="group">As it is now.</param>
    /// <param name="memberId">Whom it is for.</param>
    /// <param name="withMembers">The leader gets to know everybody.</param>
    public static JoinGroupResponse OfGeneration(ClassicGroup group, string memberId, bool withMembers) => new()
    {
        MemberId = memberId,
        GenerationId = group.Generation,
        ProtocolType = group.ProtocolType,
        ProtocolName = group.ProtocolName,
        Leader = group.LeaderId ?? "",
        Members = withMembers ? MembersOf(group) : [],
    };

    private static JoinGroupResponse.JoinGroupResponseMember[] MembersOf(ClassicGroup group)
    {
        JoinGroupResponse.JoinGroupResponseMember[] members = new JoinGroupResponse.JoinGroupResponseMember[
            group.Members.Count];
        int at = 0;
        foreach (ClassicMember member in group.Members.Values)
        {
            members[at++] = new JoinGroupResponse.JoinGroupResponseMember
            {
                MemberId = member.Id,
                GroupInstanceId = member.InstanceId,
                Metadata = member.MetadataOf(group.ProtocolName),
            };
        }

        return members;
    }
}

/// <summary>Answers that only tell what went wrong.</summary>
internal static class Failures
{
    public static JoinGroupResponse Join(string memberId, ErrorCode error) =>
        new() { MemberId = memberId, ErrorCode = (short)error };

    public static SyncGroupResponse Sync(ErrorCode error) => new() { ErrorCode = (short)error };

    public static HeartbeatResponse Heartbeat(ErrorCode error) => new() { ErrorCode = (short)error };
}
