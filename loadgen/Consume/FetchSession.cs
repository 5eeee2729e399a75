using Millrace.Protocol;
using Millrace.Protocol.Wire;

namespace Millrace.Loadgen;

/// <summary>
/// What one consumer fetches from one broker: a session, as Kafka's consumer keeps one (KIP-227), so that a request
/// names only the partitions whose positions have moved. Owned by the consumer.
/// </summary>
internal sealed unsafe class FetchSession(RunContext context, ConsumeSpec spec, int brokerId)
{
    private const int TopicNameMax = 256;

    private readonly short version = context.Versions.Of(ApiKey.Fetch);
    private readonly List<ConsumedPartition> partitions = [];
    private readonly List<ConsumedPartition> named = [];
    private int sessionId;
    private int epoch;

    public int BrokerId { get; } = brokerId;

    public bool IsInFlight { get; set; }

    /// <summary>Not to be asked before, after an error.</summary>
    public long RetryNs { get; set; }

    public int Count => partitions.Count;

    /// <summary>Other partitions than before: the session begins anew. In the order of their topics.</summary>
    public void SetPartitions(IEnumerable<ConsumedPartition> those)
    {
        partitions.Clear();
        partitions.AddRange(those);
        Reset();
    }

    /// <summary>The next request names every partition; the broker forgets what it knew.</summary>
    public void Reset() => epoch = 0;

    /// <summary>The broker's number for the session, from its answer.</summary>
    public void OnAnswered(int id)
    {
        sessionId = id;
        epoch = id == 0 ? 0 : epoch == int.MaxValue ? 1 : epoch + 1;
    }

    /// <summary>Queues the next request.</summary>
    public void Send(BrokerConnection connection, ClusterMap cluster, long nowNs)
    {
        named.Clear();
        foreach (ConsumedPartition partition in partitions)
        {
            if (epoch == 0 || partition.IsChanged)
            {
                partition.IsChanged = false;
                named.Add(partition);
            }
        }

        int id = connection.NextCorrelationId();
        int room = RequestFrame.PrefixBytesMax + context.ClientIdBytes.Length + FetchRequestWriter.FixedBytesMax
            + (named.Count * (FetchRequestWriter.TopicBytesMax + FetchRequestWriter.PartitionBytesMax))
            + (cluster.Topics.Length * TopicNameMax);
        byte* start = connection.Reserve(room);
        Span<byte> frame = new(start, room);
        int bodyStart = RequestFrame.Begin(
            frame, ApiFacts.Of(ApiKey.Fetch).RequestHeaderVersion(version), ApiKey.Fetch, version, id,
            NullableUtf8.From(context.ClientIdBytes));
        FetchRequestWriter writer = new(frame[bodyStart..], version);
        FetchRequestHead head = new(spec.MaxWaitMs, spec.MinBytes, spec.MaxBytes)
        {
            IsolationLevel = (sbyte)(spec.IsReadCommitted ? 1 : 0),
            SessionId = sessionId,
            SessionEpoch = epoch,
        };
        writer.Begin(head, CountTopics());
        WritePartitions(ref writer, cluster);
        writer.BeginForgotten(0);
        writer.End(default);
        int length = bodyStart + writer.Position;
        RequestFrame.SetSize(frame, length);
        connection.Queue(start, length);
        connection.Expect(ApiKey.Fetch, version, id, nowNs, tag: 0);
        IsInFlight = true;
    }

    private void WritePartitions(ref FetchRequestWriter writer, ClusterMap cluster)
    {
        for (int index = 0; index < named.Count; index++)
        {
            ConsumedPartition partition = named[index];
            if (index == 0 || named[index - 1].Topic != partition.Topic)
            {
                int end = index;
                while (end < named.Count && named[end].Topic == partition.Topic)
                {
                    end++;
                }

                TopicMap topic = cluster.Topics[partition.Topic];
                writer.BeginTopic(topic.NameBytes, topic.Id, end - index);
            }

            writer.Partition(new FetchPartition(partition.Index, partition.Position, spec.PartitionMaxBytes)
            {
                CurrentLeaderEpoch = partition.LeaderEpoch,
            });
            if (index + 1 == named.Count || named[index + 1].Topic != partition.Topic)
            {
                writer.EndTopic();
            }
        }
    }

    private int CountTopics()
    {
        int topics = 0;
        for (int index = 0; index < named.Count; index++)
        {
            topics += index == 0 || named[index].Topic != named[index - 1].Topic ? 1 : 0;
        }

        return topics;
    }
}
