using Millrace.Broker.Tests.Admin;
using Millrace.Broker.Tests.Groups;
using Millrace.Broker.Tests.Live;
using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using static Millrace.Broker.Tests.Transactions.TransactionSteps;

namespace Millrace.Broker.Tests.Transactions;

/// <summary>Transactions over the wire, of both protocols, on a whole node.</summary>
public sealed class TransactionApiTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_first_protocol_adds_partitions_and_ends_under_one_epoch(bool isCommit)
    {
        using GroupRig rig = new();
        rig.AddTopic("t", partitions: 2);
        using WireClient client = rig.Connect();
        client.FindTransactionCoordinator();
        InitProducerIdResponse producer = client.Start(version: 4);
        Assert.Equal((0, (short)0), (producer.ErrorCode, producer.ProducerEpoch));
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal(
                ErrorCode.InvalidTxnState,
                client.Produce(rig, producer, "t", round, version: 9));
            Assert.Equal(ErrorCode.None, client.AddPartition(producer, "t"));
            Assert.Equal(ErrorCode.None, client.AddPartition(producer, "t", partition: 1));
            Assert.Equal(ErrorCode.None, client.Produce(rig, producer, "t", round, version: OldProduce));
            Assert.Equal(ErrorCode.None, client.Produce(rig, producer, "t", round, partition: 1, version: OldProduce));
            Assert.Equal(0, client.End(producer, isCommit, OldEnd).ErrorCode);
            client.AwaitState(isCommit ? "CompleteCommit" : "CompleteAbort");
        }

        Assert.Equal(isCommit ? 3 : 0, client.CountCommitted(rig, "t"));
        Assert.Equal(isCommit ? 3 : 0, client.CountCommitted(rig, "t", partition: 1));
        Assert.Equal(0, client.Describe().ProducerEpoch);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_second_protocol_adds_partitions_by_writing_and_raises_the_epoch(bool isCommit)
    {
        using GroupRig rig = new();
        rig.AddTopic("t");
        using WireClient client = rig.Connect();
        client.FindTransactionCoordinator();
        InitProducerIdResponse producer = client.Start();
        for (short round = 0; round < 3; round++)
        {
            Assert.Equal(round, producer.ProducerEpoch);
            Assert.Equal(ErrorCode.None, client.Produce(rig, producer, "t"));
            Assert.Equal("Ongoing", client.Describe().TransactionState);
            Assert.Equal(round * (isCommit ? 1 : 0), client.CountCommitted(rig, "t"));
            EndTxnResponse next = client.End(producer, isCommit);
            Assert.Equal((0, producer.ProducerId), (next.ErrorCode, next.ProducerId));
            Assert.Equal(
                (next.ErrorCode, next.ProducerId, next.ProducerEpoch),
                RepeatedEnd(client, producer, isCommit));
            producer = new() { ProducerId = next.ProducerId, ProducerEpoch = next.ProducerEpoch };
            client.AwaitState(isCommit ? "CompleteCommit" : "CompleteAbort");
        }

        Assert.Equal(isCommit ? 3 : 0, client.CountCommitted(rig, "t"));
    }

    [Fact]
    public void The_next_transaction_may_begin_before_the_markers_of_the_last_are_there()
    {
        using GroupRig rig = new();
        rig.AddTopic("t", partitions: 2);
        using WireClient client = rig.Connect();
        client.FindTransactionCoordinator();
        InitProducerIdResponse producer = client.Start();
        for (int round = 0; round < 100; round++)
        {
            Assert.Equal(ErrorCode.None, client.Produce(rig, producer, "t", partition: round % 2));
            Assert.Equal(ErrorCode.None, client.Produce(rig, producer, "t", partition: 1 - (round % 2)));
            EndTxnResponse next = client.End(producer, isCommit: round % 3 != 0);
            Assert.Equal(0, next.ErrorCode);
            producer = new() { ProducerId = next.ProducerId, ProducerEpoch = next.ProducerEpoch };
        }

        client.AwaitState("CompleteAbort");
        Assert.Equal(66, client.CountCommitted(rig, "t"));
        Assert.Equal(66, client.CountCommitted(rig, "t", partition: 1));
    }

    [Fact]
    public void A_producer_that_was_taken_over_can_do_nothing_any_more()
    {
        using GroupRig rig = new();
        rig.AddTopic("t");
        using WireClient client = rig.Connect();
        client.FindTransactionCoordinator();
        InitProducerIdResponse zombie = client.Start();
        Assert.Equal(ErrorCode.None, client.Produce(rig, zombie, "t"));
        InitProducerIdResponse heir = client.Start();
        Assert.True(heir.ProducerEpoch > zombie.ProducerEpoch);
        Assert.Equal(ErrorCode.InvalidProducerEpoch, client.Produce(rig, zombie, "t", sequence: 1));
        Assert.Equal((short)ErrorCode.ProducerFenced, client.End(zombie, isCommit: true).ErrorCode);
        Assert.Equal((short)ErrorCode.InvalidProducerEpoch, client.End(zombie, isCommit: true, version: 1).ErrorCode);
        Assert.Equal(ErrorCode.ProducerFenced, client.AddPartition(zombie, "t"));
        Assert.Equal(ErrorCode.InvalidProducerEpoch, client.AddPartition(zombie, "t", version: 1));
        Assert.Equal(0, client.CountCommitted(rig, "t"));
        Assert.Equal(ErrorCode.None, client.Produce(rig, heir, "t"));
        Assert.Equal(0, client.End(heir, isCommit: true).ErrorCode);
        client.AwaitState("CompleteCommit");
        Assert.Equal(1, client.CountCommitted(rig, "t"));
    }

    [Fact]
    public void An_open_transaction_outlives_a_restart_and_can_be_committed()
    {
        using GroupRig rig = new();
        rig.AddTopic("t");
        InitProducerIdResponse producer;
        using (WireClient client = rig.Connect())
        {
            client.FindTransactionCoordinator();
            producer = client.Start();
            Assert.Equal(ErrorCode.None, client.Produce(rig, producer, "t"));
        }

        rig.Restart();
        using WireClient again = rig.Connect();
        Assert.Equal("Ongoing", again.Describe().TransactionState);
        Assert.Equal(0, again.CountCommitted(rig, "t"));
        Assert.Equal(ErrorCode.None, again.Produce(rig, producer, "t", sequence: 1));
        Assert.Equal(0, again.End(producer, isCommit: true).ErrorCode);
        again.AwaitState("CompleteCommit");
        Assert.Equal(2, again.CountCommitted(rig, "t"));
    }

    [Fact]
    public void What_is_open_for_too_long_is_aborted()
    {
        using GroupRig rig = new("transaction.abort.timed.out.transaction.cleanup.interval.ms=20");
        rig.AddTopic("t");
        using WireClient client = rig.Connect();
        client.FindTransactionCoordinator();
        InitProducerIdResponse producer = client.Start(timeoutMs: 50);
        Assert.Equal(ErrorCode.None, client.Produce(rig, producer, "t"));
        client.AwaitState("CompleteAbort");
        Assert.Equal(0, client.CountCommitted(rig, "t"));
        Assert.Equal(ErrorCode.InvalidProducerEpoch, client.Produce(rig, producer, "t", sequence: 1));
        Assert.Contains(
            rig.Node.Lines, line => line.Contains("it pins the last stable offset of t-0", StringComparison.Ordinal));
    }

    [Fact]
    public void A_deleted_topic_does_not_keep_a_transaction_from_its_end()
    {
        using GroupRig rig = new();
        rig.AddTopic("t");
        rig.AddTopic("gone");
        using WireClient client = rig.Connect();
        client.FindTransactionCoordinator();
        InitProducerIdResponse producer = client.Start();
        Assert.Equal(ErrorCode.None, client.Produce(rig, producer, "t"));
        Assert.Equal(ErrorCode.None, client.Produce(rig, producer, "gone"));
        client.Ask<DeleteTopicsResponse>(
            ApiKey.DeleteTopics, 6, new DeleteTopicsRequest { Topics = [new() { Name = "gone" }] });
        Assert.Equal(0, client.End(producer, isCommit: true).ErrorCode);
        client.AwaitState("CompleteCommit");
        Assert.Equal(1, client.CountCommitted(rig, "t"));
    }

    [Fact]
    public void Brokers_add_and_verify_for_many_transactions_at_once()
    {
        using GroupRig rig = new();
        rig.AddTopic("t", partitions: 2);
        using WireClient client = rig.Connect();
        client.FindTransactionCoordinator();
        InitProducerIdResponse a = client.Start("a");
        InitProducerIdResponse b = client.Start("b");
        AddPartitionsToTxnResponse added = Batched(client, Of("a", a, false, 0), Of("b", b, false, 0, 1));
        Assert.All(Errors(added), error => Assert.Equal(ErrorCode.None, error));
        AddPartitionsToTxnResponse verified = Batched(client, Of("a", a, true, 0, 1), Of("b", b, true, 1));
        Assert.Equal([ErrorCode.None, ErrorCode.TransactionAbortable, ErrorCode.None], Errors(verified));
        AddPartitionsToTxnResponse refused = Batched(client, Of("a", a, false, 1, 7));
        Assert.Equal([ErrorCode.OperationNotAttempted, ErrorCode.UnknownTopicOrPartition], Errors(refused));
        Assert.Equal([0], client.Describe("a").Topics[0].Partitions);
    }

    [Fact]
    public void A_producer_may_not_add_internal_topics()
    {
        using GroupRig rig = new();
        using WireClient client = rig.Connect();
        client.FindTransactionCoordinator();
        client.FindCoordinator("g");
        InitProducerIdResponse producer = client.Start();
        Assert.Equal(
            ErrorCode.TopicAuthorizationFailed, client.AddPartition(producer, InternalTopics.ConsumerOffsets));
    }

    [Fact]
    public void The_offsets_of_a_group_are_added_by_way_of_their_partition()
    {
        using GroupRig rig = new();
        using WireClient client = rig.Connect();
        client.FindTransactionCoordinator();
        client.FindCoordinator("g");
        InitProducerIdResponse producer = client.Start();
        AddOffsetsToTxnResponse added = client.Ask<AddOffsetsToTxnResponse>(
            ApiKey.AddOffsetsToTxn,
            4,
            new AddOffsetsToTxnRequest
            {
                TransactionalId = Id,
                GroupId = "g",
                ProducerId = producer.ProducerId,
                ProducerEpoch = producer.ProducerEpoch,
            });
        Assert.Equal(0, added.ErrorCode);
        DescribeTransactionsResponse.TopicData topic = Assert.Single(client.Describe().Topics);
        Assert.Equal(InternalTopics.ConsumerOffsets, topic.Topic);
        Assert.Equal([rig.Node.Groups.Coordinator.PartitionOf("g")], topic.Partitions);
        Assert.Equal(0, client.End(producer, isCommit: true, version: OldEnd).ErrorCode);
        client.AwaitState("CompleteCommit");
    }

    [Theory]
    [InlineData(ApiKey.InitProducerId)]
    [InlineData(ApiKey.EndTxn)]
    [InlineData(ApiKey.AddOffsetsToTxn)]
    [InlineData(ApiKey.AddPartitionsToTxn)]
    public void Every_version_is_answered(ApiKey key)
    {
        using GroupRig rig = new();
        rig.AddTopic("t");
        using WireClient client = rig.Connect();
        client.FindTransactionCoordinator();
        client.FindCoordinator("g");
        foreach (short version in AdminRig.VersionsOf(key))
        {
            InitProducerIdResponse producer = client.Start();
            Assert.Equal(ErrorCode.None, Ask(client, key, version, producer));
        }
    }

    [Fact]
    public void Without_the_topic_nobody_is_coordinated_and_transactions_are_not_there()
    {
        using GroupRig rig = new();
        using WireClient client = rig.Connect();
        Assert.Equal((short)ErrorCode.NotCoordinator, client.Start().ErrorCode);
        Assert.Empty(client.Ask<ListTransactionsResponse>(
            ApiKey.ListTransactions, 2, new ListTransactionsRequest()).TransactionStates);
    }

    [Fact]
    public void The_topic_is_made_as_kafka_makes_it()
    {
        using GroupRig rig = new("transaction.state.log.segment.bytes=2000000");
        using WireClient client = rig.Connect();
        client.FindTransactionCoordinator();
        Assert.Equal(3, rig.Node.Image.TopicsByName[InternalTopics.TransactionState].Partitions.Length);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["cleanup.policy"] = "compact",
                ["compression.type"] = "uncompressed",
                ["min.insync.replicas"] = "1",
                ["segment.bytes"] = "2000000",
                ["unclean.leader.election.enable"] = "false",
            },
            rig.Node.Image.ConfigsOf(ConfigResourceKey.Topic(InternalTopics.TransactionState)));
    }

    private static (short Error, long ProducerId, short Epoch) RepeatedEnd(
        WireClient client, InitProducerIdResponse producer, bool isCommit)
    {
        EndTxnResponse again = client.End(producer, isCommit);
        return (again.ErrorCode, again.ProducerId, again.ProducerEpoch);
    }

    private static ErrorCode Ask(WireClient client, ApiKey key, short version, InitProducerIdResponse producer)
    {
        switch (key)
        {
            case ApiKey.InitProducerId:
                return (ErrorCode)client.Start(version: version).ErrorCode;
            case ApiKey.EndTxn:
                return (ErrorCode)(version >= NewEnd
                    ? client.End(producer, isCommit: false, version).ErrorCode
                    : AddAndEnd(client, producer, version));
            case ApiKey.AddOffsetsToTxn:
                return (ErrorCode)client.Ask<AddOffsetsToTxnResponse>(key, version, new AddOffsetsToTxnRequest
                {
                    TransactionalId = Id,
                    GroupId = "g",
                    ProducerId = producer.ProducerId,
                    ProducerEpoch = producer.ProducerEpoch,
                }).ErrorCode;
            default:
                return version < 4
                    ? client.AddPartition(producer, "t", version: version)
                    : Errors(Batched(client, version, Of(Id, producer, false, 0)))[0];
        }
    }

    private static short AddAndEnd(WireClient client, InitProducerIdResponse producer, short version)
    {
        Assert.Equal(ErrorCode.None, client.AddPartition(producer, "t"));
        return client.End(producer, isCommit: true, version).ErrorCode;
    }

    private static AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction Of(
        string id, InitProducerIdResponse producer, bool verifies, params int[] partitions) => new()
    {
        TransactionalId = id,
        ProducerId = producer.ProducerId,
        ProducerEpoch = producer.ProducerEpoch,
        VerifyOnly = verifies,
        Topics = [new() { Name = "t", Partitions = partitions }],
    };

    private static AddPartitionsToTxnResponse Batched(
        WireClient client, params AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction[] transactions) =>
        Batched(client, 5, transactions);

    private static AddPartitionsToTxnResponse Batched(
        WireClient client, short version,
        params AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction[] transactions) =>
        client.Ask<AddPartitionsToTxnResponse>(
            ApiKey.AddPartitionsToTxn, version, new AddPartitionsToTxnRequest { Transactions = transactions });

    private static ErrorCode[] Errors(AddPartitionsToTxnResponse response) =>
    [
        .. response.ResultsByTransaction.SelectMany(one => one.TopicResults)
            .SelectMany(topic => topic.ResultsByPartition)
            .Select(partition => (ErrorCode)partition.PartitionErrorCode),
    ];
}
