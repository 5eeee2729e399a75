using Millrace.Base;
using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Answer = Millrace.Protocol.Messages.DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic;
using AnswerPartition =
    Millrace.Protocol.Messages.DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition;

namespace Millrace.Broker;

/// <summary>Tells topics page by page, in the order of their names, with eligible leader replicas (KIP-966).</summary>
public sealed class DescribeTopicPartitionsHandler(Controller controller, ClusterView view, IAuthorizer authorizer)
    : AdminHandler<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse>(
        ApiKey.DescribeTopicPartitions, controller)
{
    public override DescribeTopicPartitionsResponse Serve(
        DescribeTopicPartitionsRequest request, in Caller caller)
    {
        bool isForAll = request.Topics.Length == 0;
        SortedSet<string> names = NamesFrom(request, isForAll);
        if (IsBadCursor(request, names, isForAll))
        {
            return Refuse(request);
        }

        DescribeTopicPartitionsResponse response = new();
        List<Answer> answers = [];
        List<Answer> unauthorized = [];
        int limit = Controller.Configs.Current.RequestPartitionsMax;
        int left = Math.Max(1, Math.Min(limit, request.ResponsePartitionLimit));
        foreach (string name in names)
        {
            if (!authorizer.AllowsTopic(caller, AclOperation.Describe, name))
            {
                if (!isForAll)
                {
                    unauthorized.Add(new Answer { ErrorCode = (short)ErrorCode.TopicAuthorizationFailed, Name = name });
                }

                continue;
            }

            if (left == 0)
            {
                response.NextCursor = new() { TopicName = name };
                break;
            }

            int first = name == request.Cursor?.TopicName ? request.Cursor.PartitionIndex : 0;
            Answer answer = AnswerFor(name, first, left, caller, out int next);
            answers.Add(answer);
            left -= answer.Partitions.Length;
            if (next >= 0)
            {
                response.NextCursor = new() { TopicName = name, PartitionIndex = next };
                break;
            }
        }

        response.Topics = [.. answers, .. unauthorized];
        return response;
    }

    private SortedSet<string> NamesFrom(DescribeTopicPartitionsRequest request, bool isForAll)
    {
        SortedSet<string> names = new(StringComparer.Ordinal);
        string first = request.Cursor?.TopicName ?? "";
        IEnumerable<string> asked = isForAll
            ? Controller.Image.TopicsByName.Keys
            : request.Topics.Select(static topic => topic.Name);
        foreach (string name in asked)
        {
            if (string.CompareOrdinal(name, first) >= 0)
            {
                names.Add(name);
            }
        }

        return names;
    }

    private static bool IsBadCursor(DescribeTopicPartitionsRequest request, SortedSet<string> names, bool isForAll) =>
        request.Cursor is { } cursor
        && (cursor.PartitionIndex < 0 || (!isForAll && !names.Contains(cursor.TopicName)));

    /// <summary>There is no place for an error of the whole request but in each topic.</summary>
    private static DescribeTopicPartitionsResponse Refuse(DescribeTopicPartitionsRequest request) => new()
    {
        Topics = Array.ConvertAll(
            request.Topics,
            static topic => new Answer { ErrorCode = (short)ErrorCode.InvalidRequest, Name = topic.Name }),
    };

    private Answer AnswerFor(string name, int first, int limit, in Caller caller, out int next)
    {
        next = -1;
        Answer answer = new()
        {
            Name = name,
            IsInternal = TopicEntry.IsInternalName(name),
            TopicAuthorizedOperations = AuthorizedOperations.OfTopic(authorizer, caller.Session, name),
        };
        if (!Controller.Image.TryFindTopic(name, out TopicImage? topic))
        {
            answer.ErrorCode = (short)(TopicName.WhyInvalid(name) is null
                ? ErrorCode.UnknownTopicOrPartition
                : ErrorCode.InvalidTopicException);
            return answer;
        }

        int end = (int)Math.Min(topic.PartitionCount, (long)first + limit);
        next = end < topic.PartitionCount ? end : -1;
        answer.TopicId = topic.Id;
        answer.Partitions = new AnswerPartition[Math.Max(0, end - first)];
        for (int index = first; index < end; index++)
        {
            answer.Partitions[index - first] = Describe(topic.Partitions[index], index, caller);
        }

        return answer;
    }

    private AnswerPartition Describe(PartitionImage partition, int index, in Caller caller)
    {
        // A partition without a leader is told without an error here.
        view.LeaderOf(Controller.Image, partition, caller.ListenerName, tellsListener: true, out int leader);
        List<int> offline = [];
        view.AddOffline(Controller.Image, partition, caller.ListenerName, offline);
        return new AnswerPartition
        {
            PartitionIndex = index,
            LeaderId = leader,
            LeaderEpoch = partition.LeaderEpoch,
            ReplicaNodes = partition.Replicas,
            IsrNodes = partition.Isr,
            EligibleLeaderReplicas = partition.EligibleLeaderReplicas,
            LastKnownElr = partition.LastKnownElr,
            OfflineReplicas = [.. offline],
        };
    }
}
