using System.Text;
using Millrace.Base;
using Millrace.Network;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Loadgen;

/// <summary>Who leads which partition, as the brokers said once. Immutable.</summary>
internal sealed class ClusterMap
{
    private readonly Dictionary<int, NetworkAddress> brokers = [];

    private ClusterMap(TopicMap[] topics) => Topics = topics;

    /// <summary>In the order of the names asked for.</summary>
    public TopicMap[] Topics { get; }

    public IReadOnlyDictionary<int, NetworkAddress> Brokers => brokers;

    /// <summary>Reads a Metadata response.</summary>
    /// <param name="names">The topics of the run.</param>
    /// <param name="response">The answer, which may lack some of them.</param>
    /// <param name="before">What was known before; kept for a topic that the answer has an error for.</param>
    public static ClusterMap From(IReadOnlyList<string> names, MetadataResponse response, ClusterMap? before)
    {
        TopicMap[] topics = new TopicMap[names.Count];
        for (int index = 0; index < topics.Length; index++)
        {
            MetadataResponse.MetadataResponseTopic? found =
                Array.Find(response.Topics, topic => topic.Name == names[index]);
            topics[index] = found is { ErrorCode: 0, Partitions.Length: > 0 }
                ? TopicMap.From(found)
                : before?.Topics[index] ?? new TopicMap(names[index], default, [], []);
        }

        ClusterMap map = new(topics);
        foreach (MetadataResponse.MetadataResponseBroker broker in response.Brokers)
        {
            map.brokers[broker.NodeId] = BrokerAddresses.Resolve(broker.Host, broker.Port);
        }

        return map;
    }
}

/// <summary>One topic: its partitions' leaders, -1 for none. Immutable.</summary>
internal sealed class TopicMap(string name, Uuid id, int[] leaders, int[] leaderEpochs)
{
    public string Name { get; } = name;

    public byte[] NameBytes { get; } = Encoding.UTF8.GetBytes(name);

    public Uuid Id { get; } = id;

    public int[] Leaders { get; } = leaders;

    public int[] LeaderEpochs { get; } = leaderEpochs;

    public static TopicMap From(MetadataResponse.MetadataResponseTopic topic)
    {
        int count = topic.Partitions.Max(partition => partition.PartitionIndex) + 1;
        int[] leaders = new int[count];
        int[] epochs = new int[count];
        leaders.AsSpan().Fill(-1);
        epochs.AsSpan().Fill(-1);
        foreach (MetadataResponse.MetadataResponsePartition partition in topic.Partitions)
        {
            leaders[partition.PartitionIndex] = (ErrorCode)partition.ErrorCode is ErrorCode.None
                or ErrorCode.ReplicaNotAvailable ? partition.LeaderId : -1;
            epochs[partition.PartitionIndex] = partition.LeaderEpoch;
        }

        return new TopicMap(topic.Name!, topic.TopicId, leaders, epochs);
    }
}
