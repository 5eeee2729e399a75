using Millrace.Base;
using Millrace.Coordination.Runtime;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Groups;

/// <summary>
/// All groups of one partition of <c>__consumer_offsets</c>, with their offsets. Durable state changes in
/// <see cref="Apply"/> and <see cref="ApplyMarker"/>; what classic groups are doing at the moment lives in memory and
/// is written down when a generation is complete, as in Kafka. Owned by its partition's loop.
/// </summary>
public sealed class GroupShard : CoordinatorShard
{
    private readonly UndoLog undo;
    private readonly GroupOptions options;
    private readonly IClock clock;
    private readonly LogArea lines;
    private readonly PulseTable pulses;
    private readonly RevertibleMap<string, Group> groups;
    private readonly ClassicRebalance rebalance;

    internal GroupShard(
        GroupOptions options, UndoLog undo, ShardTimers timers, IClock clock, IMemberIds ids, PulseTable pulses,
        LogArea lines)
    {
        this.pulses = pulses;
        this.options = options;
        this.undo = undo;
        this.clock = clock;
        this.lines = lines;
        groups = new RevertibleMap<string, Group>(undo);
        Offsets = new OffsetStore(undo);
        rebalance = new ClassicRebalance(this, options, timers, lines);
        Joins = new ClassicJoin(this, options, rebalance, ids);
        Members = new ClassicMembership(this, rebalance, lines);
        Commits = new OffsetCommits(this, Offsets, options, rebalance);
        Fetches = new OffsetFetches(this, Offsets);
        Retention = new OffsetRetention(this, Offsets, options, timers);
    }

    public override RecordLog Log => RecordLog.ConsumerOffsets;

    internal long WallMs => clock.WallMs;

    internal long MonotonicMs => clock.MonotonicMs;

    internal OffsetStore Offsets { get; }

    internal ClassicJoin Joins { get; }

    internal ClassicMembership Members { get; }

    internal OffsetCommits Commits { get; }

    internal OffsetFetches Fetches { get; }

    internal OffsetRetention Retention { get; }

    internal IReadOnlyCollection<Group> Groups => groups.Values;

    internal Group? Find(string groupId) => groups.TryGetValue(groupId, out Group? group) ? group : null;

    internal ClassicGroup? FindClassic(string groupId) => Find(groupId) as ClassicGroup;

    /// <summary>
    /// Whether a group is still the one of its name: it may have been removed, or its birth taken back.
    /// </summary>
    internal bool IsCurrent(ClassicGroup group) => ReferenceEquals(Find(group.Id), group);

    internal ClassicGroup CreateClassic(string groupId, long nowMs)
    {
        ClassicGroup group = new(groupId, pulses, nowMs);
        groups.Set(groupId, group);
        return group;
    }

    /// <summary>
    /// Clears a group id for a classic group: an empty group of members that can be converted makes way.
    /// </summary>
    /// <param name="groupId">The id.</param>
    /// <param name="removals">Takes the records that remove what was there.</param>
    /// <param name="isDryRun">Only asks whether the id can be had.</param>
    /// <returns>False where the id belongs to a group of another kind.</returns>
    internal bool TryMakeRoomForClassic(string groupId, List<CoordinatorRecord> removals, bool isDryRun)
    {
        if (Find(groupId) is not OpaqueGroup opaque)
        {
            return true;
        }

        if (!opaque.IsEmpty || opaque.Kind == GroupKind.Share)
        {
            return false;
        }

        if (!isDryRun)
        {
            opaque.AddTombstones(removals);
            groups.Remove(groupId, out _);
        }

        return true;
    }

    public override void Apply(long offset, long producerId, CoordinatorRecord record)
    {
        switch (record.Key)
        {
            case OffsetCommitKey key:
                Apply(offset, producerId, key.Group, new(key.Topic, key.Partition), record.Value as OffsetCommitValue);
                break;
            case LegacyOffsetCommitKey key:
                Apply(offset, producerId, key.Group, new(key.Topic, key.Partition), Modernise(record.Value));
                break;
            case GroupMetadataKey key when record.Value is GroupMetadataValue value:
                groups.Set(key.Group, new ClassicGroup(key.Group, pulses, value));
                break;
            case GroupMetadataKey key:
                groups.Remove(key.Group, out _);
                break;
            default:
                ApplyOpaque(record);
                break;
        }
    }

    public override void ApplyMarker(long producerId, short producerEpoch, bool isCommit) =>
        Offsets.End(producerId, isCommit);

    public override void OnLoaded(long nowMs)
    {
        foreach (Group group in groups.Values)
        {
            if (group is not ClassicGroup classic)
            {
                continue;
            }

            foreach (ClassicMember member in classic.Members.Values)
            {
                rebalance.RestartSession(classic, member);
            }

            classic.BeginPulses();
            if (classic.Members.Count > options.SizeMax)
            {
                // The config was lowered: members get a chance to commit before some of them are turned away.
                rebalance.Prepare(classic, "the loaded group is larger than it may be", nowMs);
            }
        }

        Retention.Start();
    }

    public override void OnUnloaded()
    {
        Retention.Stop();
        foreach (Group group in groups.Values)
        {
            if (group is not ClassicGroup classic)
            {
                continue;
            }

            rebalance.StopAll(classic);
            classic.TransitionTo(ClassicGroupState.Dead, clock.WallMs);
            classic.DropPulses();
            foreach (ClassicMember member in classic.Members.Values)
            {
                classic.AnswerJoin(member, Failures.Join(member.Id, ErrorCode.NotCoordinator));
                ClassicGroup.AnswerSync(member, Failures.Sync(ErrorCode.NotCoordinator));
            }
        }
    }

    internal IReadOnlyList<ListGroupsResponse.ListedGroup> List(ListGroupsRequest request)
    {
        List<ListGroupsResponse.ListedGroup> listed = [];
        foreach (Group group in groups.Values)
        {
            string state = group.StateName;
            string kind = NameOf(group.Kind);
            if (Passes(request.StatesFilter, state) && Passes(request.TypesFilter, kind))
            {
                listed.Add(new ListGroupsResponse.ListedGroup
                {
                    GroupId = group.Id, ProtocolType = group.ProtocolType, GroupState = state, GroupType = kind,
                });
            }
        }

        return listed;
    }

    internal DescribeGroupsResponse.DescribedGroup Describe(GroupClient client, string groupId)
    {
        if (Find(groupId) is not ClassicGroup group)
        {
            return GroupDescriptions.OfMissing(client, groupId, isOfOtherKind: groups.ContainsKey(groupId));
        }

        return GroupDescriptions.Of(group);
    }

    internal Decided<IReadOnlyList<DeleteGroupsResponse.DeletableGroupResult>> Delete(IReadOnlyList<string> groupIds)
    {
        List<DeleteGroupsResponse.DeletableGroupResult> results = [];
        List<CoordinatorRecord> records = [];
        foreach (string groupId in groupIds)
        {
            Group? group = Find(groupId);
            ErrorCode error = group?.CheckDelete() ?? ErrorCode.GroupIdNotFound;
            if (error == ErrorCode.None)
            {
                Commits.AddTombstonesOfAll(groupId, records);
                group!.AddTombstones(records);
                lines.Info($"Group {groupId} is deleted.");
            }

            results.Add(new() { GroupId = groupId, ErrorCode = (short)error });
        }

        return new(results, new Decision { Records = records });
    }

    /// <summary>As Kafka has it on the wire; its clients show it with a capital.</summary>
    private static string NameOf(GroupKind kind) => kind switch
    {
        GroupKind.Classic => "classic",
        GroupKind.Consumer => "consumer",
        GroupKind.Share => "share",
        _ => "streams",
    };

    private static bool Passes(string[] filter, string value) => filter.Length == 0
        || Array.Exists(filter, wanted => wanted.Trim().Equals(value, StringComparison.OrdinalIgnoreCase));

    private static OffsetCommitValue? Modernise(IMessage? value) => value is LegacyOffsetCommitValue legacy
        ? new OffsetCommitValue
        {
            Offset = legacy.Offset, Metadata = legacy.Metadata, CommitTimestamp = legacy.CommitTimestamp,
        }
        : null;

    private void Apply(
        long offset, long producerId, string groupId, GroupPartition partition, OffsetCommitValue? value)
    {
        if (value is null)
        {
            Offsets.Remove(groupId, partition);
            return;
        }

        if (!groups.ContainsKey(groupId))
        {
            // Whoever commits without joining has a simple group: empty, and of no protocol.
            CreateClassic(groupId, value.CommitTimestamp);
        }

        CommittedOffset committed = new(
            offset, value.Offset, value.LeaderEpoch, value.Metadata, value.CommitTimestamp, value.ExpireTimestamp,
            value.TopicId);
        if (producerId < 0)
        {
            Offsets.Commit(groupId, partition, committed);
        }
        else
        {
            Offsets.Hold(producerId, groupId, partition, committed);
        }
    }

    private void ApplyOpaque(CoordinatorRecord record)
    {
        GroupRecordType type = (GroupRecordType)record.Key.Descriptor.Key;
        Invariant.That(OpaqueGroup.TryGetKind(type, out GroupKind kind), "Every known record belongs to some group.");
        (string groupId, string part) = OpaqueKey.Split(record.Key);
        OpaqueGroup? group = Find(groupId) as OpaqueGroup;
        bool isWholeGroup = type
            is GroupRecordType.ConsumerGroupMetadata or GroupRecordType.ShareGroupMetadata
            or GroupRecordType.StreamsGroupMetadata;
        if (record.Value is null)
        {
            group?.Apply(new OpaqueKey(type, part), record);
            if (isWholeGroup && group is not null)
            {
                groups.Remove(groupId, out _);
            }

            return;
        }

        if (group is null || group.Kind != kind)
        {
            group = new OpaqueGroup(groupId, kind, undo);
            groups.Set(groupId, group);
        }

        group.Apply(new OpaqueKey(type, part), record);
    }
}
