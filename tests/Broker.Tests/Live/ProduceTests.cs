using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;
using Millrace.Storage;
using static Millrace.Broker.Tests.Live.Requests;

namespace Millrace.Broker.Tests.Live;

public sealed class ProduceTests
{
    [Fact]
    public void Every_version_appends_and_can_be_fetched_with_every_version()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        long offset = 0;
        for (short version = 3; version <= 13; version++)
        {
            ProduceResponse.PartitionProduceResponse produced = client.ProduceTo(topic, Batch(2), version);
            Assert.Equal((0, offset, -1L), ((int)produced.ErrorCode, produced.BaseOffset, produced.LogAppendTimeMs));
            offset += 2;
        }

        for (short version = 4; version <= 18; version++)
        {
            FetchResponse.PartitionData fetched = client.FetchOne(Fetch(topic, 3), version);
            Assert.Equal(offset, fetched.HighWatermark);

            // The batch that holds the offset comes whole.
            Assert.Equal(
                Enumerable.Range(2, (int)offset - 2), Read(fetched.Records).Select(record => (int)record.Offset));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public void Many_requests_of_one_turn_are_all_there_in_order(short acks)
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders", partitions: 2);
        using WireClient client = broker.Connect();
        List<byte> frames = [];
        for (int index = 0; index < 60; index++)
        {
            byte[] body = MessageCodec.Encode(Produce(topic, Batch(1, $"v{index}"), acks, partition: index % 2), 9);
            frames.AddRange(WireClient.Frame(ApiKey.Produce, 9, body, index));
        }

        client.SendRaw(frames.ToArray());
        for (int index = 0; index < 60 && acks != 0; index++)
        {
            ProduceResponse response = client.Receive<ProduceResponse>(ApiKey.Produce, 9, index);
            Assert.Equal(index / 2, response.Responses[0].PartitionResponses[0].BaseOffset);
        }

        broker.Until(() => topic.Find(0)!.Log!.LogEndOffset == 30 && topic.Find(1)!.Log!.LogEndOffset == 30);
        List<(long, string)> read = Read(client.FetchOne(Fetch(topic, 0, partition: 1)).Records);
        Assert.Equal(Enumerable.Range(0, 30).Select(index => ((long)index, $"v{(2 * index) + 1}-0")), read);
    }

    [Fact]
    public void Each_partition_has_an_error_of_its_own()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders", partitions: 3);
        topic.Find(1)!.Apply(new PartitionLeadership(9, 4, false, 1, 1));
        using WireClient client = broker.Connect();
        ProduceRequest request = Produce(topic, Batch());
        byte[] broken = Batch();
        broken[^1] ^= 1;
        request.TopicData[0].PartitionData =
        [
            new() { Index = 0, Records = Batch() },
            new() { Index = 1, Records = Batch() },
            new() { Index = 2, Records = broken },
            new() { Index = 3, Records = Batch() },
            new() { Index = 0, Records = [.. Batch(), .. Batch()] },
            new() { Index = 0, Records = null },
        ];
        ProduceResponse.PartitionProduceResponse[] answers = client
            .Ask<ProduceResponse>(ApiKey.Produce, 12, request).Responses[0].PartitionResponses;
        Assert.Equal(
            [
                ErrorCode.None,
                ErrorCode.NotLeaderOrFollower,
                ErrorCode.CorruptMessage,
                ErrorCode.UnknownTopicOrPartition,
                ErrorCode.InvalidRecord,
                ErrorCode.InvalidRecord,
            ],
            answers.Select(answer => (ErrorCode)answer.ErrorCode));
        Assert.Equal((9, 4), (answers[1].CurrentLeader.LeaderId, answers[1].CurrentLeader.LeaderEpoch));
        Assert.All(answers[1..], answer => Assert.Equal(-1, answer.BaseOffset));
    }

    [Fact]
    public void Unknown_topics_are_told_by_name_and_by_id()
    {
        using LiveBroker broker = new();
        TopicEntry known = broker.AddTopic("orders");
        TopicEntry unknown = new("missing", new Base.Uuid(7, 7), known.Config, []);
        using WireClient client = broker.Connect();
        Assert.Equal(Code(ErrorCode.UnknownTopicOrPartition), client.ProduceTo(unknown, Batch(), 12).ErrorCode);
        Assert.Equal(Code(ErrorCode.UnknownTopicId), client.ProduceTo(unknown, Batch(), 13).ErrorCode);
    }

    [Fact]
    public void Acks_that_Kafka_does_not_know_are_refused()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        Assert.Equal(Code(ErrorCode.InvalidRequiredAcks), client.ProduceTo(topic, Batch(), acks: 2).ErrorCode);
        Assert.Equal(0, topic.Find(0)!.Log!.LogEndOffset);
    }

    [Fact]
    public void Too_few_replicas_in_sync_refuse_acks_of_all_and_no_other()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders", configs: new() { ["min.insync.replicas"] = "2" });
        topic.Find(0)!.Apply(new PartitionLeadership(1, 0, true, ReplicaCount: 3, InSyncCount: 1));
        using WireClient client = broker.Connect();
        Assert.Equal(Code(ErrorCode.NotEnoughReplicas), client.ProduceTo(topic, Batch()).ErrorCode);
        Assert.Equal(0, client.ProduceTo(topic, Batch(), acks: 1).ErrorCode);
    }

    [Fact]
    public void A_batch_larger_than_the_topic_allows_is_too_large()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders", configs: new() { ["max.message.bytes"] = "500" });
        using WireClient client = broker.Connect();
        Assert.Equal(Code(ErrorCode.MessageTooLarge), client.ProduceTo(topic, Batch(100)).ErrorCode);
        Assert.Equal(0, client.ProduceTo(topic, Batch(1)).ErrorCode);
    }

    [Fact]
    public void Records_without_key_on_a_compacted_topic_are_named_one_by_one()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("table", configs: new() { ["cleanup.policy"] = "compact" });
        using WireClient client = broker.Connect();
        ProduceResponse.PartitionProduceResponse answer = client.ProduceTo(topic, Batch(2), 12);
        Assert.Equal(Code(ErrorCode.InvalidRecord), answer.ErrorCode);
        Assert.Equal([0, 1], answer.RecordErrors.Select(record => record.BatchIndex));
        Assert.Contains("table-0", answer.RecordErrors[0].BatchIndexErrorMessage, StringComparison.Ordinal);
        Assert.Contains("2 record errors", answer.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_of_a_request_without_answer_closes_the_connection_after_the_answers_before()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        int first = client.Send(ApiKey.Produce, 13, Produce(topic, Batch()));
        client.Send(ApiKey.Produce, 13, Produce(topic, Batch(), acks: 0, partition: 5));
        Assert.Equal(
            0, client.Receive<ProduceResponse>(ApiKey.Produce, 13, first).Responses[0].PartitionResponses[0].ErrorCode);
        Assert.True(client.IsClosedByServer());
    }

    [Fact]
    public void Clients_do_not_write_to_internal_topics_but_the_admin_client_does()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("__consumer_offsets");
        using WireClient client = broker.Connect();
        Assert.Equal(Code(ErrorCode.InvalidTopicException), client.ProduceTo(topic, Batch()).ErrorCode);
        ProduceResponse allowed = client.Ask<ProduceResponse>(
            ApiKey.Produce, 13, Produce(topic, Batch()), clientId: "__admin_client");
        Assert.Equal(0, allowed.Responses[0].PartitionResponses[0].ErrorCode);
    }

    [Fact]
    public void A_repeated_batch_of_an_idempotent_producer_gets_its_first_offsets_again()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        InitProducerIdResponse given = client.Ask<InitProducerIdResponse>(
            ApiKey.InitProducerId, 5, new InitProducerIdRequest { TransactionalId = null });
        Assert.Equal((0, 1000L, (short)0), ((int)given.ErrorCode, given.ProducerId, given.ProducerEpoch));
        NewBatch header = new() { ProducerId = given.ProducerId, ProducerEpoch = 0, BaseSequence = 0 };
        Assert.Equal(0, client.ProduceTo(topic, Batch(3, header: header)).BaseOffset);
        Assert.Equal(0, client.ProduceTo(topic, Batch(3, header: header)).BaseOffset);
        ProduceResponse.PartitionProduceResponse gap = client.ProduceTo(
            topic, Batch(1, header: header with { BaseSequence = 9 }));
        Assert.Equal(Code(ErrorCode.OutOfOrderSequenceNumber), gap.ErrorCode);
        Assert.Equal(3, topic.Find(0)!.Log!.LogEndOffset);
    }

    [Fact]
    public void Producer_ids_are_never_given_twice_across_blocks()
    {
        using LiveBroker broker = new();
        using WireClient client = broker.Connect();
        List<long> given = [];
        for (int index = 0; index < 10; index++)
        {
            given.Add(client.Ask<InitProducerIdResponse>(
                ApiKey.InitProducerId, 4, new InitProducerIdRequest { TransactionalId = null }).ProducerId);
        }

        Assert.Equal(Enumerable.Range(1000, 10).Select(id => (long)id), given);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void What_is_to_be_on_the_device_first_is_acknowledged_once_it_is(short acks)
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("ledger", configs: new() { [TopicConfigs.FlushBeforeAck] = "true" });
        using WireClient client = broker.Connect();
        PartitionLog log = topic.Find(0)!.Log!;
        for (int index = 0; index < 20; index++)
        {
            Assert.Equal(index, client.ProduceTo(topic, Batch(), acks: acks).BaseOffset);
            Assert.True(log.FlushedOffset > index);
        }

        Assert.Equal(20, log.HighWatermark);
    }

    [Fact]
    public async Task Producers_of_several_reactors_append_to_one_partition()
    {
        using LiveBroker broker = new(reactorCount: 2);
        TopicEntry topic = broker.AddTopic("orders");
        Task[] producers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            using WireClient client = broker.Connect();
            for (int index = 0; index < 100; index++)
            {
                Assert.Equal(0, client.ProduceTo(topic, Batch(2)).ErrorCode);
            }
        }))];
        await Task.WhenAll(producers);
        using WireClient reader = broker.Connect();
        List<(long Offset, string)> read = Read(reader.FetchOne(Fetch(topic, 0)).Records);
        Assert.Equal(Enumerable.Range(0, 800), read.Select(record => (int)record.Offset));
    }
}
