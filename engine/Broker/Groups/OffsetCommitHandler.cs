using Millrace.Base;
using Millrace.Coordination.Groups;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Asked = Millrace.Protocol.Messages.OffsetCommitRequest.OffsetCommitRequestPartition;
using AskedTopic = Millrace.Protocol.Messages.OffsetCommitRequest.OffsetCommitRequestTopic;
using Answer = Millrace.Protocol.Messages.OffsetCommitResponse.OffsetCommitResponsePartition;
using AnswerTopic = Millrace.Protocol.Messages.OffsetCommitResponse.OffsetCommitResponseTopic;

namespace Millrace.Broker;

/// <summary>Commits offsets of partitions that are there.</summary>
public sealed class OffsetCommitHandler(
    GroupCoordinator groups, PartitionTable partitions, IAuthorizer authorizer)
    : GroupHandler(ApiKey.OffsetCommit, groups, authorizer)
{
    private const short FirstWithIds = 10;

    private readonly TopicLookup topics = new(partitions, authorizer, AclOperation.Read);

    protected internal override void Handle(ControlCall call)
    {
        OffsetCommitRequest request = (OffsetCommitRequest)call.Request;
        if (!AllowsGroup(call, AclOperation.Read, request.GroupId))
        {
            call.Complete(OffsetAnswers.Failed(request, ErrorCode.GroupAuthorizationFailed));
            return;
        }

        List<AnswerTopic> refused = [];
        List<AskedTopic> accepted = [];
        foreach (AskedTopic topic in request.Topics)
        {
            Sort(call, topic, accepted, refused);
        }

        if (accepted.Count == 0)
        {
            call.Complete(new OffsetCommitResponse { Topics = [.. refused] });
            return;
        }

        request.Topics = [.. accepted];
        Groups.CommitOffsets(ClientOf(call), request, response =>
        {
            response.Topics = Merge(refused, response.Topics);
            call.Complete(response);
        });
    }

    /// <summary>Takes the partitions of a topic that are there, and refuses the others.</summary>
    private void Sort(ControlCall call, AskedTopic asked, List<AskedTopic> accepted, List<AnswerTopic> refused)
    {
        ErrorCode error = topics.Find(
            call.Session, call.Version >= FirstWithIds, ref asked.Name, ref asked.TopicId, out TopicEntry? topic);
        Asked[] known = topic is null
            ? []
            : Array.FindAll(asked.Partitions, partition => topic.Find(partition.PartitionIndex) is not null);
        if (known.Length < asked.Partitions.Length || asked.Partitions.Length == 0)
        {
            error = error == ErrorCode.None ? ErrorCode.UnknownTopicOrPartition : error;
            refused.Add(new AnswerTopic
            {
                Name = asked.Name,
                TopicId = asked.TopicId,
                Partitions =
                [
                    .. asked.Partitions
                        .Where(partition => topic?.Find(partition.PartitionIndex) is null)
                        .Select(partition => new Answer
                        {
                            PartitionIndex = partition.PartitionIndex, ErrorCode = (short)error,
                        }),
                ],
            });
        }

        if (known.Length > 0)
        {
            asked.Partitions = known;
            accepted.Add(asked);
        }
    }

    /// <summary>A topic of which one part was refused is told of once.</summary>
    private static AnswerTopic[] Merge(List<AnswerTopic> refused, AnswerTopic[] answered)
    {
        if (refused.Count == 0)
        {
            return answered;
        }

        List<AnswerTopic> merged = [.. refused];
        foreach (AnswerTopic topic in answered)
        {
            if (refused.Find(other => other.Name == topic.Name && other.TopicId == topic.TopicId) is { } same)
            {
                same.Partitions = [.. same.Partitions, .. topic.Partitions];
            }
            else
            {
                merged.Add(topic);
            }
        }

        return [.. merged];
    }
}
