using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Cluster;

/// <summary>
/// Decides CreateTopics. Pure but for the ids and places that it draws; codes and texts are Kafka 4.4's.
/// </summary>
public sealed class TopicCreation
{
    private readonly MetadataImage image;
    private readonly TopicCreationRules rules;
    private readonly Random random;
    private readonly List<MetadataRecord> records = [];

    private TopicCreation(MetadataImage image, TopicCreationRules rules, Random random)
    {
        this.image = image;
        this.rules = rules;
        this.random = random;
    }

    /// <summary>Decides a request. Topics are created or refused one by one; the records are one change.</summary>
    public static Decision<CreateTopicsResponse> Decide(
        CreateTopicsRequest request, MetadataImage image, TopicCreationRules rules, Random random)
    {
        List<CreateTopicsRequest.CreatableTopic> wanted = [];
        List<CreateTopicsResponse.CreatableTopicResult> refused = [];
        foreach (IGrouping<string, CreateTopicsRequest.CreatableTopic> topics in request.Topics.GroupBy(t => t.Name))
        {
            Refusal refusal = topics.Count() > 1 ? Refusal.InvalidRequest("Duplicate topic name.")
                : topics.Key == TopicName.ClusterMetadata
                    ? Refusal.InvalidRequest($"Creation of internal topic {topics.Key} is prohibited.")
                : !rules.MayCreate(topics.Key)
                    ? new Refusal(ErrorCode.TopicAuthorizationFailed, "Authorization failed.")
                : Refusal.None;
            if (refusal.IsError)
            {
                refused.Add(Result(topics.Key, refusal));
            }
            else
            {
                wanted.Add(topics.First());
            }
        }

        TopicCreation creation = new(image, rules, random);
        CreateTopicsResponse.CreatableTopicResult[] results = creation.CreateAll(wanted);
        CreateTopicsResponse response = new() { Topics = [.. results, .. refused] };
        return new Decision<CreateTopicsResponse>(request.ValidateOnly ? [] : creation.records, response);
    }

    private CreateTopicsResponse.CreatableTopicResult[] CreateAll(List<CreateTopicsRequest.CreatableTopic> topics)
    {
        long partitions = topics.Sum(topic => (long)(topic.Assignments.Length > 0
            ? topic.Assignments.Length
            : topic.NumPartitions == -1 ? rules.DefaultPartitions : Math.Max(0, topic.NumPartitions)));
        if (partitions > ClusterLimits.RecordsPerChangeMax)
        {
            Refusal refusal = new(
                ErrorCode.PolicyViolation, "Excessively large number of partitions per request.");
            return [.. topics.Select(topic => Result(topic.Name, refusal))];
        }

        CreateTopicsResponse.CreatableTopicResult[] results = [.. topics.Select(Create)];
        if (records.Count <= ClusterLimits.RecordsPerChangeMax)
        {
            return results;
        }

        records.Clear();
        return [.. topics.Select(topic => Result(topic.Name, Refusal.TooLarge))];
    }

    private CreateTopicsResponse.CreatableTopicResult Create(CreateTopicsRequest.CreatableTopic topic)
    {
        Refusal refusal = CheckName(topic.Name);
        if (!refusal.IsError)
        {
            refusal = CheckConfigs(topic);
        }

        PartitionImage[] partitions = [];
        if (!refusal.IsError)
        {
            refusal = topic.Assignments.Length > 0
                ? Assign(topic, out partitions)
                : Place(topic, out partitions);
        }

        return refusal.IsError ? Result(topic.Name, refusal) : Accept(topic, partitions);
    }

    private Refusal CheckName(string name)
    {
        if (image.TryFindTopic(name, out _))
        {
            return new Refusal(ErrorCode.TopicAlreadyExists, $"Topic '{name}' already exists.");
        }

        if (TopicName.HasCollisionCharacters(name)
            && image.TopicsByUnifiedName.TryGetValue(TopicName.Unify(name), out var colliding))
        {
            return new Refusal(
                ErrorCode.InvalidTopicException, $"Topic '{name}' collides with existing topic: {colliding.First()}");
        }

        return TopicName.WhyInvalid(name) is { } why
            ? new Refusal(ErrorCode.InvalidTopicException, why)
            : Refusal.None;
    }

    private Refusal CheckConfigs(CreateTopicsRequest.CreatableTopic topic)
    {
        string[] nulls = [.. topic.Configs.Where(config => config.Value is null).Select(config => config.Name)];
        return nulls.Length > 0
            ? new Refusal(
                ErrorCode.InvalidConfig, $"Null value not supported for topic configs: {string.Join(",", nulls)}")
            : rules.CheckConfigs(ConfigsOf(topic));
    }

    private static Dictionary<string, string> ConfigsOf(CreateTopicsRequest.CreatableTopic topic)
    {
        Dictionary<string, string> configs = new(StringComparer.Ordinal);
        foreach (CreateTopicsRequest.CreatableTopicConfig config in topic.Configs)
        {
            configs[config.Name] = config.Value!;
        }

        return configs;
    }

    private Refusal Assign(CreateTopicsRequest.CreatableTopic topic, out PartitionImage[] partitions)
    {
        partitions = [];
        if (topic.ReplicationFactor != -1)
        {
            return Refusal.InvalidRequest(
                "A manual partition assignment was specified, but replication factor was not set to -1.");
        }

        if (topic.NumPartitions != -1)
        {
            return Refusal.InvalidRequest(
                "A manual partition assignment was specified, but numPartitions was not set to -1.");
        }

        SortedDictionary<int, PartitionImage> assigned = [];
        int? replicationFactor = null;
        foreach (CreateTopicsRequest.CreatableReplicaAssignment assignment in topic.Assignments)
        {
            int id = assignment.PartitionIndex;
            if (assigned.ContainsKey(id))
            {
                return Refusal.InvalidAssignment($"Found multiple manual partition assignments for partition {id}");
            }

            Refusal refusal = ManualAssignment.Check(image, assignment.BrokerIds, replicationFactor);
            if (refusal.IsError)
            {
                return refusal;
            }

            replicationFactor = assignment.BrokerIds.Length;
            PartitionImage? partition = ManualAssignment.NewPartition(image, assignment.BrokerIds);
            if (partition is null)
            {
                return Refusal.InvalidAssignment(
                    $"All brokers specified in the manual partition assignment for partition {id} are fenced or in "
                    + "controlled shutdown.");
            }

            assigned.Add(id, partition);
        }

        if (assigned.Keys.First() != 0 || assigned.Keys.Last() != assigned.Count - 1)
        {
            return Refusal.InvalidAssignment("partitions should be a consecutive 0-based integer sequence");
        }

        partitions = [.. assigned.Values];
        return Refusal.None;
    }

    private Refusal Place(CreateTopicsRequest.CreatableTopic topic, out PartitionImage[] partitions)
    {
        partitions = [];
        if (topic.ReplicationFactor is < -1 or 0)
        {
            return Refusal.InvalidFactor("Replication factor must be larger than 0, or -1 to use the default value.");
        }

        if (topic.NumPartitions is < -1 or 0)
        {
            return new Refusal(
                ErrorCode.InvalidPartitions, "Number of partitions was set to an invalid non-positive value.");
        }

        int count = topic.NumPartitions == -1 ? rules.DefaultPartitions : topic.NumPartitions;
        int factor = topic.ReplicationFactor == -1 ? rules.DefaultReplicationFactor : topic.ReplicationFactor;
        Refusal refusal = ReplicaPlacement.Place(image, count, factor, random, out int[][]? assignments);
        if (refusal.IsError)
        {
            return Refusal.InvalidFactor($"Unable to replicate the partition {factor} time(s): {refusal.Message}");
        }

        partitions = new PartitionImage[count];
        for (int id = 0; id < count; id++)
        {
            PartitionImage? partition = ManualAssignment.NewPartition(image, assignments![id]);
            if (partition is null)
            {
                return Refusal.InvalidFactor(
                    $"Unable to replicate the partition {factor} time(s): All brokers are currently fenced or in "
                    + "controlled shutdown.");
            }

            partitions[id] = partition;
        }

        return Refusal.None;
    }

    private CreateTopicsResponse.CreatableTopicResult Accept(
        CreateTopicsRequest.CreatableTopic topic, PartitionImage[] partitions)
    {
        Uuid topicId = Uuid.NewRandom(random);
        records.Add(new MetadataRecord(new TopicRecord { Name = topic.Name, TopicId = topicId }, 0));
        Dictionary<string, string> configs = ConfigsOf(topic);
        foreach ((string name, string value) in configs)
        {
            records.Add(ImageRecords.Config(ConfigResourceKey.Topic(topic.Name), name, value));
        }

        for (int id = 0; id < partitions.Length; id++)
        {
            records.Add(partitions[id].ToRecord(topicId, id, image.MetadataVersion));
        }

        CreateTopicsResponse.CreatableTopicResult result = Result(topic.Name, Refusal.None);
        result.TopicId = topicId;
        if (rules.MayDescribeConfigs(topic.Name))
        {
            result.NumPartitions = partitions.Length;
            result.ReplicationFactor = (short)partitions[0].Replicas.Length;
            result.Configs = rules.EffectiveConfigs(configs);
        }
        else
        {
            result.TopicConfigErrorCode = (short)ErrorCode.TopicAuthorizationFailed;
        }

        return result;
    }

    private static CreateTopicsResponse.CreatableTopicResult Result(string name, Refusal refusal) =>
        new() { Name = name, ErrorCode = (short)refusal.Code, ErrorMessage = refusal.Message };
}
