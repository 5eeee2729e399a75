using Millrace.Coordination.Runtime;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Groups;

/// <summary>
/// The records of <c>__consumer_offsets</c> that the classic protocol writes, in the versions of Kafka 4.4.
/// </summary>
internal static class GroupRecords
{
    private const short GroupMetadataVersion = 3;

    // An expiry of its own has a field in version 1 only.
    private const short ExpiringOffsetCommitVersion = 1;

    /// <summary>A group with its members as they are.</summary>
    /// <param name="group">Stable, completing, or empty.</param>
    /// <param name="assignments">By member; those that are missing get nothing.</param>
    public static CoordinatorRecord OfGroup(ClassicGroup group, IReadOnlyDictionary<string, byte[]> assignments)
    {
        List<GroupMetadataValue.MemberMetadata> members = new(group.Members.Count);
        foreach (ClassicMember member in group.Members.Values)
        {
            members.Add(new GroupMetadataValue.MemberMetadata
            {
                MemberId = member.Id,
                GroupInstanceId = member.InstanceId,
                ClientId = member.ClientId,
                ClientHost = member.ClientHost,
                RebalanceTimeout = member.RebalanceTimeoutMs,
                SessionTimeout = member.SessionTimeoutMs,
                Subscription = member.MetadataOf(group.ProtocolName),
                Assignment = assignments.GetValueOrDefault(member.Id, []),
            });
        }

        GroupMetadataValue value = new()
        {
            ProtocolType = group.ProtocolType,
            Generation = group.Generation,
            Protocol = group.ProtocolName,
            Leader = group.LeaderId,
            CurrentStateTimestamp = group.StateTimestampMs,
            Members = [.. members],
        };
        return new CoordinatorRecord(new GroupMetadataKey { Group = group.Id }, value, GroupMetadataVersion);
    }

    /// <summary>
    /// A group that somebody asks to join for the first time: it exists from now on, with nobody in it.
    /// </summary>
    public static CoordinatorRecord OfNewGroup(ClassicGroup group)
    {
        GroupMetadataValue value = new()
        {
            Generation = 0, Protocol = null, Leader = null, CurrentStateTimestamp = group.StateTimestampMs,
        };
        return new CoordinatorRecord(new GroupMetadataKey { Group = group.Id }, value, GroupMetadataVersion);
    }

    public static CoordinatorRecord GroupTombstone(string groupId) =>
        CoordinatorRecord.Tombstone(new GroupMetadataKey { Group = groupId });

    /// <param name="groupId">Whose commit it is.</param>
    /// <param name="partition">Of what.</param>
    /// <param name="offset">What is committed.</param>
    /// <param name="version">Of the value, where the offset has no expiry of its own.</param>
    public static CoordinatorRecord OfCommit(
        string groupId, GroupPartition partition, in CommittedOffset offset, short version)
    {
        bool expires = offset.ExpireTimestampMs >= 0;
        OffsetCommitValue value = new()
        {
            Offset = offset.Offset,
            LeaderEpoch = offset.LeaderEpoch,
            Metadata = offset.Metadata,
            CommitTimestamp = offset.CommitTimestampMs,
            ExpireTimestamp = offset.ExpireTimestampMs,
            TopicId = offset.TopicId,
        };
        return new CoordinatorRecord(
            KeyOf(groupId, partition), value, expires ? ExpiringOffsetCommitVersion : version);
    }

    public static CoordinatorRecord OffsetTombstone(string groupId, GroupPartition partition) =>
        CoordinatorRecord.Tombstone(KeyOf(groupId, partition));

    private static OffsetCommitKey KeyOf(string groupId, GroupPartition partition) =>
        new() { Group = groupId, Topic = partition.Topic, Partition = partition.Partition };
}
