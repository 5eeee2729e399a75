using System.Net.Sockets;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using static Millrace.Broker.Tests.Live.Requests;

namespace Millrace.Broker.Tests.Live;

/// <summary>Fetches whose place in the log cannot be found without the disk: no reactor waits for it.</summary>
public sealed class ColdFetchTests : IDisposable
{
    private const int Forever = int.MaxValue;

    /// <summary>More batches than a log keeps the places of.</summary>
    private const int Batches = 100;

    private readonly SlowDisk disk = new();
    private readonly LiveBroker broker;
    private readonly TopicEntry topic;

    public ColdFetchTests()
    {
        broker = new LiveBroker(fileSystem: disk);
        topic = broker.AddTopic("orders");
        using WireClient producer = broker.Connect();
        for (int index = 0; index < Batches; index++)
        {
            producer.ProduceTo(topic, Batch(1, $"{index}"));
        }
    }

    public void Dispose()
    {
        disk.IsHeld = false;
        broker.Dispose();
        disk.Dispose();
    }

    [Fact]
    public void Others_are_served_while_the_disk_is_waited_for()
    {
        using WireClient slow = broker.Connect();
        using WireClient quick = broker.Connect();
        int asked = Hold(slow, Fetch(topic, 1));
        Assert.Equal(Batches - 1, Read(quick.FetchOne(Fetch(topic, Batches - 1)).Records)[0].Offset);
        disk.IsHeld = false;
        Assert.Equal((1L, "1-0"), Read(Answer(slow, asked).Records)[0]);
    }

    [Fact]
    public void Every_offset_is_found()
    {
        using WireClient consumer = broker.Connect();
        for (int offset = 0; offset < Batches; offset++)
        {
            Assert.Equal((offset, $"{offset}-0"), Read(consumer.FetchOne(Fetch(topic, offset)).Records)[0]);
        }
    }

    [Fact]
    public void A_client_that_goes_meanwhile_leaves_nothing_behind()
    {
        WireClient gone = broker.Connect();
        Hold(gone, Fetch(topic, 1, maxWaitMs: Forever, minBytes: Forever));
        gone.Socket.LingerState = new LingerOption(true, 0);
        gone.Dispose();
        broker.Until(() => broker.Server.Reactors[0].ConnectionCount == 0);
        disk.IsHeld = false;
        using WireClient next = broker.Connect();
        Assert.Equal(1, Read(next.FetchOne(Fetch(topic, 1)).Records)[0].Offset);
        broker.Until(() => broker.Reactors[0].Waiting.Count == 0 && topic.Find(0)!.FetchWaiters.IsEmpty);
    }

    [Fact]
    public void A_client_that_sends_its_last_meanwhile_is_answered_with_what_there_is()
    {
        using WireClient consumer = broker.Connect();
        int asked = Hold(consumer, Fetch(topic, 1, maxWaitMs: Forever, minBytes: Forever));
        consumer.Socket.Shutdown(SocketShutdown.Send);
        disk.IsHeld = false;
        Assert.Equal(1, Read(Answer(consumer, asked).Records)[0].Offset);
        Assert.True(consumer.IsClosedByServer());
    }

    [Fact]
    public void A_stop_meanwhile_lets_it_be_answered()
    {
        using WireClient consumer = broker.Connect();
        int asked = Hold(consumer, Fetch(topic, 1, maxWaitMs: Forever, minBytes: Forever));
        broker.Server.BeginStop();
        disk.IsHeld = false;
        Assert.Equal(1, Read(Answer(consumer, asked).Records)[0].Offset);
    }

    [Fact]
    public void Too_little_is_waited_with_and_looked_at_again_by_the_disk()
    {
        using WireClient consumer = broker.Connect();
        using WireClient producer = broker.Connect();
        byte[] batch = Batch(1, "more");
        int all = Batches * batch.Length * 2;
        int asked = consumer.Send(ApiKey.Fetch, 17, Fetch(topic, 1, maxWaitMs: Forever, minBytes: all));
        broker.Until(() => broker.Reactors[0].Waiting.Count == 1);
        for (int index = 0; index < 2 * Batches; index++)
        {
            producer.ProduceTo(topic, batch);
        }

        Assert.Equal(1, Read(Answer(consumer, asked).Records)[0].Offset);
    }

    /// <summary>Sends a fetch whose look-up the disk then holds up.</summary>
    private int Hold(WireClient client, FetchRequest request)
    {
        disk.IsHeld = true;
        int asked = client.Send(ApiKey.Fetch, 17, request);
        SpinWait.SpinUntil(() => disk.Waiting > 0);
        return asked;
    }

    private static FetchResponse.PartitionData Answer(WireClient client, int asked) =>
        client.Receive<FetchResponse>(ApiKey.Fetch, 17, asked).Responses[0].Partitions[0];
}
