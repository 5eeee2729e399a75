using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Loadgen;

/// <summary>
/// Makes the topics of a run where they are missing, and waits until all of their partitions have leaders. One thread.
/// </summary>
internal static class TopicSetup
{
    private const int PauseMs = 50;
    private const int AttemptsMax = 1200;
    private const int TopicsPerRequest = 500;

    // Kafka writes no more than 10,000 records for one request, and a topic takes some besides its partitions.
    private const int PartitionsPerRequest = 5_000;

    /// <summary>Makes what is missing.</summary>
    /// <returns>The cluster with all of the topics led.</returns>
    /// <exception cref="BrokerRefusedException">A topic cannot be made, or gets no leaders.</exception>
    public static ClusterMap Prepare(SetupClient client, TopicSpec spec)
    {
        IReadOnlyList<string> names = spec.Names;
        if (spec.IsRemade)
        {
            Delete(client, names);
        }

        string[] missing = [.. Missing(client, names)];
        int together = Math.Clamp(PartitionsPerRequest / Math.Max(1, spec.Partitions), 1, TopicsPerRequest);
        foreach (string[] part in missing.Chunk(together))
        {
            Create(client, spec, part);
        }

        return WaitForLeaders(client, names);
    }

    /// <summary>Where each partition begins and ends now, asked of its leader.</summary>
    /// <returns>For each topic, for each partition.</returns>
    public static (long Start, long End)[][] Offsets(ClusterMap cluster, bool isReadCommitted)
    {
        (long Start, long End)[][] offsets =
            [.. cluster.Topics.Select(topic => new (long Start, long End)[topic.Leaders.Length])];
        foreach (int leader in cluster.Topics.SelectMany(topic => topic.Leaders).Distinct())
        {
            Network.NetworkAddress address = cluster.Brokers[leader];
            using SetupClient client = SetupClient.Connect([(address.ToIPAddress().ToString(), address.Port)]);

            // A leader that was made a moment ago may not know it yet.
            for (int attempt = 0; !TryAsk(client, cluster, leader, isReadCommitted, offsets); attempt++)
            {
                Pause(attempt, "a leader does not know that it is one");
            }
        }

        return offsets;
    }

    private static IEnumerable<string> Missing(SetupClient client, IReadOnlyList<string> names)
    {
        MetadataResponse response =
            client.Ask<MetadataResponse>(ApiKey.Metadata, RunContext.RequestFor(names));
        HashSet<string?> there = [.. response.Topics.Where(topic => topic.ErrorCode == 0).Select(topic => topic.Name)];
        return names.Where(name => !there.Contains(name));
    }

    private static void Create(SetupClient client, TopicSpec spec, string[] names)
    {
        CreateTopicsRequest request = new()
        {
            TimeoutMs = 60_000,
            Topics = [.. names.Select(name => new CreateTopicsRequest.CreatableTopic
            {
                Name = name,
                NumPartitions = spec.Partitions,
                ReplicationFactor = spec.Replication,
                Configs = [.. spec.Configs.Select(ReadConfig)],
            })],
        };
        CreateTopicsResponse response = client.Ask<CreateTopicsResponse>(ApiKey.CreateTopics, request);
        foreach (CreateTopicsResponse.CreatableTopicResult topic in response.Topics)
        {
            ErrorCode code = (ErrorCode)topic.ErrorCode;
            if (code is not (ErrorCode.None or ErrorCode.TopicAlreadyExists))
            {
                throw new BrokerRefusedException(
                    $"the topic {topic.Name} cannot be made: {topic.ErrorMessage ?? ErrorFacts.Of(code).Name}");
            }
        }
    }

    private static CreateTopicsRequest.CreatableTopicConfig ReadConfig(string config)
    {
        int sign = config.IndexOf('=', StringComparison.Ordinal);
        return new CreateTopicsRequest.CreatableTopicConfig
        {
            Name = sign < 0 ? config : config[..sign],
            Value = sign < 0 ? "" : config[(sign + 1)..],
        };
    }

    private static void Delete(SetupClient client, IReadOnlyList<string> names)
    {
        foreach (string[] part in names.Chunk(TopicsPerRequest))
        {
            // Up to version 5 by names alone, which says the same.
            DeleteTopicsRequest request = new() { TimeoutMs = 60_000, TopicNames = part };
            client.Ask<DeleteTopicsResponse>(ApiKey.DeleteTopics, request, most: 5);
        }

        for (int attempt = 0; Missing(client, names).Count() < names.Count; attempt++)
        {
            Pause(attempt, "the topics of an earlier run are still there");
        }
    }

    private static ClusterMap WaitForLeaders(SetupClient client, IReadOnlyList<string> names)
    {
        for (int attempt = 0; ; attempt++)
        {
            MetadataResponse response =
                client.Ask<MetadataResponse>(ApiKey.Metadata, RunContext.RequestFor(names));
            ClusterMap cluster = ClusterMap.From(names, response, before: null);
            if (cluster.Topics.All(topic => topic.Leaders.Length > 0 && topic.Leaders.All(leader => leader >= 0)))
            {
                return cluster;
            }

            Pause(attempt, "a partition has no leader");
        }
    }

    private static bool TryAsk(
        SetupClient client, ClusterMap cluster, int leader, bool isReadCommitted, (long Start, long End)[][] offsets) =>
        TryAsk(client, cluster, leader, isReadCommitted, earliest: true, offsets)
        && TryAsk(client, cluster, leader, isReadCommitted, earliest: false, offsets);

    private static bool TryAsk(
        SetupClient client, ClusterMap cluster, int leader, bool isReadCommitted, bool earliest,
        (long Start, long End)[][] offsets)
    {
        const long earliestMark = -2, latestMark = -1;
        ListOffsetsRequest request = new()
        {
            ReplicaId = -1,
            IsolationLevel = (sbyte)(isReadCommitted ? 1 : 0),
            Topics = [.. cluster.Topics.Select(topic => new ListOffsetsRequest.ListOffsetsTopic
            {
                Name = topic.Name,
                Partitions = [.. Enumerable.Range(0, topic.Leaders.Length)
                    .Where(partition => topic.Leaders[partition] == leader)
                    .Select(partition => new ListOffsetsRequest.ListOffsetsPartition
                    {
                        PartitionIndex = partition,
                        Timestamp = earliest ? earliestMark : latestMark,
                    })],
            }).Where(topic => topic.Partitions.Length > 0)],
        };
        ListOffsetsResponse response = client.Ask<ListOffsetsResponse>(ApiKey.ListOffsets, request);
        Dictionary<string, int> numbers = cluster.Topics.Select((topic, index) => (topic.Name, index))
            .ToDictionary(pair => pair.Name, pair => pair.index);
        foreach (ListOffsetsResponse.ListOffsetsTopicResponse topic in response.Topics)
        {
            foreach (ListOffsetsResponse.ListOffsetsPartitionResponse partition in topic.Partitions)
            {
                ErrorFacts facts = ErrorFacts.Of((ErrorCode)partition.ErrorCode);
                if (facts.IsRetriable)
                {
                    return false;
                }

                if (facts.Code != ErrorCode.None)
                {
                    throw new BrokerRefusedException(
                        $"the offsets of {topic.Name}-{partition.PartitionIndex}: {facts.Name}");
                }

                ref (long Start, long End) place = ref offsets[numbers[topic.Name]][partition.PartitionIndex];
                place = earliest ? (partition.Offset, place.End) : (place.Start, partition.Offset);
            }
        }

        return true;
    }

    private static void Pause(int attempt, string what)
    {
        if (attempt == AttemptsMax)
        {
            throw new BrokerRefusedException($"{what} after {AttemptsMax * PauseMs / 1000} s");
        }

        Thread.Sleep(PauseMs);
    }
}
