using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Cluster;

/// <summary>Decides CreatePartitions. Pure but for the places drawn; codes and texts are Kafka 4.4's.</summary>
public static class PartitionCreation
{
    /// <summary>Decides a request.</summary>
    /// <param name="mayAlter">Whether the client may alter a topic.</param>
    public static Decision<CreatePartitionsResponse> Decide(
        CreatePartitionsRequest request, MetadataImage image, Random random, Func<string, bool>? mayAlter = null)
    {
        List<MetadataRecord> records = [];
        List<CreatePartitionsResponse.CreatePartitionsTopicResult> results = [];
        foreach (var topics in request.Topics.GroupBy(static topic => topic.Name, StringComparer.Ordinal))
        {
            int recordsBefore = records.Count;
            Refusal refusal = topics.Count() > 1 ? Refusal.InvalidRequest("Duplicate topic name.")
                : mayAlter?.Invoke(topics.Key) == false ? new Refusal(ErrorCode.TopicAuthorizationFailed, null)
                : Grow(topics.First(), image, random, records);
            if (refusal.IsError)
            {
                records.RemoveRange(recordsBefore, records.Count - recordsBefore);
            }

            results.Add(Result(topics.Key, refusal));
        }

        if (records.Count > ClusterLimits.RecordsPerChangeMax)
        {
            records.Clear();
            results = [.. results.Select(static result => Result(result.Name, Refusal.TooLarge))];
        }

        CreatePartitionsResponse response = new() { Results = [.. results] };
        return new Decision<CreatePartitionsResponse>(request.ValidateOnly ? [] : records, response);
    }

    private static Refusal Grow(
        CreatePartitionsRequest.CreatePartitionsTopic request,
        MetadataImage image,
        Random random,
        List<MetadataRecord> records)
    {
        if (!image.TryFindTopic(request.Name, out TopicImage? topic))
        {
            return Refusal.UnknownTopicOrPartition();
        }

        int additional = request.Count - topic.PartitionCount;
        if (additional == 0)
        {
            return new Refusal(
                ErrorCode.InvalidPartitions, $"Topic already has {topic.PartitionCount} partition(s).");
        }

        if (additional < 0)
        {
            return new Refusal(
                ErrorCode.InvalidPartitions,
                $"The topic {topic.Name} currently has {topic.PartitionCount} partition(s); {request.Count} would not "
                + "be an increase.");
        }

        if (additional > ClusterLimits.RecordsPerChangeMax)
        {
            return new Refusal(
                ErrorCode.PolicyViolation, "Excessively large number of additional partitions per request.");
        }

        int factor = topic.Partitions[0].Replicas.Length;
        Refusal refusal = request.Assignments is null
            ? ReplicaPlacement.Place(image, additional, factor, random, out int[][]? assignments)
            : Assigned(request.Assignments, image, additional, factor, out assignments);
        for (int index = 0; !refusal.IsError && index < additional; index++)
        {
            int id = topic.PartitionCount + index;
            PartitionImage? partition = ManualAssignment.NewPartition(image, assignments![index]);
            if (partition is not null)
            {
                records.Add(partition.ToRecord(topic.Id, id, image.MetadataVersion));
                continue;
            }

            refusal = request.Assignments is null
                ? Refusal.InvalidFactor(
                    $"Unable to replicate the partition {factor} time(s): All brokers are currently fenced or in "
                    + "controlled shutdown.")
                : Refusal.InvalidAssignment(
                    $"All brokers specified in the manual partition assignment for partition {id} are fenced or in "
                    + "controlled shutdown.");
        }

        return refusal;
    }

    private static Refusal Assigned(
        CreatePartitionsRequest.CreatePartitionsAssignment[] given,
        MetadataImage image,
        int additional,
        int factor,
        out int[][]? assignments)
    {
        assignments = null;
        if (given.Length != additional)
        {
            return Refusal.InvalidAssignment(
                $"Attempted to add {additional} additional partition(s), but only {given.Length} assignment(s) were "
                + "specified.");
        }

        foreach (CreatePartitionsRequest.CreatePartitionsAssignment assignment in given)
        {
            Refusal refusal = ManualAssignment.Check(image, assignment.BrokerIds, factor);
            if (refusal.IsError)
            {
                return refusal;
            }
        }

        assignments = [.. given.Select(static assignment => assignment.BrokerIds)];
        return Refusal.None;
    }

    private static CreatePartitionsResponse.CreatePartitionsTopicResult Result(string name, Refusal refusal) =>
        new() { Name = name, ErrorCode = (short)refusal.Code, ErrorMessage = refusal.Message };
}
