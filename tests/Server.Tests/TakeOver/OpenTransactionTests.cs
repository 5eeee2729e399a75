using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Server.Tests.TakeOver;

/// <summary>
/// Transactions that Kafka left open in its directory: they time out as Kafka's do, or are ended by their producer.
/// </summary>
[Trait("Data", "kafka-data")]
[Trait("Kind", "native")]
[Collection(AloneInTheMachine.Name)]
public sealed class OpenTransactionTests : IDisposable
{
    private const string Topic = "txn";
    private const string Open = "tx-open";

    private readonly string folder = Directory.CreateTempSubdirectory("millrace-open-transactions-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // What killed-4.4 expects of this moment names the transactions, and not the topics that they were aborted on.
    [NativeBesideKafkaTheory]
    [InlineData("clean-4.4")]
    [InlineData("clean-3.9")]
    public void They_time_out_as_kafkas_do(string name)
    {
        KafkaDataSet set = Unpack(name);
        using RunningServer server = RunningServer.Of(
            set.Config,
            "--allow-unprotected",
            "--set",
            "transaction.abort.timed.out.transaction.cleanup.interval.ms=200");
        using WireClient client = WireClient.Connect(set.Bootstrap);
        Await(client, Open, "CompleteAbort");
        Await(client, "tx-open-offsets", "CompleteAbort");
        DataVerifier verifier = new(Directory.CreateDirectory(Path.Combine(folder, "verifier")).FullName);
        verifier.MustAgree(set.Expectations, set.Bootstrap, DataVerifier.NotServedBy(set.Bootstrap));
        Assert.Equal(0, server.Stop().ExitCode);
    }

    [NativeBesideKafkaTheory]
    [InlineData("clean-4.4", true)]
    [InlineData("clean-4.4", false)]
    [InlineData("killed-4.4", true)]
    [InlineData("clean-3.9", false)]
    public void Their_producer_ends_them(string name, bool isCommit)
    {
        KafkaDataSet set = Unpack(name);
        using RunningServer server = RunningServer.Of(set.Config, "--allow-unprotected");
        using WireClient client = WireClient.Connect(set.Bootstrap);
        DescribeTransactionsResponse.TransactionStateData found = Await(client, Open, "Ongoing");
        (long stable, long watermark) = (Latest(client, isolation: 1), Latest(client, isolation: 0));
        Assert.True(stable < watermark);
        EndTxnResponse ended = client.Ask<EndTxnResponse>(ApiKey.EndTxn, 3, new EndTxnRequest
        {
            TransactionalId = Open,
            ProducerId = found.ProducerId,
            ProducerEpoch = found.ProducerEpoch,
            Committed = isCommit,
        });
        Assert.Equal(0, ended.ErrorCode);
        Await(client, Open, isCommit ? "CompleteCommit" : "CompleteAbort");

        // One marker more, and nothing else held readers back on this partition.
        Assert.Equal((watermark + 1, watermark + 1), (Latest(client, isolation: 1), Latest(client, isolation: 0)));
        Assert.Equal(0, server.Stop().ExitCode);
    }

    private KafkaDataSet Unpack(string name) =>
        new(name, Directory.CreateDirectory(Path.Combine(folder, name)).FullName);

    /// <summary>Waits for a transaction's state; a test that waits for ever has failed.</summary>
    private static DescribeTransactionsResponse.TransactionStateData Await(WireClient client, string id, string state)
    {
        while (true)
        {
            DescribeTransactionsResponse.TransactionStateData found = Assert.Single(
                client.Ask<DescribeTransactionsResponse>(
                    ApiKey.DescribeTransactions,
                    0,
                    new DescribeTransactionsRequest { TransactionalIds = [id] }).TransactionStates);
            if (found.ErrorCode != (short)ErrorCode.CoordinatorLoadInProgress)
            {
                Assert.Equal(0, found.ErrorCode);
                if (found.TransactionState == state)
                {
                    return found;
                }
            }
        }
    }

    private static long Latest(WireClient client, sbyte isolation)
    {
        ListOffsetsResponse response = client.Ask<ListOffsetsResponse>(ApiKey.ListOffsets, 9, new ListOffsetsRequest
        {
            ReplicaId = -1,
            IsolationLevel = isolation,
            Topics =
            [
                new()
                {
                    Name = Topic,
                    Partitions = [new() { PartitionIndex = 0, CurrentLeaderEpoch = -1, Timestamp = -1 }],
                },
            ],
        });
        Assert.Equal(0, response.Topics[0].Partitions[0].ErrorCode);
        return response.Topics[0].Partitions[0].Offset;
    }
}
