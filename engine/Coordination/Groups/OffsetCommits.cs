using Millrace.Base;
using Millrace.Coordination.Runtime;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Groups;

/// <summary>Commits and deletes offsets, plain and within transactions. Owned by its partition's loop.</summary>
internal sealed class OffsetCommits(
    GroupShard shard, OffsetStore offsets, GroupOptions options, ClassicRebalance rebalance)
{
    // From this version on a missing group is told as such (KIP-848).
    private const short VersionKnowingMissingGroups = 9;

    // The same, and member epochs, for commits within transactions.
    private const short TransactionVersionKnowingGroups = 6;

    public Decided<OffsetCommitResponse> Commit(GroupClient client, OffsetCommitRequest request, long nowMs)
    {
        ErrorCode error = Check(client, request);
        List<CoordinatorRecord> records = [];
        OffsetCommitResponse.OffsetCommitResponseTopic[] topics =
            new OffsetCommitResponse.OffsetCommitResponseTopic[request.Topics.Length];
        long expireMs = request.RetentionTimeMs == -1 ? -1 : nowMs + request.RetentionTimeMs;
        for (int at = 0; at < topics.Length; at++)
        {
            OffsetCommitRequest.OffsetCommitRequestTopic topic = request.Topics[at];
            topics[at] = new()
            {
                Name = topic.Name,
                TopicId = topic.TopicId,
                Partitions = Array.ConvertAll(topic.Partitions, partition =>
                {
                    // Version 1 let the client say when it committed.
                    long commitMs = partition.CommitTimestamp == -1 ? nowMs : partition.CommitTimestamp;
                    CommittedOffset offset = new(
                        -1, partition.CommittedOffset, partition.CommittedLeaderEpoch,
                        partition.CommittedMetadata ?? "", commitMs, expireMs, topic.TopicId);
                    GroupPartition key = new(topic.Name, partition.PartitionIndex);
                    return new OffsetCommitResponse.OffsetCommitResponsePartition
                    {
                        PartitionIndex = partition.PartitionIndex,
                        ErrorCode = (short)Add(records, error, request.GroupId, key, offset),
                    };
                }),
            };
        }

        return new(new OffsetCommitResponse { Topics = topics }, new Decision { Records = records });
    }

    public Decided<TxnOffsetCommitResponse> Commit(GroupClient client, TxnOffsetCommitRequest request, long nowMs)
    {
        ErrorCode error = Check(client, request);
        List<CoordinatorRecord> records = [];
        TxnOffsetCommitResponse response = new()
        {
            Topics = Array.ConvertAll(request.Topics, topic => new TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic
            {
                Name = topic.Name,
                TopicId = topic.TopicId,
                Partitions = Array.ConvertAll(topic.Partitions, partition =>
                {
                    CommittedOffset offset = new(
                        -1, partition.CommittedOffset, partition.CommittedLeaderEpoch,
                        partition.CommittedMetadata ?? "", nowMs, -1, topic.TopicId);
                    GroupPartition key = new(topic.Name, partition.PartitionIndex);
                    return new TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition
                    {
                        PartitionIndex = partition.PartitionIndex,
                        ErrorCode = (short)Add(records, error, request.GroupId, key, offset),
                    };
                }),
            }),
        };
        return new(response, new Decision { Records = records });
    }

    public Decided<OffsetDeleteResponse> Delete(OffsetDeleteRequest request)
    {
        Group? group = shard.Find(request.GroupId);
        ErrorCode error = group?.CheckOffsetDelete() ?? ErrorCode.GroupIdNotFound;
        if (error != ErrorCode.None)
        {
            return new(new OffsetDeleteResponse { ErrorCode = (short)error }, Decision.Nothing);
        }

        List<CoordinatorRecord> records = [];
        OffsetDeleteResponse response = new()
        {
            Topics = Array.ConvertAll(request.Topics, topic => new OffsetDeleteResponse.OffsetDeleteResponseTopic
            {
                Name = topic.Name,
                Partitions = Array.ConvertAll(topic.Partitions, partition =>
                    new OffsetDeleteResponse.OffsetDeleteResponsePartition
                    {
                        PartitionIndex = partition.PartitionIndex,
                        ErrorCode = (short)Delete(records, group!, new(topic.Name, partition.PartitionIndex)),
                    }),
            }),
        };
        return new(response, new Decision { Records = records });
    }

    /// <summary>Tombstones for all that a group has committed or holds back.</summary>
    public void AddTombstonesOfAll(string groupId, List<CoordinatorRecord> records)
    {
        HashSet<GroupPartition> partitions = offsets.PendingOf(groupId);
        partitions.UnionWith(offsets.OfGroup(groupId)?.Keys ?? (IEnumerable<GroupPartition>)[]);
        foreach (GroupPartition partition in partitions)
        {
            records.Add(GroupRecords.OffsetTombstone(groupId, partition));
        }
    }

    /// <summary>Topics are gone: so is what was committed for them, but not for later ones of the same name.</summary>
    /// <param name="topics">Ids by name.</param>
    public Decided<bool> DeleteTopics(IReadOnlyDictionary<string, Uuid> topics)
    {
        HashSet<OffsetStore.PendingKey> gone = [];
        foreach (string groupId in offsets.Groups)
        {
            foreach ((GroupPartition partition, CommittedOffset offset) in offsets.OfGroup(groupId)!)
            {
                if (topics.TryGetValue(partition.Topic, out Uuid id) && !offset.IsOfOtherTopic(id))
                {
                    gone.Add(new OffsetStore.PendingKey(groupId, partition));
                }
            }
        }

        offsets.ForEachPending((key, offset) =>
        {
            if (topics.TryGetValue(key.Partition.Topic, out Uuid id) && !offset.IsOfOtherTopic(id))
            {
                gone.Add(key);
            }
        });
        List<CoordinatorRecord> records = [];
        foreach (OffsetStore.PendingKey key in gone)
        {
            records.Add(GroupRecords.OffsetTombstone(key.GroupId, key.Partition));
        }

        return new(true, new Decision { Records = records, IsAtomic = false });
    }

    private ErrorCode Check(GroupClient client, OffsetCommitRequest request)
    {
        Group? group = shard.Find(request.GroupId);
        int generation = request.GenerationIdOrMemberEpoch;
        if (group is null)
        {
            // A commit of somebody who is no member makes a simple group: its first offset brings it into being.
            return generation < 0 ? ErrorCode.None
                : client.ApiVersion >= VersionKnowingMissingGroups ? ErrorCode.GroupIdNotFound
                : ErrorCode.IllegalGeneration;
        }

        ErrorCode error = group.CheckCommit(
            request.MemberId, request.GroupInstanceId, generation, isTransactional: false);
        if (error == ErrorCode.None
            && group is ClassicGroup classic
            && classic.State is ClassicGroupState.Stable or ClassicGroupState.PreparingRebalance)
        {
            rebalance.RestartSession(classic, classic.Members[request.MemberId]);
        }

        return error;
    }

    private ErrorCode Check(GroupClient client, TxnOffsetCommitRequest request)
    {
        bool knowsGroups = client.ApiVersion >= TransactionVersionKnowingGroups;
        int generation = request.GenerationIdOrMemberEpoch;
        if (shard.Find(request.GroupId) is not { } group)
        {
            return generation < 0 ? ErrorCode.None
                : knowsGroups ? ErrorCode.GroupIdNotFound
                : ErrorCode.IllegalGeneration;
        }

        ErrorCode error = group.CheckCommit(
            request.MemberId, request.GroupInstanceId, generation, isTransactional: true);
        return error == ErrorCode.StaleMemberEpoch && !knowsGroups ? ErrorCode.IllegalGeneration : error;
    }

    private ErrorCode Add(
        List<CoordinatorRecord> records, ErrorCode error, string groupId, GroupPartition partition,
        in CommittedOffset offset)
    {
        if (error == ErrorCode.None && offset.Metadata.Length > options.OffsetMetadataLengthMax)
        {
            error = ErrorCode.OffsetMetadataTooLarge;
        }

        if (error == ErrorCode.None)
        {
            records.Add(GroupRecords.OfCommit(groupId, partition, offset, options.OffsetRecordVersion));
        }

        return error;
    }

    private ErrorCode Delete(List<CoordinatorRecord> records, Group group, GroupPartition partition)
    {
        if (group.IsSubscribedTo(partition.Topic))
        {
            return ErrorCode.GroupSubscribedToTopic;
        }

        if (offsets.OfGroup(group.Id)?.ContainsKey(partition) == true || offsets.IsPending(group.Id, partition))
        {
            records.Add(GroupRecords.OffsetTombstone(group.Id, partition));
        }

        return ErrorCode.None;
    }
}
