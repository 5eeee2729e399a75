using System.Diagnostics;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using static Millrace.Broker.Tests.Live.Requests;

namespace Millrace.Broker.Tests.Live;

public sealed class FetchTests
{
    private const int Forever = int.MaxValue;

    [Fact]
    public void A_fetch_waits_until_records_come()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient consumer = broker.Connect();
        using WireClient producer = broker.Connect();
        int asked = consumer.Send(ApiKey.Fetch, 17, Fetch(topic, 0, maxWaitMs: Forever));
        broker.Until(() => broker.Reactors[0].Waiting.Count == 1);
        producer.ProduceTo(topic, Batch(1, "late"));
        FetchResponse answer = consumer.Receive<FetchResponse>(ApiKey.Fetch, 17, asked);
        Assert.Equal([(0L, "late-0")], Read(answer.Responses[0].Partitions[0].Records));
        Assert.Equal(0, broker.Ask(() => broker.Reactors[0].Waiting.Count));
        Assert.True(topic.Find(0)!.FetchWaiters.IsEmpty);
    }

    [Fact]
    public void A_client_that_has_gone_is_not_polled_for_any_longer()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient consumer = broker.Connect();
        int asked = consumer.Send(ApiKey.Fetch, 17, Fetch(topic, 0, maxWaitMs: Forever));
        broker.Until(() => broker.Reactors[0].Waiting.Count == 1);

        // All that a server sees of a client that closed its socket, too.
        consumer.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        broker.Until(() => broker.Reactors[0].Waiting.Count == 0);
        Assert.True(topic.Find(0)!.FetchWaiters.IsEmpty);
        FetchResponse answer = consumer.Receive<FetchResponse>(ApiKey.Fetch, 17, asked);
        Assert.Empty(answer.Responses[0].Partitions[0].Records!);
        Assert.True(consumer.IsClosedByServer());
    }

    [Fact]
    public void A_fetch_on_one_reactor_is_woken_by_a_produce_on_another()
    {
        using LiveBroker broker = new(reactorCount: 2);
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient consumer = broker.Connect();
        using WireClient producer = broker.Connect();
        for (int round = 0; round < 200; round++)
        {
            int asked = consumer.Send(ApiKey.Fetch, 17, Fetch(topic, round, maxWaitMs: Forever));
            producer.ProduceTo(topic, Batch());
            FetchResponse answer = consumer.Receive<FetchResponse>(ApiKey.Fetch, 17, asked);
            Assert.Equal(round, Read(answer.Responses[0].Partitions[0].Records)[0].Offset);
        }
    }

    [Fact]
    public void It_waits_for_as_many_bytes_as_it_asks_for()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient consumer = broker.Connect();
        using WireClient producer = broker.Connect();
        byte[] batch = Batch(1);
        int asked = consumer.Send(
            ApiKey.Fetch, 12, Fetch(topic, 0, maxWaitMs: Forever, minBytes: (batch.Length * 2) + 1));
        producer.ProduceTo(topic, batch);
        producer.ProduceTo(topic, batch);
        Assert.Equal(1, broker.Ask(() => broker.Reactors[0].Waiting.Count));
        producer.ProduceTo(topic, batch);
        FetchResponse answer = consumer.Receive<FetchResponse>(ApiKey.Fetch, 12, asked);
        Assert.Equal(3, Read(answer.Responses[0].Partitions[0].Records).Count);
    }

    [Fact]
    public void It_answers_with_nothing_once_the_time_is_up()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient consumer = broker.Connect();
        Stopwatch watch = Stopwatch.StartNew();
        FetchResponse.PartitionData answer = consumer.FetchOne(Fetch(topic, 0, maxWaitMs: 50));
        Assert.Equal((0, 0L, 0), ((int)answer.ErrorCode, answer.HighWatermark, answer.Records!.Length));
        Assert.True(watch.ElapsedMilliseconds >= 49);
        Assert.True(topic.Find(0)!.FetchWaiters.IsEmpty);
    }

    [Fact]
    public void A_connection_that_goes_leaves_nothing_waiting()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        WireClient consumer = broker.Connect();
        consumer.Send(ApiKey.Fetch, 17, Fetch(topic, 0, maxWaitMs: Forever));
        broker.Until(() => broker.Reactors[0].Waiting.Count == 1);
        consumer.Socket.LingerState = new System.Net.Sockets.LingerOption(true, 0);
        consumer.Dispose();
        broker.Until(() => broker.Reactors[0].Waiting.Count == 0);
        Assert.True(topic.Find(0)!.FetchWaiters.IsEmpty);
    }

    [Fact]
    public void A_stopping_server_answers_those_that_wait()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient consumer = broker.Connect();
        int asked = consumer.Send(ApiKey.Fetch, 17, Fetch(topic, 0, maxWaitMs: Forever));
        broker.Until(() => broker.Reactors[0].Waiting.Count == 1);
        broker.Server.BeginStop();
        FetchResponse answer = consumer.Receive<FetchResponse>(ApiKey.Fetch, 17, asked);
        Assert.Equal(0, answer.Responses[0].Partitions[0].ErrorCode);
    }

    [Fact]
    public void A_change_of_the_leader_ends_the_wait()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient consumer = broker.Connect();
        int asked = consumer.Send(ApiKey.Fetch, 17, Fetch(topic, 0, maxWaitMs: Forever));
        broker.Until(() => broker.Reactors[0].Waiting.Count == 1);
        topic.Find(0)!.Apply(new PartitionLeadership(2, 1, false, 1, 1));
        FetchResponse.PartitionData answer =
            consumer.Receive<FetchResponse>(ApiKey.Fetch, 17, asked).Responses[0].Partitions[0];
        Assert.Equal(Code(ErrorCode.NotLeaderOrFollower), answer.ErrorCode);
        Assert.Equal((2, 1), (answer.CurrentLeader.LeaderId, answer.CurrentLeader.LeaderEpoch));
    }

    [Fact]
    public void A_deleted_topic_ends_the_wait()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient consumer = broker.Connect();
        int asked = consumer.Send(ApiKey.Fetch, 12, Fetch(topic, 0, maxWaitMs: Forever));
        broker.Until(() => broker.Reactors[0].Waiting.Count == 1);
        broker.Partitions.Remove(topic);
        FetchResponse.PartitionData answer =
            consumer.Receive<FetchResponse>(ApiKey.Fetch, 12, asked).Responses[0].Partitions[0];
        Assert.Equal(Code(ErrorCode.UnknownTopicOrPartition), answer.ErrorCode);
    }

    [Fact]
    public void Offsets_outside_the_log_are_out_of_range()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        client.ProduceTo(topic, Batch(3));
        foreach (long offset in new[] { -1L, 4, long.MaxValue })
        {
            FetchResponse.PartitionData answer = client.FetchOne(Fetch(topic, offset, maxWaitMs: Forever));
            Assert.Equal(Code(ErrorCode.OffsetOutOfRange), answer.ErrorCode);
            Assert.Equal((-1L, -1L, -1L), (answer.HighWatermark, answer.LastStableOffset, answer.LogStartOffset));
        }
    }

    [Fact]
    public void The_first_partition_gets_a_batch_however_small_the_limits_are_and_the_next_gets_none()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders", partitions: 2);
        using WireClient client = broker.Connect();
        for (int index = 0; index < 4; index++)
        {
            client.ProduceTo(topic, Batch(10), partition: index % 2);
        }

        FetchRequest request = Fetch(topic, 0, partitionMaxBytes: 1);
        request.Topics[0].Partitions =
        [
            request.Topics[0].Partitions[0],
            new() { Partition = 1, FetchOffset = 0, PartitionMaxBytes = 1 },
        ];
        FetchResponse.PartitionData[] answer = client
            .Ask<FetchResponse>(ApiKey.Fetch, 16, request).Responses[0].Partitions;
        Assert.Equal(10, Read(answer[0].Records).Count);
        Assert.Empty(answer[1].Records!);
        Assert.Equal(20, answer[1].HighWatermark);
    }

    [Theory]
    [InlineData(3, ErrorCode.FencedLeaderEpoch)]
    [InlineData(4, ErrorCode.None)]
    [InlineData(5, ErrorCode.UnknownLeaderEpoch)]
    public void The_leader_epoch_is_checked(int epoch, ErrorCode expected)
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders", leaderEpoch: 4);
        using WireClient client = broker.Connect();
        Assert.Equal(Code(expected), client.FetchOne(Fetch(topic, 0, currentLeaderEpoch: epoch)).ErrorCode);
    }

    [Fact]
    public void A_last_epoch_that_ended_before_the_offset_diverges()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders", leaderEpoch: 2);
        using WireClient client = broker.Connect();
        client.ProduceTo(topic, Batch(5));
        topic.Find(0)!.Apply(new PartitionLeadership(1, 6, true, 1, 1));
        client.ProduceTo(topic, Batch(5));
        FetchResponse.PartitionData answer = client.FetchOne(Fetch(topic, 8, lastFetchedEpoch: 4, maxWaitMs: Forever));
        Assert.Equal((2, 5L), (answer.DivergingEpoch.Epoch, answer.DivergingEpoch.EndOffset));
        Assert.Empty(answer.Records!);
        answer = client.FetchOne(Fetch(topic, 5, lastFetchedEpoch: 2));
        Assert.Equal((-1, 5), (answer.DivergingEpoch.Epoch, Read(answer.Records).Count));
    }

    [Fact]
    public void Committed_readers_get_a_list_of_aborted_transactions_and_others_none()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        client.ProduceTo(topic, Batch());
        Assert.Null(client.FetchOne(Fetch(topic, 0)).AbortedTransactions);
        Assert.Empty(client.FetchOne(Fetch(topic, 0, isolation: 1)).AbortedTransactions!);
    }

    [Fact]
    public void Unknown_topics_do_not_end_the_wait_of_others_but_alone_are_told_at_once()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        TopicEntry missing = new("missing", new Base.Uuid(9, 9), topic.Config, []);
        using WireClient client = broker.Connect();
        Assert.Equal(
            Code(ErrorCode.UnknownTopicId), client.FetchOne(Fetch(missing, 0, maxWaitMs: Forever)).ErrorCode);
        Assert.Equal(
            Code(ErrorCode.UnknownTopicOrPartition),
            client.FetchOne(Fetch(missing, 0, maxWaitMs: Forever), version: 12).ErrorCode);
        FetchRequest both = Fetch(topic, 0, maxWaitMs: Forever);
        both.Topics = [both.Topics[0], Fetch(missing, 0).Topics[0]];
        int asked = client.Send(ApiKey.Fetch, 12, both);
        broker.Until(() => broker.Reactors[0].Waiting.Count == 1);
        using WireClient producer = broker.Connect();
        producer.ProduceTo(topic, Batch());
        FetchResponse answer = client.Receive<FetchResponse>(ApiKey.Fetch, 12, asked);
        Assert.Equal(["orders", "missing"], answer.Responses.Select(each => each.Topic));
    }
}
