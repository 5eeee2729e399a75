using System.Text;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;
using static Millrace.Broker.Tests.Live.Requests;
using static Millrace.Broker.Tests.Live.TransactionRequests;
using Transaction = Millrace.Protocol.Messages.AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction;

namespace Millrace.Broker.Tests.Live;

/// <summary>
/// Transactional produce requests, and the coordinator's word that the first ones wait for (KIP-890).
/// </summary>
public sealed class TransactionalProduceTests
{
    [Theory]
    [InlineData(Old, true)]
    [InlineData(KnowsAbortable, true)]
    [InlineData(RaisesEpoch, false)]
    public void The_coordinator_is_asked_once_for_each_transaction_and_partition(short version, bool verifiesOnly)
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders", partitions: 2);
        using WireClient client = broker.Connect();
        Assert.Equal((0, 0L), Told(client.Send(topic, 0, version)));
        Assert.Equal((0, 1L), Told(client.Send(topic, 1, version)));
        Assert.Equal((0, 0L), Told(client.Send(topic, 0, version, partition: 1)));
        Transaction[] asked = [.. broker.Verifier.Asked];
        Assert.Equal(2, asked.Length);
        Assert.All(asked, one => Assert.Equal(
            (Id, Producer, 0, verifiesOnly),
            (one.TransactionalId, one.ProducerId, (int)one.ProducerEpoch, one.VerifyOnly)));
        Assert.Equal([("orders", "0"), ("orders", "1")], asked.Select(TopicOf));

        // The next transaction has to be asked for anew.
        Assert.Equal(ErrorCode.None, client.End(topic, isCommit: true));
        Assert.Equal((0, 3L), Told(client.Send(topic, 2, version)));
        Assert.Equal(3, broker.Verifier.Asked.Count);
    }

    [Fact]
    public void Only_whoever_may_use_the_transactional_id_is_served()
    {
        using LiveBroker broker = new(authorizer: new DeniesTransactions());
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        Assert.Equal(Code(ErrorCode.TransactionalIdAuthorizationFailed), client.Send(topic, 0).ErrorCode);
        Assert.Equal(
            Code(ErrorCode.TransactionalIdAuthorizationFailed), client.ProduceTo(topic, Records(0)).ErrorCode);

        // Without a transaction the id does not matter.
        Assert.Equal(0, PartitionOf(client.Ask<ProduceResponse>(
            ApiKey.Produce, 13, Produce(topic, Batch(), transactionalId: Id))).ErrorCode);
        Assert.Empty(broker.Verifier.Asked);
    }

    [Fact]
    public void One_request_is_of_one_producer()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders", partitions: 2);
        using WireClient client = broker.Connect();
        ProduceRequest request = Produce(topic, Records(0), transactionalId: Id);
        request.TopicData[0].PartitionData =
        [
            new() { Index = 0, Records = Records(0) }, new() { Index = 1, Records = Records(0, epoch: 1) },
        ];
        Assert.All(
            client.Ask<ProduceResponse>(ApiKey.Produce, 13, request).Responses[0].PartitionResponses,
            answer => Assert.Equal(Code(ErrorCode.InvalidProducerIdMapping), answer.ErrorCode));
        Assert.Empty(broker.Verifier.Asked);
    }

    [Theory]
    [InlineData(ErrorCode.InvalidTxnState, Old, ErrorCode.InvalidTxnState)]
    [InlineData(ErrorCode.TransactionAbortable, Old, ErrorCode.InvalidTxnState)]
    [InlineData(ErrorCode.TransactionAbortable, KnowsAbortable, ErrorCode.TransactionAbortable)]
    [InlineData(ErrorCode.TransactionAbortable, RaisesEpoch, ErrorCode.TransactionAbortable)]
    [InlineData(ErrorCode.ProducerFenced, RaisesEpoch, ErrorCode.InvalidProducerEpoch)]
    [InlineData(ErrorCode.InvalidProducerIdMapping, KnowsAbortable, ErrorCode.InvalidProducerIdMapping)]
    [InlineData(ErrorCode.ConcurrentTransactions, Old, ErrorCode.NotEnoughReplicas)]
    [InlineData(ErrorCode.ConcurrentTransactions, KnowsAbortable, ErrorCode.NotEnoughReplicas)]
    [InlineData(ErrorCode.ConcurrentTransactions, RaisesEpoch, ErrorCode.ConcurrentTransactions)]
    public void A_partitions_error_is_told_in_the_words_of_the_version(
        ErrorCode found, short version, ErrorCode told)
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders", partitions: 2);
        broker.Verifier.OfPartition = (_, _, partition) => partition == 0 ? found : ErrorCode.None;
        using WireClient client = broker.Connect();
        ProduceRequest request = Produce(topic, [], transactionalId: Id);
        request.TopicData[0].PartitionData =
        [
            new() { Index = 0, Records = Records(0) }, new() { Index = 1, Records = Records(0) },
        ];
        ProduceResponse.PartitionProduceResponse[] answers = client
            .Ask<ProduceResponse>(ApiKey.Produce, version, request).Responses[0].PartitionResponses;
        Assert.Equal([told, ErrorCode.None], answers.Select(answer => (ErrorCode)answer.ErrorCode));
        string? text = told switch
        {
            ErrorCode.InvalidTxnState => "Partition was not added to the transaction",
            ErrorCode.NotEnoughReplicas => "Unable to verify the partition has been added to the transaction. "
                + "Underlying error: CONCURRENT_TRANSACTIONS",
            _ => null,
        };
        Assert.Equal((text, -1L, -1L), (answers[0].ErrorMessage, answers[0].BaseOffset, answers[0].LogStartOffset));
        Assert.Equal((0L, 1L), (topic.Find(0)!.Log!.LogEndOffset, topic.Find(1)!.Log!.LogEndOffset));
    }

    [Theory]
    [InlineData(ErrorCode.CoordinatorNotAvailable, ErrorCode.NotEnoughReplicas)]
    [InlineData(ErrorCode.CoordinatorLoadInProgress, ErrorCode.NotEnoughReplicas)]
    [InlineData(ErrorCode.NotCoordinator, ErrorCode.NotEnoughReplicas)]
    [InlineData(ErrorCode.ClusterAuthorizationFailed, ErrorCode.InvalidTxnState)]
    public void A_coordinators_error_is_told_for_every_partition_that_waited_for_it(ErrorCode found, ErrorCode told)
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        broker.Verifier.OfRequest = _ => found;
        using WireClient client = broker.Connect();
        Assert.Equal(Code(told), client.Send(topic, 0).ErrorCode);
        Assert.Equal(0, topic.Find(0)!.Log!.LogEndOffset);

        // And the client may try again.
        broker.Verifier.OfRequest = _ => ErrorCode.None;
        Assert.Equal((0, 0L), Told(client.Send(topic, 0)));
    }

    [Fact]
    public void Version_2_waits_a_little_for_the_markers_of_the_transaction_before()
    {
        using LiveBroker broker = new(verificationRetriesMs: 60_000);
        TopicEntry topic = broker.AddTopic("orders");
        broker.Verifier.OfPartition = (_, _, _) =>
            broker.Verifier.Asked.Count < 3 ? ErrorCode.ConcurrentTransactions : ErrorCode.None;
        using WireClient client = broker.Connect();
        Assert.Equal((0, 0L), Told(client.Send(topic, 0)));
        Assert.Equal(3, broker.Verifier.Asked.Count);
    }

    [Fact]
    public void Requests_behind_one_that_is_verified_keep_their_order()
    {
        using LiveBroker broker = new();
        broker.Verifier.Holds = true;
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        List<byte> frames = [];
        for (int index = 0; index < 5; index++)
        {
            frames.AddRange(WireClient.Frame(
                ApiKey.Produce, 13,
                MessageCodec.Encode(Produce(topic, Records(index), transactionalId: Id), 13), index));
        }

        client.SendRaw(frames.ToArray());
        broker.Verifier.LetOne();
        for (int index = 0; index < 5; index++)
        {
            ProduceResponse answer = client.Receive<ProduceResponse>(ApiKey.Produce, 13, index);
            Assert.Equal((0, (long)index), Told(PartitionOf(answer)));
        }

        Assert.Single(broker.Verifier.Asked);
    }

    [Fact]
    public void A_marker_that_overtakes_the_verified_append_keeps_it_out()
    {
        using LiveBroker broker = new();
        broker.Verifier.Holds = true;
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        int asked = client.Send(ApiKey.Produce, Old, Produce(topic, Records(0), transactionalId: Id));
        broker.Until(() => broker.Verifier.Asked.Count == 1);
        using WireClient coordinator = broker.Connect();
        Assert.Equal(ErrorCode.None, coordinator.End(topic, isCommit: false));
        broker.Verifier.LetOne();
        Assert.Equal(
            Code(ErrorCode.InvalidTxnState),
            PartitionOf(client.Receive<ProduceResponse>(ApiKey.Produce, Old, asked)).ErrorCode);
        Assert.Equal(1, topic.Find(0)!.Log!.LogEndOffset);
        Assert.Equal(1, topic.Find(0)!.Log!.LastStableOffset);
    }

    [Fact]
    public void A_coordinator_that_does_not_answer_costs_the_request_and_not_the_connection()
    {
        using LiveBroker broker = new(verificationTimeoutMs: 50);
        broker.Verifier.Holds = true;
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        Assert.Equal(Code(ErrorCode.NotEnoughReplicas), client.Send(topic, 0).ErrorCode);

        // The late answer is of no consequence. On a busy machine the next ones may be too late as well.
        broker.Verifier.LetOne();
        broker.Verifier.Holds = false;
        (int Error, long Offset) told;
        do
        {
            told = Told(client.Send(topic, 0));
        }
        while (told.Error == Code(ErrorCode.NotEnoughReplicas));
        Assert.Equal((0, 0L), told);
    }

    [Fact]
    public void A_client_that_leaves_while_it_is_verified_has_its_records_appended_nonetheless()
    {
        using LiveBroker broker = new();
        broker.Verifier.Holds = true;
        TopicEntry topic = broker.AddTopic("orders");
        using (WireClient client = broker.Connect())
        {
            client.Send(ApiKey.Produce, 13, Produce(topic, Records(0), transactionalId: Id));
            broker.Until(() => broker.Verifier.Asked.Count == 1);
        }

        broker.Verifier.LetOne();
        broker.Until(() => topic.Find(0)!.Log!.LogEndOffset == 1);
    }

    [Fact]
    public void Without_verification_older_clients_are_believed_and_newer_ones_added_still()
    {
        using LiveBroker broker = new();
        broker.Gate.Verifies = false;
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        Assert.Equal((0, 0L), Told(client.Send(topic, 0, Old)));
        Assert.Empty(broker.Verifier.Asked);
        Assert.Equal((0, 1L), Told(client.Send(topic, 0, RaisesEpoch, producer: 7)));
        Assert.False(Assert.Single(broker.Verifier.Asked).VerifyOnly);
    }

    [Fact]
    public void A_zombie_is_fenced_before_the_coordinator_is_asked()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        Assert.Equal((0, 0L), Told(client.Send(topic, 0, epoch: 1)));
        Assert.Equal(Code(ErrorCode.InvalidProducerEpoch), client.Send(topic, 1, epoch: 0).ErrorCode);
        Assert.Single(broker.Verifier.Asked);
    }

    [Fact]
    public void After_a_raised_epoch_a_transaction_begins_with_sequence_0()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        Assert.Equal(Code(ErrorCode.OutOfOrderSequenceNumber), client.Send(topic, 4).ErrorCode);
        Assert.Equal((0, 0L), Told(client.Send(topic, 0, count: 3)));
        Assert.Equal(ErrorCode.None, client.End(topic, isCommit: true, epoch: 1, transactionVersion: 2));
        Assert.Equal(Code(ErrorCode.InvalidProducerEpoch), client.Send(topic, 3).ErrorCode);
        Assert.Equal(Code(ErrorCode.OutOfOrderSequenceNumber), client.Send(topic, 3, epoch: 1).ErrorCode);
        Assert.Equal((0, 4L), Told(client.Send(topic, 0, epoch: 1)));
    }

    private static (int Error, long Offset) Told(ProduceResponse.PartitionProduceResponse answer) =>
        (answer.ErrorCode, answer.BaseOffset);

    private static (string Topic, string Partitions) TopicOf(Transaction transaction) =>
        (Assert.Single(transaction.Topics).Name, string.Join(',', transaction.Topics[0].Partitions));

    private sealed class DeniesTransactions : IAuthorizer
    {
        public bool Allows(object? session, AclOperation operation, AclResourceType type, ReadOnlySpan<byte> name) =>
            type != AclResourceType.TransactionalId || Encoding.UTF8.GetString(name) != Id;
    }
}
