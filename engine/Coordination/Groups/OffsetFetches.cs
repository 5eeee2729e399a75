using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Groups;

/// <summary>Answers what a group has committed. Owned by its partition's loop.</summary>
internal sealed class OffsetFetches(GroupShard shard, OffsetStore offsets)
{
    private const long NoOffset = -1;

    /// <param name="request">One group; null topics mean all.</param>
    /// <param name="requireStable">Whether what open transactions hold back is told as such (KIP-447).</param>
    public OffsetFetchResponse.OffsetFetchResponseGroup Fetch(
        OffsetFetchRequest.OffsetFetchRequestGroup request, bool requireStable)
    {
        ErrorCode error = shard.Find(request.GroupId)?.CheckFetch(request.MemberId, request.MemberEpoch)
            ?? ErrorCode.GroupIdNotFound;
        OffsetFetchResponse.OffsetFetchResponseGroup response = new() { GroupId = request.GroupId };
        if (error is not (ErrorCode.None or ErrorCode.GroupIdNotFound))
        {
            response.ErrorCode = (short)error;
            return response;
        }

        // A group that is not there has committed nothing, which is no error.
        bool isThere = error == ErrorCode.None;
        response.Topics = request.Topics is null
            ? isThere ? All(request.GroupId, requireStable) : []
            : Array.ConvertAll(request.Topics, topic => Topic(request.GroupId, topic, isThere, requireStable));
        return response;
    }

    private OffsetFetchResponse.OffsetFetchResponseTopics Topic(
        string groupId, OffsetFetchRequest.OffsetFetchRequestTopics topic, bool isThere, bool requireStable) => new()
        {
            Name = topic.Name,
            TopicId = topic.TopicId,
            Partitions = Array.ConvertAll(
                topic.PartitionIndexes,
                index => Partition(groupId, new(topic.Name, index), topic.TopicId, isThere, requireStable)),
        };

    private OffsetFetchResponse.OffsetFetchResponseTopics[] All(string groupId, bool requireStable)
    {
        Dictionary<string, List<OffsetFetchResponse.OffsetFetchResponsePartitions>> topics = [];
        if (offsets.OfGroup(groupId) is { } committed)
        {
            foreach (GroupPartition partition in committed.Keys)
            {
                if (!topics.TryGetValue(partition.Topic, out var partitions))
                {
                    topics[partition.Topic] = partitions = [];
                }

                partitions.Add(Partition(groupId, partition, Uuid.Zero, isThere: true, requireStable));
            }
        }

        return
        [
            .. topics.Select(topic => new OffsetFetchResponse.OffsetFetchResponseTopics
            {
                Name = topic.Key, Partitions = [.. topic.Value],
            }),
        ];
    }

    private OffsetFetchResponse.OffsetFetchResponsePartitions Partition(
        string groupId, GroupPartition partition, Uuid topicId, bool isThere, bool requireStable)
    {
        OffsetFetchResponse.OffsetFetchResponsePartitions response = new()
        {
            PartitionIndex = partition.Partition, CommittedOffset = NoOffset,
        };
        if (requireStable && offsets.IsPending(groupId, partition))
        {
            response.ErrorCode = (short)ErrorCode.UnstableOffsetCommit;
        }
        else if (isThere
            && offsets.OfGroup(groupId) is { } committed
            && committed.TryGetValue(partition, out CommittedOffset offset)
            && !offset.IsOfOtherTopic(topicId))
        {
            response.CommittedOffset = offset.Offset;
            response.CommittedLeaderEpoch = offset.LeaderEpoch;
            response.Metadata = offset.Metadata;
        }

        return response;
    }
}
