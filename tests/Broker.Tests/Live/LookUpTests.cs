using Millrace.Protocol;
using Millrace.Protocol.Messages;
using static Millrace.Broker.Tests.Live.Requests;

namespace Millrace.Broker.Tests.Live;

public sealed class LookUpTests
{
    private const long Time = 1_780_000_000_000;

    [Theory]
    [InlineData(-1, 30, -1)]
    [InlineData(-2, 0, -1)]
    [InlineData(-3, 20, Time + 2000)]
    [InlineData(-4, 0, -1)]
    [InlineData(-5, -1, -1)]
    [InlineData(-6, -1, -1)]
    [InlineData(Time, 0, Time)]
    [InlineData(Time + 1, 10, Time + 1000)]
    [InlineData(Time + 2001, -1, -1)]
    public void Offsets_are_found_by_time_and_by_place(long timestamp, long offset, long found)
    {
        using LiveBroker broker = new();
        TopicEntry topic = TopicWithTimes(broker, out WireClient client);
        ListOffsetsResponse.ListOffsetsPartitionResponse answer = List(client, topic, timestamp, 11);
        Assert.Equal((0, offset, found), ((int)answer.ErrorCode, answer.Offset, answer.Timestamp));
        client.Dispose();
    }

    [Fact]
    public void The_ends_of_a_log_are_told_while_look_ups_by_time_wait_for_the_disk()
    {
        using LiveBroker broker = new();
        TopicEntry topic = TopicWithTimes(broker, out WireClient client);
        using IDisposable blockade = broker.BlockLookUps();
        Assert.Equal(30, List(client, topic, -1, 11).Offset);
        Assert.Equal(0, List(client, topic, -2, 11).Offset);
        client.Dispose();
    }

    [Fact]
    public void Every_version_finds_the_same_offset()
    {
        using LiveBroker broker = new();
        TopicEntry topic = TopicWithTimes(broker, out WireClient client);
        for (short version = 1; version <= 11; version++)
        {
            ListOffsetsResponse.ListOffsetsPartitionResponse answer = List(client, topic, -1, version);
            Assert.Equal((0, 30L), ((int)answer.ErrorCode, answer.Offset));
        }

        client.Dispose();
    }

    [Theory]
    [InlineData(-3, (short)6)]
    [InlineData(-4, (short)7)]
    [InlineData(-5, (short)8)]
    [InlineData(-6, (short)10)]
    [InlineData(-7, (short)11)]
    [InlineData(-3, (short)0)]
    public void A_place_that_the_version_does_not_know_is_unsupported(long timestamp, short version)
    {
        using LiveBroker broker = new();
        TopicEntry topic = TopicWithTimes(broker, out WireClient client);
        Assert.Equal(Code(ErrorCode.UnsupportedVersion), List(client, topic, timestamp, version).ErrorCode);
        client.Dispose();
    }

    [Fact]
    public void Tools_of_the_first_version_get_the_offsets_of_segments()
    {
        using LiveBroker broker = new();
        TopicEntry topic = TopicWithTimes(broker, out WireClient client);
        Assert.Equal([30L], List(client, topic, -1, 0).OldStyleOffsets);
        Assert.Equal([30L, 0L], List(client, topic, -1, 0, count: 5).OldStyleOffsets);
        Assert.Equal([0L], List(client, topic, -2, 0).OldStyleOffsets);
        Assert.Empty(List(client, topic, Time - 1, 0).OldStyleOffsets);
        Assert.Equal([0L], List(client, topic, Time + 5000, 0).OldStyleOffsets);
        client.Dispose();
    }

    [Fact]
    public void Partitions_are_checked_one_by_one()
    {
        using LiveBroker broker = new();
        TopicEntry topic = TopicWithTimes(broker, out WireClient client);
        ListOffsetsRequest request = new()
        {
            ReplicaId = -1,
            Topics =
            [
                new()
                {
                    Name = topic.Name,
                    Partitions =
                    [
                        new() { PartitionIndex = 0, Timestamp = -1, CurrentLeaderEpoch = 7 },
                        new() { PartitionIndex = 4, Timestamp = -1 },
                        new() { PartitionIndex = 5, Timestamp = -1 },
                        new() { PartitionIndex = 5, Timestamp = -2 },
                    ],
                },
            ],
        };
        Assert.Equal(
            [
                Code(ErrorCode.UnknownLeaderEpoch),
                Code(ErrorCode.UnknownTopicOrPartition),
                Code(ErrorCode.InvalidRequest),
                Code(ErrorCode.InvalidRequest),
            ],
            client.Ask<ListOffsetsResponse>(ApiKey.ListOffsets, 7, request).Topics[0].Partitions
                .Select(answer => answer.ErrorCode));
        client.Dispose();
    }

    [Fact]
    public void Ends_of_epochs_are_told()
    {
        using LiveBroker broker = new();
        TopicEntry topic = TopicWithTimes(broker, out WireClient client);
        topic.Find(0)!.Apply(new PartitionLeadership(1, 3, true, 1, 1));
        client.ProduceTo(topic, Batch(5));
        Assert.Equal((0, 30L), EndOf(client, topic, 0));
        Assert.Equal((0, 30L), EndOf(client, topic, 2));
        Assert.Equal((3, 35L), EndOf(client, topic, 3));
        Assert.Equal((-1, -1L), EndOf(client, topic, 4));
        client.Dispose();
    }

    [Fact]
    public void Records_are_deleted_up_to_an_offset_or_the_high_watermark()
    {
        using LiveBroker broker = new();
        TopicEntry topic = TopicWithTimes(broker, out WireClient client);
        Assert.Equal((ErrorCode.None, 12L), Delete(client, topic, 12));
        Assert.Equal((ErrorCode.None, 12L), Delete(client, topic, 5));
        Assert.Equal((ErrorCode.OffsetOutOfRange, -1L), Delete(client, topic, 31));
        Assert.Equal((ErrorCode.OffsetOutOfRange, -1L), Delete(client, topic, -2));
        Assert.Equal(12, List(client, topic, -2, 7).Offset);
        Assert.Equal(Code(ErrorCode.OffsetOutOfRange), client.FetchOne(Fetch(topic, 3)).ErrorCode);
        Assert.Equal((ErrorCode.None, 30L), Delete(client, topic, -1));
        TopicEntry compacted = broker.AddTopic("table", configs: new() { ["cleanup.policy"] = "compact" });
        Assert.Equal((ErrorCode.PolicyViolation, -1L), Delete(client, compacted, 0));
        client.Dispose();
    }

    [Fact]
    public void Producers_of_a_partition_are_described()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        client.ProduceTo(topic, Batch(3, header: new() { ProducerId = 40, ProducerEpoch = 2, BaseSequence = 0 }));
        client.Send(topic, 0, count: 2, epoch: 4);
        DescribeProducersResponse.PartitionResponse[] answers = Describe(client, topic.Name, 0, 9);
        Assert.Equal(
            [(40L, 2, 2, -1, -1L), (TransactionRequests.Producer, 4, 1, -1, 3L)],
            answers[0].ActiveProducers.Select(DescriptionOf));
        Assert.Equal((Code(ErrorCode.UnknownTopicOrPartition), null), (answers[1].ErrorCode, answers[1].ErrorMessage));

        client.End(topic, isCommit: true, epoch: 5, coordinatorEpoch: 7, transactionVersion: 2);
        Assert.Equal(
            (TransactionRequests.Producer, 5, -1, 7, -1L),
            DescriptionOf(Describe(client, topic.Name, 0)[0].ActiveProducers[^1]));
        DescribeProducersResponse.PartitionResponse missing = Describe(client, "missing", 0)[0];
        Assert.Equal(Code(ErrorCode.UnknownTopicOrPartition), missing.ErrorCode);
        Assert.NotNull(missing.ErrorMessage);
        DescribeProducersResponse.PartitionResponse invalid = Describe(client, "no/topic", 0)[0];
        Assert.Equal(Code(ErrorCode.InvalidTopicException), invalid.ErrorCode);
        Assert.StartsWith("Topic name is invalid", invalid.ErrorMessage);
    }

    [Fact]
    public void A_hanging_transaction_is_found_and_ended_with_what_the_description_says()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        client.Send(topic, 0, epoch: 4);
        Assert.Equal(ErrorCode.None, client.End(topic, isCommit: true, epoch: 4, coordinatorEpoch: 7));

        // Nobody knows of this one any more: as an administrator's tool does, it is aborted with its own epochs.
        client.Send(topic, 1, epoch: 4);
        DescribeProducersResponse.ProducerState hanging = Describe(client, topic.Name, 0)[0].ActiveProducers
            .Single(one => one.CurrentTxnStartOffset >= 0);
        Assert.Equal(2, hanging.CurrentTxnStartOffset);
        Assert.Equal(
            ErrorCode.None,
            client.End(
                topic,
                isCommit: false,
                epoch: (short)hanging.ProducerEpoch,
                coordinatorEpoch: hanging.CoordinatorEpoch,
                producer: hanging.ProducerId,
                version: 1));
        Assert.Equal(4, topic.Find(0)!.Log!.LastStableOffset);
        Assert.All(
            Describe(client, topic.Name, 0)[0].ActiveProducers, one => Assert.Equal(-1, one.CurrentTxnStartOffset));
    }

    private static DescribeProducersResponse.PartitionResponse[] Describe(
        WireClient client, string topic, params int[] partitions) =>
        client.Ask<DescribeProducersResponse>(
            ApiKey.DescribeProducers,
            0,
            new DescribeProducersRequest { Topics = [new() { Name = topic, PartitionIndexes = partitions }] })
            .Topics[0].Partitions;

    private static (long Id, int Epoch, int Sequence, int CoordinatorEpoch, long Begin) DescriptionOf(
        DescribeProducersResponse.ProducerState one) =>
        (one.ProducerId, one.ProducerEpoch, one.LastSequence, one.CoordinatorEpoch, one.CurrentTxnStartOffset);

    private static TopicEntry TopicWithTimes(LiveBroker broker, out WireClient client)
    {
        TopicEntry topic = broker.AddTopic("orders");
        client = broker.Connect();
        for (int index = 0; index < 3; index++)
        {
            Assert.Equal(0, client.ProduceTo(topic, Batch(10, timestampMs: Time + (index * 1000))).ErrorCode);
        }

        return topic;
    }

    private static ListOffsetsResponse.ListOffsetsPartitionResponse List(
        WireClient client, TopicEntry topic, long timestamp, short version, int count = 1)
    {
        ListOffsetsRequest request = new()
        {
            ReplicaId = -1,
            Topics =
            [
                new()
                {
                    Name = topic.Name,
                    Partitions =
                    [
                        new() { Timestamp = timestamp, MaxNumOffsets = version == 0 ? count : 1 },
                    ],
                },
            ],
        };
        return client.Ask<ListOffsetsResponse>(ApiKey.ListOffsets, version, request).Topics[0].Partitions[0];
    }

    private static (int Epoch, long End) EndOf(WireClient client, TopicEntry topic, int epoch)
    {
        OffsetForLeaderEpochRequest request = new()
        {
            ReplicaId = -2,
            Topics = [new() { Topic = topic.Name, Partitions = [new() { LeaderEpoch = epoch }] }],
        };
        OffsetForLeaderEpochResponse.EpochEndOffset answer = client
            .Ask<OffsetForLeaderEpochResponse>(ApiKey.OffsetForLeaderEpoch, 4, request).Topics[0].Partitions[0];
        Assert.Equal(0, answer.ErrorCode);
        return (answer.LeaderEpoch, answer.EndOffset);
    }

    private static (ErrorCode Error, long LowWatermark) Delete(WireClient client, TopicEntry topic, long offset)
    {
        DeleteRecordsRequest request = new()
        {
            TimeoutMs = 1000,
            Topics = [new() { Name = topic.Name, Partitions = [new() { Offset = offset }] }],
        };
        DeleteRecordsResponse.DeleteRecordsPartitionResult answer = client
            .Ask<DeleteRecordsResponse>(ApiKey.DeleteRecords, 2, request).Topics[0].Partitions[0];
        return ((ErrorCode)answer.ErrorCode, answer.LowWatermark);
    }
}
