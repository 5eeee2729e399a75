using Millrace.Coordination.Runtime;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Groups;

/// <summary>
/// A consumer, share or streams group, of which only the records are kept: it holds its id and its offsets, shows in
/// lists, and can be deleted when it is empty. Its own protocol is not spoken here. Owned by its partition's loop.
/// </summary>
internal sealed class OpaqueGroup(string id, GroupKind kind, UndoLog undo) : Group(id)
{
    private const sbyte StableMember = 0;

    private readonly RevertibleMap<OpaqueKey, CoordinatorRecord> records = new(undo);

    public override GroupKind Kind => kind;

    public override string ProtocolType => kind switch
    {
        GroupKind.Share => "share",
        GroupKind.Streams => "streams",
        _ => "consumer",
    };

    public override bool IsEmpty => !MemberRecords().Any();

    /// <summary>As Kafka derives it from epochs and members.</summary>
    public override string StateName
    {
        get
        {
            if (IsEmpty)
            {
                return "Empty";
            }

            if (kind == GroupKind.Share)
            {
                return "Stable";
            }

            (int groupEpoch, int assignmentEpoch) = Epochs();
            return groupEpoch > assignmentEpoch ? "Assigning"
                : MemberRecords().All(member => IsReconciled(member, assignmentEpoch)) ? "Stable"
                : "Reconciling";
        }
    }

    /// <summary>Whether records of a type make up such a group at all.</summary>
    public static bool TryGetKind(GroupRecordType type, out GroupKind kind)
    {
        kind = type switch
        {
            (>= GroupRecordType.ConsumerGroupMetadata and <= GroupRecordType.ConsumerGroupCurrentMemberAssignment)
                or GroupRecordType.ConsumerGroupRegularExpression => GroupKind.Consumer,
            >= GroupRecordType.ShareGroupMemberMetadata and <= GroupRecordType.ShareGroupStatePartitionMetadata =>
                GroupKind.Share,
            >= GroupRecordType.StreamsGroupMetadata and <= GroupRecordType.StreamsGroupTopology => GroupKind.Streams,
            _ => GroupKind.Classic,
        };
        return kind != GroupKind.Classic;
    }

    public void Apply(OpaqueKey key, CoordinatorRecord record)
    {
        if (record.Value is null)
        {
            records.Remove(key, out _);
        }
        else
        {
            records.Set(key, record);
        }
    }

    public override ErrorCode CheckCommit(string memberId, string? instanceId, int generation, bool isTransactional)
    {
        if (kind == GroupKind.Share)
        {
            return ErrorCode.GroupIdNotFound;
        }

        return generation < 0 && IsEmpty ? ErrorCode.None : CheckMember(memberId, generation);
    }

    public override ErrorCode CheckFetch(string? memberId, int memberEpoch)
    {
        if (kind == GroupKind.Share)
        {
            return ErrorCode.GroupIdNotFound;
        }

        return memberId is null && memberEpoch < 0 ? ErrorCode.None : CheckMember(memberId ?? "", memberEpoch);
    }

    public override ErrorCode CheckOffsetDelete() =>
        kind == GroupKind.Share ? ErrorCode.GroupIdNotFound : ErrorCode.None;

    /// <summary>
    /// A share group whose topics have state in <c>__share_group_state</c> is not deleted without that state: the next
    /// group of its name would begin where it ended.
    /// </summary>
    public override ErrorCode CheckDelete() => !IsEmpty ? ErrorCode.NonEmptyGroup
        : records.ContainsKey(new OpaqueKey(GroupRecordType.ShareGroupStatePartitionMetadata, ""))
            ? ErrorCode.GroupDeletionFailed
            : ErrorCode.None;

    /// <summary>By the members' names of topics; one that reads by a pattern may read any.</summary>
    public override bool IsSubscribedTo(string topic)
    {
        foreach (CoordinatorRecord member in MemberRecords())
        {
            bool isSubscribed = member.Value switch
            {
                ConsumerGroupMemberMetadataValue one =>
                    !string.IsNullOrEmpty(one.SubscribedTopicRegex) || one.SubscribedTopicNames.Contains(topic),
                _ => true,
            };
            if (isSubscribed)
            {
                return true;
            }
        }

        return false;
    }

    public override bool TryGetExpiryBase(in CommittedOffset offset, out long baseMs)
    {
        baseMs = offset.CommitTimestampMs;
        return true;
    }

    /// <summary>Members' records before those of the group, which Kafka wants to be without any when it goes.</summary>
    public override void AddTombstones(List<CoordinatorRecord> target)
    {
        foreach (CoordinatorRecord record in records.Values.OrderBy(one => IsOfWholeGroup(one.Key)))
        {
            target.Add(CoordinatorRecord.Tombstone(record.Key));
        }
    }

    private static bool IsOfWholeGroup(IMessage key) =>
        key is ConsumerGroupMetadataKey or ShareGroupMetadataKey or StreamsGroupMetadataKey;

    private ErrorCode CheckMember(string memberId, int epoch)
    {
        GroupRecordType type = kind == GroupKind.Streams
            ? GroupRecordType.StreamsGroupCurrentMemberAssignment
            : GroupRecordType.ConsumerGroupCurrentMemberAssignment;
        if (!records.TryGetValue(new OpaqueKey(type, memberId), out CoordinatorRecord? member))
        {
            return ErrorCode.UnknownMemberId;
        }

        int known = member.Value switch
        {
            ConsumerGroupCurrentMemberAssignmentValue value => value.MemberEpoch,
            StreamsGroupCurrentMemberAssignmentValue value => value.MemberEpoch,
            _ => -1,
        };
        return known == epoch ? ErrorCode.None : ErrorCode.StaleMemberEpoch;
    }

    private IEnumerable<CoordinatorRecord> MemberRecords() => records.Values.Where(record => record.Key
        is ConsumerGroupMemberMetadataKey or ShareGroupMemberMetadataKey or StreamsGroupMemberMetadataKey);

    private (int Group, int Assignment) Epochs()
    {
        (int group, int assignment) = (0, 0);
        foreach (CoordinatorRecord record in records.Values)
        {
            switch (record.Value)
            {
                case ConsumerGroupMetadataValue value:
                    group = value.Epoch;
                    break;
                case StreamsGroupMetadataValue value:
                    group = value.Epoch;
                    break;
                case ConsumerGroupTargetAssignmentMetadataValue value:
                    assignment = value.AssignmentEpoch;
                    break;
                case StreamsGroupTargetAssignmentMetadataValue value:
                    assignment = value.AssignmentEpoch;
                    break;
            }
        }

        return (group, assignment);
    }

    private bool IsReconciled(CoordinatorRecord member, int assignmentEpoch)
    {
        (GroupRecordType type, string memberId) = member.Key switch
        {
            ConsumerGroupMemberMetadataKey key => (GroupRecordType.ConsumerGroupCurrentMemberAssignment, key.MemberId),
            StreamsGroupMemberMetadataKey key => (GroupRecordType.StreamsGroupCurrentMemberAssignment, key.MemberId),
            _ => (GroupRecordType.ShareGroupCurrentMemberAssignment, ""),
        };
        bool isKnown = records.TryGetValue(new OpaqueKey(type, memberId), out CoordinatorRecord? current);
        return isKnown && current!.Value switch
        {
            ConsumerGroupCurrentMemberAssignmentValue value =>
                value.MemberEpoch == assignmentEpoch && value.State == StableMember,
            StreamsGroupCurrentMemberAssignmentValue value =>
                value.MemberEpoch == assignmentEpoch && value.State == StableMember,
            _ => false,
        };
    }
}

/// <summary>What a record of an opaque group is about.</summary>
/// <param name="Type">The record's type.</param>
/// <param name="Part">A member's id, a pattern, or nothing where it is about the whole group.</param>
internal readonly record struct OpaqueKey(GroupRecordType Type, string Part)
{
    /// <summary>Takes a record's key apart.</summary>
    public static (string GroupId, string Part) Split(IMessage key) => key switch
    {
        ConsumerGroupMetadataKey one => (one.GroupId, ""),
        ConsumerGroupPartitionMetadataKey one => (one.GroupId, ""),
        ConsumerGroupMemberMetadataKey one => (one.GroupId, one.MemberId),
        ConsumerGroupTargetAssignmentMetadataKey one => (one.GroupId, ""),
        ConsumerGroupTargetAssignmentMemberKey one => (one.GroupId, one.MemberId),
        ConsumerGroupCurrentMemberAssignmentKey one => (one.GroupId, one.MemberId),
        ConsumerGroupRegularExpressionKey one => (one.GroupId, one.RegularExpression),
        ShareGroupMetadataKey one => (one.GroupId, ""),
        ShareGroupMemberMetadataKey one => (one.GroupId, one.MemberId),
        ShareGroupTargetAssignmentMetadataKey one => (one.GroupId, ""),
        ShareGroupTargetAssignmentMemberKey one => (one.GroupId, one.MemberId),
        ShareGroupCurrentMemberAssignmentKey one => (one.GroupId, one.MemberId),
        ShareGroupStatePartitionMetadataKey one => (one.GroupId, ""),
        StreamsGroupMetadataKey one => (one.GroupId, ""),
        StreamsGroupMemberMetadataKey one => (one.GroupId, one.MemberId),
        StreamsGroupTargetAssignmentMetadataKey one => (one.GroupId, ""),
        StreamsGroupTargetAssignmentMemberKey one => (one.GroupId, one.MemberId),
        StreamsGroupCurrentMemberAssignmentKey one => (one.GroupId, one.MemberId),
        StreamsGroupTopologyKey one => (one.GroupId, ""),
        _ => ("", ""),
    };
}
