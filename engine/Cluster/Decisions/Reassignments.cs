using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Cluster;

/// <summary>
/// Decides AlterPartitionReassignments and answers ListPartitionReassignments (KIP-455). Pure; codes and texts are
/// Kafka 4.4's.
/// </summary>
/// <param name="image">The state.</param>
/// <param name="rules">The controller's configs.</param>
public sealed class Reassignments(MetadataImage image, ElectionRules rules)
{
    /// <summary>Decides a request; partitions stand or fall one by one.</summary>
    public Decision<AlterPartitionReassignmentsResponse> Alter(AlterPartitionReassignmentsRequest request)
    {
        List<MetadataRecord> records = [];
        List<AlterPartitionReassignmentsResponse.ReassignableTopicResponse> responses = [];
        foreach (AlterPartitionReassignmentsRequest.ReassignableTopic topic in request.Topics)
        {
            responses.Add(new AlterPartitionReassignmentsResponse.ReassignableTopicResponse
            {
                Name = topic.Name,
                Partitions =
                [
                    .. topic.Partitions.Select(partition => Result(
                        partition.PartitionIndex,
                        Alter(topic.Name, partition, request.AllowReplicationFactorChange, records))),
                ],
            });
        }

        return new(records, new AlterPartitionReassignmentsResponse
        {
            ErrorMessage = null,
            AllowReplicationFactorChange = request.AllowReplicationFactorChange,
            Responses = [.. responses],
        });
    }

    private Refusal Alter(
        string topicName,
        AlterPartitionReassignmentsRequest.ReassignablePartition target,
        bool mayChangeFactor,
        List<MetadataRecord> records)
    {
        if (!image.TryFindTopic(topicName, out TopicImage? topic))
        {
            return Refusal.UnknownTopicOrPartition($"Unable to find a topic named {topicName}.");
        }

        PartitionImage? partition = topic.Find(target.PartitionIndex);
        if (partition is null)
        {
            return Refusal.UnknownTopicOrPartition(
                $"Unable to find partition {topicName}:{target.PartitionIndex}.");
        }

        PartitionChange? change;
        Refusal refusal = target.Replicas is null
            ? Cancel(topic, target.PartitionIndex, partition, out change)
            : Move(topic, partition, target.Replicas, mayChangeFactor, out change);
        if (!refusal.IsError && change!.Build(topic.Id, target.PartitionIndex) is { } record)
        {
            records.Add(record);
        }

        return refusal;
    }

    private Refusal Cancel(TopicImage topic, int partitionId, PartitionImage partition, out PartitionChange? change)
    {
        change = null;
        if (!partition.IsReassigning)
        {
            return new Refusal(ErrorCode.NoReassignmentInProgress, null);
        }

        int[] replicas = [.. partition.Replicas.Except(partition.AddingReplicas)];
        int[] isr = [.. partition.Isr.Except(partition.AddingReplicas)];
        bool isUnclean = isr.Length == 0;
        bool isUncleanAllowed = rules.IsUncleanAllowed(image, topic.Name);
        if (isUnclean && !isUncleanAllowed)
        {
            return Refusal.InvalidAssignment(
                $"Unable to revert partition assignment for {topic.Name}:{partitionId} because it would require an "
                + "unclean leader election.");
        }

        change = Change(topic, partition, isUnclean ? [replicas[0]] : isr, isUncleanAllowed);
        (change.Replicas, change.Removing, change.Adding) = (replicas, [], []);
        return Refusal.None;
    }

    private Refusal Move(
        TopicImage topic, PartitionImage partition, int[] target, bool mayChangeFactor, out PartitionChange? change)
    {
        change = null;
        Refusal refusal = ManualAssignment.Check(image, target, null);
        if (refusal.IsError)
        {
            return refusal;
        }

        int factor = partition.Replicas.Except(partition.AddingReplicas).Count();
        if (!mayChangeFactor && factor != target.Length)
        {
            return new Refusal(
                ErrorCode.InvalidReplicationFactor,
                $"The replication factor is changed from {factor} to {target.Length}");
        }

        int[] removing = [.. partition.Replicas.Except(target).Order()];
        int[] adding = [.. target.Except(partition.Replicas).Order()];
        change = Change(topic, partition, partition.Isr, false);
        (change.Replicas, change.Removing, change.Adding) = ([.. target, .. removing], removing, adding);
        return Refusal.None;
    }

    private PartitionChange Change(TopicImage topic, PartitionImage partition, int[] isr, bool isUncleanAllowed) =>
        new(partition, image, image.IsActive, rules.MinIsrOf(image, topic.Name))
        {
            Isr = isr,
            Election = isUncleanAllowed ? ElectionKind.Unclean : ElectionKind.Online,
        };

    /// <summary>What is under way, of the topics asked for or of all.</summary>
    public ListPartitionReassignmentsResponse List(ListPartitionReassignmentsRequest request)
    {
        IEnumerable<(TopicImage Topic, IEnumerable<int> Partitions)> wanted = request.Topics is null
            ? image.TopicsById.Values.Select(static topic => (topic, Enumerable.Range(0, topic.PartitionCount)))
            : request.Topics.Where(topic => image.TryFindTopic(topic.Name, out _))
                .Select(topic => (image.TopicsByName[topic.Name], topic.PartitionIndexes.AsEnumerable()));
        List<ListPartitionReassignmentsResponse.OngoingTopicReassignment> topics = [];
        foreach ((TopicImage topic, IEnumerable<int> partitions) in wanted)
        {
            ListPartitionReassignmentsResponse.OngoingPartitionReassignment[] ongoing =
            [
                .. partitions.Where(id => topic.Find(id)?.IsReassigning == true).Select(id => Ongoing(topic, id)),
            ];
            if (ongoing.Length > 0)
            {
                topics.Add(new ListPartitionReassignmentsResponse.OngoingTopicReassignment
                {
                    Name = topic.Name,
                    Partitions = ongoing,
                });
            }
        }

        return new ListPartitionReassignmentsResponse { ErrorMessage = null, Topics = [.. topics] };
    }

    private static ListPartitionReassignmentsResponse.OngoingPartitionReassignment Ongoing(TopicImage topic, int id)
    {
        PartitionImage partition = topic.Partitions[id];
        return new ListPartitionReassignmentsResponse.OngoingPartitionReassignment
        {
            PartitionIndex = id,
            Replicas = partition.Replicas,
            AddingReplicas = partition.AddingReplicas,
            RemovingReplicas = partition.RemovingReplicas,
        };
    }

    private static AlterPartitionReassignmentsResponse.ReassignablePartitionResponse Result(int id, Refusal refusal) =>
        new() { PartitionIndex = id, ErrorCode = (short)refusal.Code, ErrorMessage = refusal.Message };
}
