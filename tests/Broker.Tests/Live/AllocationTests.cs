using Millrace.Protocol;
using Millrace.Protocol.Messages;
using static Millrace.Broker.Tests.Live.Requests;

namespace Millrace.Broker.Tests.Live;

/// <summary>The reactor's own count of managed bytes, over many requests through a socket, after a warm-up.</summary>
public sealed class AllocationTests
{
    private const int WarmUps = 2000;
    private const int Chunks = 50;
    private const int RequestsPerChunk = 100;

    /// <summary>
    /// A log's index in memory doubles now and then, space is taken ahead of the writer, and the runtime's own tiering
    /// takes some: few chunks may see that, while one byte for each request would be seen in all of them.
    /// </summary>
    private const int DisturbedChunksMax = 5;

    [Theory]
    [InlineData(-1, (short)13)]
    [InlineData(1, (short)9)]
    [InlineData(-1, (short)3)]
    public void A_produce_allocates_nothing(short acks, short version)
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        byte[] frame = WireClient.Frame(
            ApiKey.Produce, version, MessageCodec.Encode(Produce(topic, Batch(5), acks), version), 1);
        AssertNothing(broker, _ => frame);
        Assert.Equal((WarmUps + (Chunks * RequestsPerChunk)) * 5L, topic.Find(0)!.Log!.LogEndOffset);
    }

    [Theory]
    [InlineData(TransactionRequests.Old)]
    [InlineData(TransactionRequests.RaisesEpoch)]
    public void A_produce_within_a_transaction_allocates_nothing(short version)
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders", partitions: 2);
        byte[] FrameOf(int round)
        {
            ProduceRequest request = Produce(topic, [], transactionalId: TransactionRequests.Id);
            request.TopicData[0].PartitionData =
            [
                new() { Index = 0, Records = TransactionRequests.Records(round) },
                new() { Index = 1, Records = TransactionRequests.Records(round) },
            ];
            return WireClient.Frame(ApiKey.Produce, version, MessageCodec.Encode(request, version), 1);
        }

        AssertNothing(broker, FrameOf);
        Assert.Single(broker.Verifier.Asked);
        Assert.Equal(WarmUps + (Chunks * RequestsPerChunk), topic.Find(1)!.Log!.LogEndOffset);
    }

    [Theory]
    [InlineData((short)4, 0)]
    [InlineData((short)12, 0)]
    [InlineData((short)17, 1)]
    public void A_fetch_without_session_allocates_nothing(short version, sbyte isolation)
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using (WireClient producer = broker.Connect())
        {
            producer.ProduceTo(topic, Batch(5));
        }

        byte[] frame = WireClient.Frame(
            ApiKey.Fetch, version, MessageCodec.Encode(Fetch(topic, 0, isolation: isolation), version), 1);
        AssertNothing(broker, _ => frame);
    }

    [Fact]
    public void A_fetch_that_waits_and_is_woken_allocates_nothing()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        byte[] produce = WireClient.Frame(
            ApiKey.Produce, 13, MessageCodec.Encode(Produce(topic, Batch(1)), 13), 1);

        // From the log's end on: it waits, as the produce of the same turn is written at the turn's end only.
        AssertNothing(
            broker,
            round =>
            {
                FetchRequest fetch = Fetch(topic, round, maxWaitMs: int.MaxValue);
                return [.. WireClient.Frame(ApiKey.Fetch, 17, MessageCodec.Encode(fetch, 17), 2), .. produce];
            },
            answers: 2);
    }

    [Fact]
    public void An_incremental_fetch_allocates_nothing()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        int session;
        using (WireClient client = broker.Connect())
        {
            client.ProduceTo(topic, Batch(5));
            session = client.Ask<FetchResponse>(ApiKey.Fetch, 12, Fetch(topic, 0, sessionEpoch: 0)).SessionId;
        }

        AssertNothing(broker, round => WireClient.Frame(
            ApiKey.Fetch,
            12,
            MessageCodec.Encode(Fetch(topic, 0, sessionId: session, sessionEpoch: round + 1), 12),
            1));
    }

    private static void AssertNothing(LiveBroker broker, Func<int, byte[]> frames, int answers = 1)
    {
        using WireClient client = broker.Connect();
        int round = 0;
        for (; round < WarmUps; round++)
        {
            Exchange(client, frames(round), answers);
        }

        List<long> chunks = [];
        long before = broker.Ask(GC.GetAllocatedBytesForCurrentThread);
        while (chunks.Count < Chunks)
        {
            for (int index = 0; index < RequestsPerChunk; index++)
            {
                Exchange(client, frames(round++), answers);
            }

            long now = broker.Ask(GC.GetAllocatedBytesForCurrentThread);
            chunks.Add(now - before);
            before = now;
        }

        Assert.True(
            chunks.Count(bytes => bytes != 0) <= DisturbedChunksMax,
            $"bytes by {RequestsPerChunk} requests: {string.Join(' ', chunks)}");
    }

    private static void Exchange(WireClient client, byte[] frames, int answers)
    {
        client.SendRaw(frames);
        for (int index = 0; index < answers; index++)
        {
            Assert.NotNull(client.ReceiveFrame());
        }
    }
}
