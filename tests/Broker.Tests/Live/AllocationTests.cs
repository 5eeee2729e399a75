using Millrace.Protocol;
using static Millrace.Broker.Tests.Live.Requests;

namespace Millrace.Broker.Tests.Live;

/// <summary>The reactor's own count of managed bytes, over many requests through a socket, after a warm-up.</summary>
public sealed class AllocationTests
{
    private const int WarmUps = 2000;
    private const int Requests = 5000;

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
        AssertNothing(broker, frame);
        Assert.Equal((WarmUps + Requests) * 5L, topic.Find(0)!.Log!.LogEndOffset);
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
        AssertNothing(broker, frame);
    }

    [Fact]
    public void A_fetch_that_waits_and_is_woken_allocates_nothing()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders", partitions: 2);
        byte[] produce = WireClient.Frame(
            ApiKey.Produce, 13, MessageCodec.Encode(Produce(topic, Batch(1), partition: 1), 13), 1);

        // From the log's end on: it waits, as the produce of the same turn is written at the turn's end only.
        Millrace.Protocol.Messages.FetchRequest fetch = Fetch(topic, 0, maxWaitMs: 1, minBytes: 1);
        byte[] wait = WireClient.Frame(ApiKey.Fetch, 17, MessageCodec.Encode(fetch, 17), 2);
        AssertNothing(broker, [.. wait, .. produce], answers: 2);
    }

    [Fact]
    public void An_incremental_fetch_allocates_nothing()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        client.ProduceTo(topic, Batch(5));
        int session = client.Ask<Millrace.Protocol.Messages.FetchResponse>(
            ApiKey.Fetch, 12, Fetch(topic, 0, sessionEpoch: 0)).SessionId;
        int epoch = 1;
        long before = 0;
        for (int index = 0; index < WarmUps + Requests; index++)
        {
            if (index == WarmUps)
            {
                before = broker.Ask(GC.GetAllocatedBytesForCurrentThread);
            }

            client.SendRaw(WireClient.Frame(
                ApiKey.Fetch,
                12,
                MessageCodec.Encode(Fetch(topic, 0, sessionId: session, sessionEpoch: epoch++), 12),
                1));
            Assert.NotNull(client.ReceiveFrame());
        }

        Assert.Equal(0, broker.Ask(GC.GetAllocatedBytesForCurrentThread) - before);
    }

    private static void AssertNothing(LiveBroker broker, byte[] frames, int answers = 1)
    {
        using WireClient client = broker.Connect();
        for (int index = 0; index < WarmUps; index++)
        {
            Exchange(client, frames, answers);
        }

        long before = broker.Ask(GC.GetAllocatedBytesForCurrentThread);
        for (int index = 0; index < Requests; index++)
        {
            Exchange(client, frames, answers);
        }

        Assert.Equal(0, broker.Ask(GC.GetAllocatedBytesForCurrentThread) - before);
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
