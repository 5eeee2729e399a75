using Millrace.Protocol;
using Millrace.Protocol.Wire;

namespace Millrace.Loadgen;

/// <summary>
/// Writes one Produce request around batches that stay where they are. Owned by one producer; allocates nothing.
/// </summary>
internal sealed unsafe class ProduceFrame(
    RunContext context, short acks, byte[]? transactionalId = null, short versionMax = short.MaxValue)
{
    private const int TimeoutMs = 30_000;
    private const int TopicNameMax = 256;

    private readonly short version = context.Versions.Of(ApiKey.Produce, versionMax);
    private RecordBuffer[] batches = new RecordBuffer[16];
    private int count;

    /// <summary>Bytes of the batches taken so far.</summary>
    public long BatchBytes { get; private set; }

    public int Count => count;

    /// <summary>Takes a batch for the next request; no two of one partition.</summary>
    public void Add(RecordBuffer batch)
    {
        if (count == batches.Length)
        {
            Array.Resize(ref batches, batches.Length * 2);
        }

        // By topic, since a request names each topic once.
        int at = count++;
        for (; at > 0 && batches[at - 1].Partition!.Topic > batch.Partition!.Topic; at--)
        {
            batches[at] = batches[at - 1];
        }

        batches[at] = batch;
        BatchBytes += batch.WireLength;
    }

    /// <summary>Queues the request and begins anew.</summary>
    public void Send(BrokerConnection connection, ClusterMap cluster, long nowNs)
    {
        short headerVersion = ApiFacts.Of(ApiKey.Produce).RequestHeaderVersion(version);
        int id = connection.NextCorrelationId();
        int room = RequestFrame.PrefixBytesMax + context.ClientIdBytes.Length + ProduceRequestWriter.FixedBytesMax
            + (transactionalId?.Length ?? 0)
            + (count * (ProduceRequestWriter.TopicBytesMax + TopicNameMax + ProduceRequestWriter.PartitionBytesMax));
        byte* start = connection.Reserve(room);
        Span<byte> frame = new(start, room);
        int bodyStart = RequestFrame.Begin(
            frame, headerVersion, ApiKey.Produce, version, id, NullableUtf8.From(context.ClientIdBytes));
        int sentUpTo = 0;
        ProduceRequestWriter writer = new(frame[bodyStart..], version);
        writer.Begin(NullableUtf8.From(transactionalId), acks, TimeoutMs, CountTopics());
        for (int index = 0; index < count; index++)
        {
            RecordBuffer batch = batches[index];
            ProducerPartition partition = batch.Partition!;
            if (index == 0 || batches[index - 1].Partition!.Topic != partition.Topic)
            {
                TopicMap topic = cluster.Topics[partition.Topic];
                writer.BeginTopic(topic.NameBytes, topic.Id, CountPartitions(index));
            }

            writer.BeginPartition(partition.Index, batch.WireLength);
            connection.Queue(start + sentUpTo, bodyStart + writer.Position - sentUpTo);
            connection.Queue(batch.Wire, batch.WireLength);
            sentUpTo = bodyStart + writer.Position;
            writer.EndPartition();
            if (index + 1 == count || batches[index + 1].Partition!.Topic != partition.Topic)
            {
                writer.EndTopic();
            }
        }

        writer.End();
        int headLength = bodyStart + writer.Position;
        if (headLength > sentUpTo)
        {
            connection.Queue(start + sentUpTo, headLength - sentUpTo);
        }

        RequestFrame.SetSize(frame, headLength + BatchBytes);
        connection.Expect(
            ApiKey.Produce, version, id, nowNs, tag: count, Chain(nowNs), hasAnswer: acks != 0);
        Clear();
    }

    private RecordBuffer Chain(long nowNs)
    {
        for (int index = 0; index < count; index++)
        {
            batches[index].SentNs = nowNs;
            batches[index].Next = index + 1 < count ? batches[index + 1] : null;
        }

        return batches[0];
    }

    private int CountTopics()
    {
        int topics = 1;
        for (int index = 1; index < count; index++)
        {
            topics += batches[index].Partition!.Topic != batches[index - 1].Partition!.Topic ? 1 : 0;
        }

        return topics;
    }

    private int CountPartitions(int from)
    {
        int to = from;
        while (to < count && batches[to].Partition!.Topic == batches[from].Partition!.Topic)
        {
            to++;
        }

        return to - from;
    }

    private void Clear()
    {
        Array.Clear(batches, 0, count);
        count = 0;
        BatchBytes = 0;
    }
}
