using Millrace.Broker.Tests.Groups;
using Millrace.Broker.Tests.Live;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;

namespace Millrace.Broker.Tests.Transactions;

/// <summary>What a transactional producer does, in the newest versions unless said otherwise.</summary>
internal static class TransactionSteps
{
    public const string Id = "tx";

    /// <summary>The newest versions of before KIP-890, and of after.</summary>
    public const short OldEnd = 4, NewEnd = 5, OldProduce = 11, NewProduce = 13;

    /// <summary>Finds the coordinator, which has to be there.</summary>
    public static void FindTransactionCoordinator(this WireClient client, string id = Id)
    {
        FindCoordinatorResponse found = client.Ask<FindCoordinatorResponse>(
            ApiKey.FindCoordinator,
            6,
            new FindCoordinatorRequest { KeyType = CoordinatorKind.Transaction, CoordinatorKeys = [id] });
        Assert.Equal(0, Assert.Single(found.Coordinators).ErrorCode);
    }

    public static InitProducerIdResponse Start(
        this WireClient client, string id = Id, short version = 5, int timeoutMs = 60_000) =>
        client.Retry(
            () => client.Ask<InitProducerIdResponse>(
                ApiKey.InitProducerId,
                version,
                new InitProducerIdRequest { TransactionalId = id, TransactionTimeoutMs = timeoutMs }),
            response => (ErrorCode)response.ErrorCode);

    /// <summary>Adds a partition as a client of the first protocol does.</summary>
    public static ErrorCode AddPartition(
        this WireClient client, InitProducerIdResponse producer, string topic, int partition = 0, short version = 3)
    {
        AddPartitionsToTxnResponse response = client.Retry(
            () => client.Ask<AddPartitionsToTxnResponse>(
                ApiKey.AddPartitionsToTxn,
                version,
                new AddPartitionsToTxnRequest
                {
                    V3AndBelowTransactionalId = Id,
                    V3AndBelowProducerId = producer.ProducerId,
                    V3AndBelowProducerEpoch = producer.ProducerEpoch,
                    V3AndBelowTopics = [new() { Name = topic, Partitions = [partition] }],
                }),
            answer => ErrorOf(answer.ResultsByTopicV3AndBelow));
        return ErrorOf(response.ResultsByTopicV3AndBelow);
    }

    public static ErrorCode Produce(
        this WireClient client, GroupRig rig, InitProducerIdResponse producer, string topic, int sequence = 0,
        int partition = 0, short version = NewProduce)
    {
        Assert.True(rig.Node.Partitions.TryFind(topic, out TopicEntry? entry));
        NewBatch header = new()
        {
            ProducerId = producer.ProducerId,
            ProducerEpoch = producer.ProducerEpoch,
            BaseSequence = sequence,
            IsTransactional = true,
        };
        ProduceResponse response = client.Ask<ProduceResponse>(
            ApiKey.Produce,
            version,
            Requests.Produce(entry, Requests.Batch(1, "t", header), partition: partition, transactionalId: Id));
        return (ErrorCode)response.Responses[0].PartitionResponses[0].ErrorCode;
    }

    public static EndTxnResponse End(
        this WireClient client, InitProducerIdResponse producer, bool isCommit, short version = NewEnd) =>
        client.Retry(
            () => client.Ask<EndTxnResponse>(
                ApiKey.EndTxn,
                version,
                new EndTxnRequest
                {
                    TransactionalId = Id,
                    ProducerId = producer.ProducerId,
                    ProducerEpoch = producer.ProducerEpoch,
                    Committed = isCommit,
                }),
            response => (ErrorCode)response.ErrorCode);

    public static DescribeTransactionsResponse.TransactionStateData Describe(
        this WireClient client, string id = Id) =>
        client.Retry(
            () => client.Ask<DescribeTransactionsResponse>(
                ApiKey.DescribeTransactions, 0, new DescribeTransactionsRequest { TransactionalIds = [id] }),
            response => (ErrorCode)response.TransactionStates[0].ErrorCode).TransactionStates[0];

    /// <summary>Waits for the end that follows the answer to EndTxn.</summary>
    public static void AwaitState(this WireClient client, string state)
    {
        while (client.Describe().TransactionState != state)
        {
            Thread.Yield();
        }
    }

    /// <summary>The values that a consumer of committed records sees.</summary>
    public static int CountCommitted(this WireClient client, GroupRig rig, string topic, int partition = 0)
    {
        Assert.True(rig.Node.Partitions.TryFind(topic, out TopicEntry? entry));
        FetchResponse response = client.Ask<FetchResponse>(ApiKey.Fetch, 12, new FetchRequest
        {
            IsolationLevel = 1,
            MaxBytes = 1 << 20,
            SessionEpoch = -1,
            Topics =
            [
                new()
                {
                    Topic = topic,
                    Partitions = [new() { Partition = partition, PartitionMaxBytes = 1 << 20 }],
                },
            ],
        });
        FetchResponse.PartitionData data = response.Responses[0].Partitions[0];
        List<FetchResponse.AbortedTransaction> aborted = [.. data.AbortedTransactions ?? []];
        int count = 0;
        RecordBatches batches = new(data.Records);
        while (batches.MoveNext())
        {
            RecordBatch batch = batches.Current;
            (long producerId, long offset) = (batch.ProducerId, batch.BaseOffset);
            int index = aborted.FindIndex(one => one.ProducerId == producerId && one.FirstOffset <= offset);
            if (!batch.IsControl)
            {
                count += index < 0 ? batch.Count : 0;
            }
            else if (index >= 0)
            {
                // The marker ends what its producer had aborted.
                aborted.RemoveAt(index);
            }
        }

        return count;
    }

    private static ErrorCode ErrorOf(AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult[] topics) =>
        (ErrorCode)topics[0].ResultsByPartition[0].PartitionErrorCode;

    /// <summary>Asks again as every client does while a coordinator loads, or ends what was before.</summary>
    private static T Retry<T>(this WireClient client, Func<T> ask, Func<T, ErrorCode> errorOf)
    {
        while (true)
        {
            T response = ask();
            if (errorOf(response) is not (ErrorCode.CoordinatorLoadInProgress or ErrorCode.ConcurrentTransactions))
            {
                return response;
            }

            Thread.Yield();
        }
    }
}
