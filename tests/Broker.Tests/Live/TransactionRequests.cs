using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;
using Produced = Millrace.Protocol.Messages.ProduceResponse.PartitionProduceResponse;

namespace Millrace.Broker.Tests.Live;

/// <summary>What transactional producers and their coordinators send.</summary>
internal static class TransactionRequests
{
    public const string Id = "payments";

    public const long Producer = 5000;

    /// <summary>A version of each kind of client: <see cref="TransactionClient"/>.</summary>
    public const short Old = 9, KnowsAbortable = 11, RaisesEpoch = 13;

    public static byte[] Records(
        int sequence, int count = 1, short epoch = 0, long producer = Producer, string text = "t") =>
        Requests.Batch(count, text, HeaderOf(sequence, epoch, producer));

    public static NewBatch HeaderOf(int sequence, short epoch = 0, long producer = Producer) => new()
    {
        ProducerId = producer, ProducerEpoch = epoch, BaseSequence = sequence, IsTransactional = true,
    };

    public static Produced Send(
        this WireClient client,
        TopicEntry topic,
        int sequence,
        short version = RaisesEpoch,
        int count = 1,
        short epoch = 0,
        long producer = Producer,
        int partition = 0) =>
        PartitionOf(client.Ask<ProduceResponse>(
            ApiKey.Produce,
            version,
            Requests.Produce(
                topic, Records(sequence, count, epoch, producer), partition: partition, transactionalId: Id)));

    public static Produced PartitionOf(ProduceResponse response) =>
        Assert.Single(Assert.Single(response.Responses).PartitionResponses);

    public static WriteTxnMarkersRequest Markers(
        bool isCommit,
        IEnumerable<(string Topic, int[] Partitions)> topics,
        short epoch = 0,
        int coordinatorEpoch = 0,
        sbyte transactionVersion = 0,
        long producer = Producer) => new()
    {
        Markers =
        [
            new WriteTxnMarkersRequest.WritableTxnMarker
            {
                ProducerId = producer,
                ProducerEpoch = epoch,
                TransactionResult = isCommit,
                CoordinatorEpoch = coordinatorEpoch,
                TransactionVersion = transactionVersion,
                Topics =
                [
                    .. topics.Select(topic => new WriteTxnMarkersRequest.WritableTxnMarkerTopic
                    {
                        Name = topic.Topic, PartitionIndexes = topic.Partitions,
                    }),
                ],
            },
        ],
    };

    /// <summary>Ends the transaction on one partition.</summary>
    public static ErrorCode End(
        this WireClient client,
        TopicEntry topic,
        bool isCommit,
        short epoch = 0,
        int coordinatorEpoch = 0,
        sbyte transactionVersion = 0,
        long producer = Producer,
        int partition = 0,
        short version = 2)
    {
        WriteTxnMarkersResponse response = client.Ask<WriteTxnMarkersResponse>(
            ApiKey.WriteTxnMarkers,
            version,
            Markers(
                isCommit, [(topic.Name, [partition])], epoch, coordinatorEpoch, transactionVersion, producer));
        WriteTxnMarkersResponse.WritableTxnMarkerResult result = Assert.Single(response.Markers);
        Assert.Equal(producer, result.ProducerId);
        return (ErrorCode)Assert.Single(Assert.Single(result.Topics).Partitions).ErrorCode;
    }
}
