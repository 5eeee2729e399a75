using System.Diagnostics;
using System.Text.Json;
using Millrace.Base;
using Millrace.Coordination.Runtime;
using Millrace.Coordination.Transactions;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;

namespace Millrace.Coordination.Tests.Transactions;

/// <summary>Transaction logs that Kafka wrote, loaded: what is open stays so until it times out, as in Kafka.</summary>
[Trait("Data", "kafka-data")]
public sealed class KafkaDataTests
{
    [SharedTheory(SharedPart.KafkaData)]
    [InlineData("clean-4.4")]
    [InlineData("killed-4.4")]
    [InlineData("trio-4.4")]
    [InlineData("clean-3.9")]
    public void Transactional_ids_are_what_kafka_answers_before_and_after_their_timeout(string set)
    {
        JsonElement expected = JsonDocument.Parse(File.ReadAllText(
            Path.Join(SharedMaterial.KafkaData, set + ".json"))).RootElement;
        JsonElement before = expected.GetProperty("transactions");
        JsonElement open = before.GetProperty("tx-open");
        ManualClock clock = new(open.GetProperty("startTimeMs").GetInt64() + 1000);
        using Transacted one = new(leads: false, clock: clock);
        Load(one.Log, set);
        one.Lead();
        Assert.Equal(
            before.EnumerateObject().Select(id => id.Name).Order(),
            one.List().TransactionStates.Select(state => state.TransactionalId).Order());
        foreach (JsonProperty id in before.EnumerateObject())
        {
            Check(id.Value, one.Describe(id.Name));
        }

        one.Advance(120_000);
        one.Markers.AnswerAll();
        one.Advance(100);
        foreach (string id in new[] { "tx-open", "tx-open-offsets" })
        {
            DescribeTransactionsResponse.TransactionStateData after = one.Describe(id);
            Assert.Equal(("CompleteAbort", (short)1), (after.TransactionState, after.ProducerEpoch));
            Assert.Equal(before.GetProperty(id).GetProperty("startTimeMs").GetInt64(), after.TransactionStartTimeMs);
        }
    }

    [SharedFact]
    public void Records_are_read_and_written_exactly()
    {
        int count = 0;
        string folder = Path.Join(SharedMaterial.Golden, "transaction-coordinator");
        byte[] key = [0, 0, 0, 1, (byte)'x'];
        foreach (string line in File.ReadLines(Path.Join(folder, "TransactionLogValue.jsonl")))
        {
            using JsonDocument golden = JsonDocument.Parse(line);
            byte version = golden.RootElement.GetProperty("version").GetByte();
            byte[] value = [0, version, .. Convert.FromHexString(golden.RootElement.GetProperty("hex").GetString()!)];
            Assert.True(CoordinatorRecordFormat.TryDecode(
                RecordLog.TransactionState, key, value, true, out CoordinatorRecord? record, out DecodeError error),
                $"{error}");
            Assert.Equal("x", ((TransactionLogKey)record.Key).TransactionalId);
            Assert.Equal(key, CoordinatorRecordFormat.EncodeKey(record));
            Assert.Equal(value, CoordinatorRecordFormat.EncodeValue(record));
            count++;
        }

        Assert.True(count >= 4, $"only {count} golden records");
    }

    [Fact]
    public void A_state_survives_its_record()
    {
        Transaction state = new()
        {
            Id = "x",
            ProducerId = 7,
            PreviousProducerId = 6,
            NextProducerId = 8,
            ProducerEpoch = 9,
            TimeoutMs = 1000,
            State = TransactionState.PrepareCommit,
            Partitions = PartitionSet.Of([new("u", 1), new("t", 2), new("t", 0)]),
            StartMs = 5,
            UpdateMs = 6,
            ClientVersion = 2,
        };
        CoordinatorRecord record = TransactionRecords.Of(state, serverVersion: 2);
        Assert.True(CoordinatorRecordFormat.TryDecode(
            RecordLog.TransactionState, CoordinatorRecordFormat.EncodeKey(record),
            CoordinatorRecordFormat.EncodeValue(record), true, out CoordinatorRecord? read, out _));
        Assert.Equal(state, TransactionRecords.Read("x", (TransactionLogValue)read.Value!));
    }

    private static void Check(JsonElement expected, DescribeTransactionsResponse.TransactionStateData described)
    {
        Assert.Equal(expected.GetProperty("state").GetString(), described.TransactionState);
        Assert.Equal(expected.GetProperty("producerId").GetInt64(), described.ProducerId);
        Assert.Equal(expected.GetProperty("producerEpoch").GetInt16(), described.ProducerEpoch);
        Assert.Equal(expected.GetProperty("timeoutMs").GetInt32(), described.TransactionTimeoutMs);
        Assert.Equal(expected.GetProperty("startTimeMs").GetInt64(), described.TransactionStartTimeMs);
        Assert.Equal(
            expected.GetProperty("partitions").EnumerateArray().Select(one => one.GetString()).Order(),
            described.Topics.SelectMany(topic => topic.Partitions.Select(one => $"{topic.Topic}-{one}")).Order());
    }

    // All partitions go into one log: an id's records are of one partition each, so their order stays.
    private static void Load(SimulatedLog log, string set)
    {
        string folder = Directory.CreateTempSubdirectory("millrace").FullName;
        try
        {
            using Process tar = Process.Start(
                "tar", ["-xzf", Path.Join(SharedMaterial.KafkaData, set + ".tar.gz"), "-C", folder]);
            tar.WaitForExit();
            Assert.Equal(0, tar.ExitCode);
            IEnumerable<IGrouping<string, string>> partitions = Directory
                .GetDirectories(folder, "__transaction_state-*", SearchOption.AllDirectories)
                .GroupBy(path => Path.GetFileName(path));
            foreach (IGrouping<string, string> partition in partitions)
            {
                string longest = partition.MaxBy(
                    path => new DirectoryInfo(path).GetFiles("*.log").Sum(file => file.Length))!;
                foreach (string file in Directory.GetFiles(longest, "*.log").Order())
                {
                    Load(log, File.ReadAllBytes(file));
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Assert.True(log.EndOffset > 0, "no records in any partition");
    }

    private static void Load(SimulatedLog log, byte[] bytes)
    {
        RecordBatches walk = new(bytes);
        while (walk.MoveNext() && walk.Current.Check() == RecordFault.None)
        {
            byte[] batch = walk.Current.Bytes.ToArray();
            System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(batch, log.EndOffset);
            log.Load(batch);
        }
    }
}
