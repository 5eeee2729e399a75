using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Groups;

/// <summary>What DescribeGroups tells of a classic group.</summary>
internal static class GroupDescriptions
{
    // From this version on a missing group is an error rather than a dead one (KIP-1043).
    private const short VersionKnowingMissingGroups = 6;

    public static DescribeGroupsResponse.DescribedGroup Of(ClassicGroup group)
    {
        bool isStable = group.State == ClassicGroupState.Stable;
        DescribeGroupsResponse.DescribedGroupMember[] members =
            new DescribeGroupsResponse.DescribedGroupMember[group.Members.Count];
        int at = 0;
        foreach (ClassicMember member in group.Members.Values)
        {
            members[at++] = new()
            {
                MemberId = member.Id,
                GroupInstanceId = member.InstanceId,
                ClientId = member.ClientId,
                ClientHost = member.ClientHost,
                MemberMetadata = isStable ? member.MetadataOf(group.ProtocolName) : [],
                MemberAssignment = member.Assignment,
            };
        }

        return new DescribeGroupsResponse.DescribedGroup
        {
            GroupId = group.Id,
            GroupState = group.StateName,
            ProtocolType = group.ProtocolType,
            ProtocolData = isStable ? group.ProtocolName ?? "" : "",
            Members = members,
        };
    }

    public static DescribeGroupsResponse.DescribedGroup OfMissing(
        GroupClient client, string groupId, bool isOfOtherKind)
    {
        DescribeGroupsResponse.DescribedGroup missing = new()
        {
            GroupId = groupId, GroupState = nameof(ClassicGroupState.Dead),
        };
        if (client.ApiVersion >= VersionKnowingMissingGroups)
        {
            missing.ErrorCode = (short)ErrorCode.GroupIdNotFound;
            missing.ErrorMessage = isOfOtherKind
                ? $"Group {groupId} is not a classic group."
                : $"Group {groupId} not found.";
        }

        return missing;
    }
}
