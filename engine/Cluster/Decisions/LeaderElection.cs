using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Cluster;

/// <summary>Decides ElectLeaders (KIP-460). Pure; codes and texts are Kafka 4.4's.</summary>
public static class LeaderElection
{
    private const sbyte Preferred = 0;
    private const sbyte Unclean = 1;

    /// <summary>Decides a request; null topics stand for every partition that needs an election.</summary>
    public static Decision<ElectLeadersResponse> Decide(
        ElectLeadersRequest request, MetadataImage image, ElectionRules rules)
    {
        if (request.ElectionType is not (Preferred or Unclean))
        {
            // The text has no place in this response.
            return new([], new ElectLeadersResponse { ErrorCode = (short)ErrorCode.InvalidRequest });
        }

        List<MetadataRecord> records = [];
        List<ElectLeadersResponse.ReplicaElectionResult> results = [];
        bool isForAll = request.TopicPartitions is null;
        IEnumerable<(string Topic, IEnumerable<int> Partitions)> wanted =
            request.TopicPartitions?.Select(static topic => (topic.Topic, topic.Partitions.AsEnumerable()))
            ?? image.TopicsById.Values.Select(
                static topic => (topic.Name, Enumerable.Range(0, topic.PartitionCount)));
        foreach ((string topic, IEnumerable<int> partitions) in wanted)
        {
            List<ElectLeadersResponse.PartitionResult> partitionResults = [];
            foreach (int partition in partitions)
            {
                Refusal refusal = Elect(topic, partition, request.ElectionType, image, rules, records);
                if (!isForAll || refusal.Code != ErrorCode.ElectionNotNeeded)
                {
                    partitionResults.Add(new ElectLeadersResponse.PartitionResult
                    {
                        PartitionId = partition,
                        ErrorCode = (short)refusal.Code,
                        ErrorMessage = refusal.Message,
                    });
                }
            }

            results.Add(new ElectLeadersResponse.ReplicaElectionResult
            {
                Topic = topic,
                PartitionResult = [.. partitionResults],
            });
        }

        return new(records, new ElectLeadersResponse { ReplicaElectionResults = [.. results] });
    }

    private static Refusal Elect(
        string topicName,
        int partitionId,
        sbyte type,
        MetadataImage image,
        ElectionRules rules,
        List<MetadataRecord> records)
    {
        if (!image.TryFindTopic(topicName, out TopicImage? topic))
        {
            return Refusal.UnknownTopicOrPartition($"No such topic as {topicName}");
        }

        PartitionImage? partition = topic.Find(partitionId);
        if (partition is null)
        {
            return Refusal.UnknownTopicOrPartition($"No such partition as {topicName}-{partitionId}");
        }

        if (type == Preferred ? partition.HasPreferredLeader : partition.HasLeader)
        {
            return new Refusal(ErrorCode.ElectionNotNeeded, null);
        }

        PartitionChange change = new(partition, image, image.IsActive, rules.MinIsrOf(image, topicName))
        {
            Election = type == Preferred ? ElectionKind.Preferred : ElectionKind.Unclean,
        };
        if (change.Build(topic.Id, partitionId) is not { } record)
        {
            return new Refusal(
                type == Preferred ? ErrorCode.PreferredLeaderNotAvailable : ErrorCode.EligibleLeadersNotAvailable,
                null);
        }

        records.Add(record);
        return Refusal.None;
    }
}
