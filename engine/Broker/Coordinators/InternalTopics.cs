using System.Globalization;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>What coordinators' topics are created with, by the node's configs, as in Kafka. Stateless.</summary>
public static class InternalTopics
{
    public const string ConsumerOffsets = "__consumer_offsets";
    public const string TransactionState = "__transaction_state";

    /// <summary>A request for the topic; with the defaults of all topics where it is none of ours.</summary>
    public static CreateTopicsRequest.CreatableTopic Describe(string name, ServerConfig config) => name switch
    {
        ConsumerOffsets => Create(
            name,
            config.Values.Int("offsets.topic.num.partitions"),
            config.Values.Int("offsets.topic.replication.factor"),
            ("cleanup.policy", "compact"),
            ("compression.type", "producer"),
            ("segment.bytes", Text(config.Values.Int("offsets.topic.segment.bytes")))),
        TransactionState => Create(
            name,
            config.Values.Int("transaction.state.log.num.partitions"),
            config.Values.Int("transaction.state.log.replication.factor"),
            ("cleanup.policy", "compact"),
            ("compression.type", "uncompressed"),
            ("min.insync.replicas", Text(config.Values.Int("transaction.state.log.min.isr"))),
            ("segment.bytes", Text(config.Values.Int("transaction.state.log.segment.bytes"))),
            ("unclean.leader.election.enable", "false")),
        _ => Create(name, -1, -1),
    };

    private static CreateTopicsRequest.CreatableTopic Create(
        string name, int partitions, int replicas, params (string Name, string Value)[] configs) => new()
        {
            Name = name,
            NumPartitions = partitions,
            ReplicationFactor = (short)replicas,
            Configs = Array.ConvertAll(
                configs,
                config => new CreateTopicsRequest.CreatableTopicConfig { Name = config.Name, Value = config.Value }),
        };

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
