using System.Text;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;

namespace Millrace.Server.Tests;

/// <summary>A transaction that no coordinator knows of, and Kafka's tool that finds and ends it.</summary>
[Trait("Kind", "native")]
[Collection(AloneInTheMachine.Name)]
public sealed class HangingTransactionTests : IDisposable
{
    private const string Topic = "hung";
    private const long Producer = 777_000;

    private readonly string folder = Directory.CreateTempSubdirectory("millrace-hanging-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [NativeBesideKafkaFact]
    public void Kafkas_tool_finds_it_and_aborts_it()
    {
        // Without verification a leader believes old clients, and that is how such transactions come about.
        using RunningServer server = new(
            folder, "--set", "node.id=1", "--set", "transaction.partition.verification.enable=false");
        using WireClient client = WireClient.Connect(server.Address);
        Create(client);
        Produce(client);
        Assert.Equal((0L, 1L), (Latest(client, isolation: 1), Latest(client, isolation: 0)));

        string found = Tool(server, "find-hanging", "--broker-id", "1", "--max-transaction-timeout", "15");
        Assert.Contains($"{Producer}", found, StringComparison.Ordinal);
        Assert.Contains(Topic, found, StringComparison.Ordinal);
        string described = Tool(server, "describe-producers", "--topic", Topic, "--partition", "0");
        Assert.Contains($"{Producer}", described, StringComparison.Ordinal);
        Tool(server, "abort", "--topic", Topic, "--partition", "0", "--start-offset", "0");
        Assert.Equal((2L, 2L), (Latest(client, isolation: 1), Latest(client, isolation: 0)));
        Assert.DoesNotContain(
            $"{Producer}",
            Tool(server, "find-hanging", "--broker-id", "1", "--max-transaction-timeout", "15"),
            StringComparison.Ordinal);
        Assert.Equal(0, server.Stop().ExitCode);
    }

    private static string Tool(RunningServer server, params string[] arguments)
    {
        ProgramRun run = KafkaMaterial.Tool(
            ["kafka-transactions", "--bootstrap-server", server.Address, .. arguments]);
        run.MustEndWell();
        return run.Output;
    }

    private static void Create(WireClient client)
    {
        CreateTopicsResponse created = client.Ask<CreateTopicsResponse>(
            ApiKey.CreateTopics,
            7,
            new CreateTopicsRequest
            {
                Topics = [new() { Name = Topic, NumPartitions = 1, ReplicationFactor = 1 }],
            });
        Assert.Equal(0, created.Topics[0].ErrorCode);
    }

    private static void Produce(WireClient client)
    {
        using BatchBuilder builder = new();
        builder.Begin(new NewBatch
        {
            ProducerId = Producer, ProducerEpoch = 3, BaseSequence = 0, IsTransactional = true,
        });
        builder.Append(
            DateTimeOffset.UtcNow.AddHours(-2).ToUnixTimeMilliseconds(), RecordField.Null, Encoding.UTF8.GetBytes("x"));
        ProduceResponse response = client.Ask<ProduceResponse>(ApiKey.Produce, 9, new ProduceRequest
        {
            TransactionalId = "gone",
            Acks = -1,
            TimeoutMs = 30_000,
            TopicData =
            [
                new()
                {
                    Name = Topic,
                    PartitionData = [new() { Index = 0, Records = builder.Finish().ToArray() }],
                },
            ],
        });
        Assert.Equal(0, response.Responses[0].PartitionResponses[0].ErrorCode);
    }

    private static long Latest(WireClient client, sbyte isolation) => client.Ask<ListOffsetsResponse>(
        ApiKey.ListOffsets,
        9,
        new ListOffsetsRequest
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
        }).Topics[0].Partitions[0].Offset;
}
