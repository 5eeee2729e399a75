using Millrace.Base;
using Millrace.Coordination.Groups;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Answer = Millrace.Protocol.Messages.OffsetDeleteResponse.OffsetDeleteResponsePartition;
using AnswerTopic = Millrace.Protocol.Messages.OffsetDeleteResponse.OffsetDeleteResponseTopic;
using Asked = Millrace.Protocol.Messages.OffsetDeleteRequest.OffsetDeleteRequestPartition;
using AskedTopic = Millrace.Protocol.Messages.OffsetDeleteRequest.OffsetDeleteRequestTopic;

namespace Millrace.Broker;

/// <summary>Forgets what a group has committed for topics that it is not subscribed to.</summary>
public sealed class OffsetDeleteHandler(
    GroupCoordinator groups, PartitionTable partitions, IAuthorizer authorizer)
    : GroupHandler(ApiKey.OffsetDelete, groups, authorizer)
{
    private readonly TopicLookup topics = new(partitions, authorizer, AclOperation.Read);

    protected internal override void Handle(ControlCall call)
    {
        OffsetDeleteRequest request = (OffsetDeleteRequest)call.Request;
        if (!AllowsGroup(call, AclOperation.Delete, request.GroupId))
        {
            call.Complete(new OffsetDeleteResponse { ErrorCode = (short)ErrorCode.GroupAuthorizationFailed });
            return;
        }

        List<AnswerTopic> refused = [];
        List<AskedTopic> accepted = [];
        foreach (AskedTopic topic in request.Topics)
        {
            Sort(call, topic, accepted, refused);
        }

        // Asked even where nothing is left: what is wrong with the group comes first.
        request.Topics = [.. accepted];
        Groups.DeleteOffsets(request, response =>
        {
            if (response.ErrorCode == (short)ErrorCode.None && refused.Count > 0)
            {
                response.Topics = Merge(refused, response.Topics);
            }

            call.Complete(response);
        });
    }

    private void Sort(ControlCall call, AskedTopic asked, List<AskedTopic> accepted, List<AnswerTopic> refused)
    {
        Uuid id = default;
        ErrorCode error = topics.Find(call.Session, byId: false, ref asked.Name, ref id, out TopicEntry? topic);
        error = error == ErrorCode.None ? ErrorCode.UnknownTopicOrPartition : error;
        Asked[] known = topic is null
            ? []
            : Array.FindAll(asked.Partitions, partition => topic.Find(partition.PartitionIndex) is not null);
        Asked[] unknown = Array.FindAll(
            asked.Partitions, partition => topic?.Find(partition.PartitionIndex) is null);
        if (unknown.Length > 0)
        {
            refused.Add(new AnswerTopic
            {
                Name = asked.Name,
                Partitions = Array.ConvertAll(
                    unknown,
                    partition => new Answer { PartitionIndex = partition.PartitionIndex, ErrorCode = (short)error }),
            });
        }

        if (known.Length > 0)
        {
            asked.Partitions = known;
            accepted.Add(asked);
        }
    }

    private static AnswerTopic[] Merge(List<AnswerTopic> refused, AnswerTopic[] answered)
    {
        List<AnswerTopic> merged = [.. refused];
        foreach (AnswerTopic topic in answered)
        {
            if (refused.Find(other => other.Name == topic.Name) is { } same)
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
