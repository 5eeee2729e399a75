using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;
using Millrace.Storage;
using static Millrace.Broker.Tests.Live.Requests;
using static Millrace.Broker.Tests.Live.TransactionRequests;

namespace Millrace.Broker.Tests.Live;

/// <summary>Markers over the wire, and what readers of committed records see before and after them.</summary>
public sealed class MarkerTests
{
    private const int Forever = int.MaxValue;

    [Theory]
    [InlineData((short)0)]
    [InlineData((short)1)]
    [InlineData((short)2)]
    public void A_marker_ends_the_transaction_in_every_version(short version)
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        client.Send(topic, 0, count: 3);
        PartitionLog log = topic.Find(0)!.Log!;
        Assert.Equal((3L, 0L), (log.HighWatermark, log.LastStableOffset));
        Assert.Equal(ErrorCode.None, client.End(topic, isCommit: true, coordinatorEpoch: 7, version: version));
        Assert.Equal((4L, 4L), (log.HighWatermark, log.LastStableOffset));

        RecordBatches batches = new(client.FetchOne(Fetch(topic, 3)).Records);
        Assert.True(batches.MoveNext());
        RecordBatch marker = batches.Current;
        Assert.True(marker.IsControl && marker.IsTransactional);
        Assert.Equal(
            (3L, Producer, (short)0, -1, 1, 78),
            (marker.BaseOffset, marker.ProducerId, marker.ProducerEpoch, marker.BaseSequence, marker.Count,
                marker.SizeInBytes));
        RecordReader records = RecordReader.OverPlain(marker);
        Assert.True(records.MoveNext());
        Assert.True(ControlRecord.TryReadType(records.Current.Key, out ControlRecordType type));
        Assert.True(ControlRecord.TryReadCoordinatorEpoch(records.Current.Value, out int coordinatorEpoch));
        Assert.Equal((ControlRecordType.Commit, 7), (type, coordinatorEpoch));
    }

    [Fact]
    public void Committed_readers_see_what_is_decided_and_are_told_what_was_aborted()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        client.ProduceTo(topic, Batch(2));
        client.Send(topic, 0, count: 2, producer: 1);
        client.Send(topic, 0, count: 2, producer: 2);
        AssertSeen(client, topic, last: 1);

        // The later one is aborted first: the earlier still holds back.
        Assert.Equal(ErrorCode.None, client.End(topic, isCommit: false, producer: 2));
        AssertSeen(client, topic, last: 1);
        Assert.Equal(ErrorCode.None, client.End(topic, isCommit: true, producer: 1));
        AssertSeen(client, topic, last: 7, (2, 4));
        client.Send(topic, 2, producer: 1);
        Assert.Equal(ErrorCode.None, client.End(topic, isCommit: false, producer: 1));
        AssertSeen(client, topic, last: 9, (2, 4), (1, 8));

        // Only those that touch what was asked for are told.
        FetchResponse.PartitionData tail = client.FetchOne(Fetch(topic, 8, isolation: 1));
        Assert.Equal([(1L, 8L)], tail.AbortedTransactions!.Select(one => (one.ProducerId, one.FirstOffset)));
        Assert.Null(client.FetchOne(Fetch(topic, 0)).AbortedTransactions);
    }

    [Fact]
    public void A_committed_readers_long_poll_ends_with_the_marker_and_not_with_the_records()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient producer = broker.Connect();
        using WireClient reader = broker.Connect();
        int asked = reader.Send(ApiKey.Fetch, 17, Fetch(topic, 0, maxWaitMs: Forever, isolation: 1));
        producer.Send(topic, 0);
        broker.Until(() => broker.Reactors[0].Waiting.Count == 1);
        Assert.Equal(ErrorCode.None, producer.End(topic, isCommit: true));
        FetchResponse answer = reader.Receive<FetchResponse>(ApiKey.Fetch, 17, asked);
        Assert.Equal(2, Read(answer.Responses[0].Partitions[0].Records).Count);
    }

    [Fact]
    public void Offsets_for_committed_readers_end_where_their_records_do()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        client.ProduceTo(topic, Batch(1, timestampMs: 1000));
        int asked = client.Send(
            ApiKey.Produce, 13,
            Produce(topic, Batch(1, header: HeaderOf(0), timestampMs: 2000), transactionalId: Id));
        client.Receive<ProduceResponse>(ApiKey.Produce, 13, asked);
        Assert.Equal((1L, 2L), (Latest(isolation: 1), Latest(isolation: 0)));
        Assert.Equal((-1L, 1L), (At(2000, isolation: 1), At(2000, isolation: 0)));
        Assert.Equal((0L, 0L), (At(500, isolation: 1), At(500, isolation: 0)));
        client.End(topic, isCommit: true);
        Assert.Equal((3L, 1L), (Latest(isolation: 1), At(2000, isolation: 1)));

        long Latest(sbyte isolation) => At(-1, isolation);

        long At(long timestamp, sbyte isolation)
        {
            ListOffsetsRequest request = new()
            {
                ReplicaId = -1,
                IsolationLevel = isolation,
                Topics =
                [
                    new()
                    {
                        Name = topic.Name,
                        Partitions = [new() { PartitionIndex = 0, CurrentLeaderEpoch = -1, Timestamp = timestamp }],
                    },
                ],
            };
            ListOffsetsResponse response = client.Ask<ListOffsetsResponse>(ApiKey.ListOffsets, 9, request);
            Assert.Equal(0, response.Topics[0].Partitions[0].ErrorCode);
            return response.Topics[0].Partitions[0].Offset;
        }
    }

    [Fact]
    public void Markers_of_an_older_coordinator_or_producer_are_fenced()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        client.Send(topic, 0, epoch: 3);
        Assert.Equal(ErrorCode.InvalidProducerEpoch, client.End(topic, isCommit: true, epoch: 2));
        Assert.Equal(ErrorCode.None, client.End(topic, isCommit: true, epoch: 3, coordinatorEpoch: 5));
        client.Send(topic, 1, epoch: 3);

        // A coordinator that lost its partition meanwhile, with a decision of long ago.
        Assert.Equal(
            ErrorCode.TransactionCoordinatorFenced, client.End(topic, isCommit: false, epoch: 3, coordinatorEpoch: 4));
        Assert.Equal(2, topic.Find(0)!.Log!.LastStableOffset);
        Assert.Equal(ErrorCode.None, client.End(topic, isCommit: true, epoch: 3, coordinatorEpoch: 6));
    }

    [Fact]
    public void Under_version_2_a_marker_has_to_raise_the_epoch_unless_it_is_a_retry()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        client.Send(topic, 0, epoch: 3);
        Assert.Equal(
            ErrorCode.InvalidProducerEpoch, client.End(topic, isCommit: true, epoch: 3, transactionVersion: 2));
        Assert.Equal(ErrorCode.None, client.End(topic, isCommit: true, epoch: 4, transactionVersion: 2));
        Assert.Equal(ErrorCode.None, client.End(topic, isCommit: true, epoch: 4, transactionVersion: 2));

        // The next transaction is open: now the repetition of the marker before would end it.
        Assert.Equal(0, client.Send(topic, 0, epoch: 4).ErrorCode);
        Assert.Equal(
            ErrorCode.InvalidProducerEpoch, client.End(topic, isCommit: true, epoch: 4, transactionVersion: 2));

        // At the last epoch there is none to rise to.
        client.Send(topic, 0, epoch: short.MaxValue, producer: 9);
        Assert.Equal(
            ErrorCode.None,
            client.End(topic, isCommit: true, epoch: short.MaxValue, transactionVersion: 2, producer: 9));
    }

    [Fact]
    public void Many_markers_of_one_request_are_written_and_answered_together()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders", partitions: 2);
        using WireClient client = broker.Connect();
        WriteTxnMarkersRequest request = new() { Markers = new WriteTxnMarkersRequest.WritableTxnMarker[50] };
        for (int producer = 0; producer < 50; producer++)
        {
            client.Send(topic, 0, producer: producer);
            client.Send(topic, 0, producer: producer, partition: 1);
            request.Markers[producer] = Markers(
                producer % 2 == 0, [("orders", [0, 1]), ("missing", [0])], producer: producer).Markers[0];
        }

        WriteTxnMarkersResponse answer = client.Ask<WriteTxnMarkersResponse>(ApiKey.WriteTxnMarkers, 2, request);
        Assert.Equal(Enumerable.Range(0, 50).Select(id => (long)id), answer.Markers.Select(one => one.ProducerId));
        Assert.All(answer.Markers, one => Assert.Equal(
            [("orders", 0, 0), ("orders", 1, 0), ("missing", 0, (int)ErrorCode.UnknownTopicOrPartition)],
            one.Topics.SelectMany(told => told.Partitions.Select(
                partition => (told.Name, partition.PartitionIndex, (int)partition.ErrorCode)))));
        foreach (Partition partition in topic.Partitions)
        {
            Assert.Equal((100L, 100L), (partition.Log!.LogEndOffset, partition.Log.LastStableOffset));
        }

        Assert.Equal(25, client.FetchOne(Fetch(topic, 0, isolation: 1)).AbortedTransactions!.Length);
    }

    [Fact]
    public void A_producer_that_is_named_twice_is_answered_once()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders", partitions: 2);
        using WireClient client = broker.Connect();
        WriteTxnMarkersRequest request = Markers(true, [("orders", [0])]);
        request.Markers = [request.Markers[0], Markers(true, [("orders", [0, 1])]).Markers[0]];
        WriteTxnMarkersResponse.WritableTxnMarkerResult one = Assert.Single(
            client.Ask<WriteTxnMarkersResponse>(ApiKey.WriteTxnMarkers, 2, request).Markers);
        Assert.Equal([0, 1], Assert.Single(one.Topics).Partitions.Select(partition => partition.PartitionIndex));
        Assert.Empty(client.Ask<WriteTxnMarkersResponse>(
            ApiKey.WriteTxnMarkers, 2, new WriteTxnMarkersRequest()).Markers);
    }

    [Fact]
    public void Partitions_that_are_led_elsewhere_and_groups_that_are_not_here_are_told()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        broker.AddTopic("__consumer_offsets");
        topic.Find(0)!.Apply(new PartitionLeadership(9, 4, false, 1, 1));
        using WireClient client = broker.Connect();
        WriteTxnMarkersResponse answer = client.Ask<WriteTxnMarkersResponse>(
            ApiKey.WriteTxnMarkers, 2, Markers(true, [("orders", [0]), ("__consumer_offsets", [0, 1])]));
        Assert.Equal(
            [ErrorCode.NotLeaderOrFollower, ErrorCode.NotLeaderOrFollower, ErrorCode.UnknownTopicOrPartition],
            answer.Markers[0].Topics.SelectMany(
                told => told.Partitions.Select(partition => (ErrorCode)partition.ErrorCode)));
    }

    [Fact]
    public void Whoever_may_not_alter_the_cluster_ends_no_transaction()
    {
        using LiveBroker broker = new(authorizer: new DeniesCluster());
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        client.Send(topic, 0);
        Assert.Equal(ErrorCode.ClusterAuthorizationFailed, client.End(topic, isCommit: true));
        Assert.Equal(1, topic.Find(0)!.Log!.LogEndOffset);
    }

    [Fact]
    public void A_marker_that_is_to_be_on_the_device_first_is_acknowledged_once_it_is()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("ledger", configs: new() { [TopicConfigs.FlushBeforeAck] = "true" });
        using WireClient client = broker.Connect();
        PartitionLog log = topic.Find(0)!.Log!;
        for (int index = 0; index < 20; index++)
        {
            Assert.Equal(0, client.Send(topic, index).ErrorCode);
            Assert.Equal(ErrorCode.None, client.End(topic, isCommit: true));
            Assert.True(log.FlushedOffset >= (2 * index) + 2);
            Assert.Equal((2 * index) + 2, log.LastStableOffset);
        }
    }

    [Fact]
    public void A_partition_that_lost_its_log_is_unknown()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        PartitionLog log = topic.Find(0)!.Log!;
        topic.Find(0)!.SetLog(null);
        using WireClient client = broker.Connect();
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, client.End(topic, isCommit: true));
        topic.Find(0)!.SetLog(log);
        Assert.Equal(ErrorCode.None, client.End(topic, isCommit: true));
    }

    private static void AssertSeen(
        WireClient client, TopicEntry topic, long last, params (long Producer, long First)[] aborted)
    {
        FetchResponse.PartitionData seen = client.FetchOne(Fetch(topic, 0, isolation: 1));
        Assert.Equal(last + 1, seen.LastStableOffset);
        Assert.Equal(last, Read(seen.Records)[^1].Offset);
        Assert.Equal(aborted, seen.AbortedTransactions!.Select(one => (one.ProducerId, one.FirstOffset)));
    }

    private sealed class DeniesCluster : IAuthorizer
    {
        public bool Allows(object? session, AclOperation operation, AclResourceType type, ReadOnlySpan<byte> name) =>
            type != AclResourceType.Cluster;
    }
}
