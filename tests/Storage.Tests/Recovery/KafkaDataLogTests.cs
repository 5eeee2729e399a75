using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;
using Millrace.Storage.Tests.Directories;
using Millrace.Storage.Tests.Log;

namespace Millrace.Storage.Tests.Recovery;

/// <summary>
/// Every partition of the directories that Kafka left is opened, and answers what Kafka answered of it.
/// </summary>
[Trait("Data", "kafka-data")]
public sealed class KafkaDataLogTests
{
    [SharedTheory(SharedPart.KafkaData)]
    [InlineData("clean-4.4")]
    [InlineData("killed-4.4")]
    [InlineData("trio-4.4")]
    [InlineData("clean-3.9")]
    [InlineData("snapshot-4.4")]
    public void Every_partition_answers_as_kafka_did(string set)
    {
        using TemporaryFolder folder = new();
        using (Process tar = Process.Start(
            "tar", ["-xzf", Path.Join(SharedMaterial.KafkaData, set + ".tar.gz"), "-C", folder.Path]))
        {
            tar.WaitForExit();
            Assert.Equal(0, tar.ExitCode);
        }

        using JsonDocument expected = JsonDocument.Parse(
            File.ReadAllBytes(Path.Join(SharedMaterial.KafkaData, set + ".json")));
        Dictionary<string, List<JsonElement>> batches = ReadBatches(set);
        int compared = 0;
        foreach (string node in Directory.GetDirectories(folder.Path, "node-*").DefaultIfEmpty(folder.Path).Order())
        {
            compared += CompareNode(folder.Path, node, expected.RootElement, batches);
        }

        Assert.True(compared > 3, $"only {compared} partitions were compared");
    }

    private static Dictionary<string, List<JsonElement>> ReadBatches(string set)
    {
        Dictionary<string, List<JsonElement>> byFile = [];
        foreach (string line in File.ReadLines(Path.Join(SharedMaterial.KafkaData, set + ".batches.jsonl")))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement batch = document.RootElement.Clone();
            string file = batch.GetProperty("file").GetString()!;
            if (!byFile.TryGetValue(file, out List<JsonElement>? list))
            {
                byFile.Add(file, list = []);
            }

            list.Add(batch);
        }

        return byFile;
    }

    private static int CompareNode(
        string root, string node, JsonElement expected, Dictionary<string, List<JsonElement>> batches)
    {
        string data = Path.Join(node, "data");
        PosixFileSystem files = new();
        int nodeId = MetaProperties.Read(files, Path.Join(data, MetaProperties.FileName)).Value!.NodeId!.Value;
        using DirectoriesRig rig = new(files, data)
        {
            NodeId = nodeId,
            IsSimulated = false,
            ProducerExpirationMs = long.MaxValue / 4,
        };
        LogDirectories opened = rig.Open();
        Assert.Empty(rig.OfflinePartitions);
        int compared = 0;
        foreach (JsonProperty topic in expected.GetProperty("topics").EnumerateObject())
        {
            foreach (JsonElement partition in topic.Value.GetProperty("partitions").EnumerateArray())
            {
                if (!partition.GetProperty("replicas").EnumerateArray().Any(replica => replica.GetInt32() == nodeId))
                {
                    continue;
                }

                TopicPartition name = new(topic.Name, partition.GetProperty("partition").GetInt32());
                PartitionLog? log = opened.Logs.Find(name);
                Assert.True(log is not null, $"{name} was not opened");
                Compare(log, partition, nodeId);
                CompareBatches(log, Path.GetRelativePath(root, log.Folder), batches);
                compared++;
            }
        }

        Assert.True(opened.Close(brokerEpoch: 9));
        return compared;
    }

    private static void Compare(PartitionLog log, JsonElement expected, int nodeId)
    {
        log.AdvanceHighWatermark(log.LogEndOffset);
        string what = $"{log.Partition} of node {nodeId}";
        Assert.True(expected.GetProperty("logStartOffset").GetInt64() == log.LogStartOffset,
            $"start of {what}: {log.LogStartOffset}");
        if (!expected.TryGetProperty("readUncommitted", out JsonElement uncommitted))
        {
            // Internal topics went on being written to when the questions were asked.
            Assert.True(log.LogEndOffset <= expected.GetProperty("highWatermark").GetInt64(), $"end of {what}");
            return;
        }

        Assert.True(
            expected.GetProperty("highWatermark").GetInt64() == log.LogEndOffset, $"end of {what}: {log.LogEndOffset}");
        Assert.True(
            expected.GetProperty("lastStableOffset").GetInt64() == log.LastStableOffset,
            $"last stable offset of {what}: {log.LastStableOffset}");
        CompareRecords(what, uncommitted, Records(log, committed: false));
        if (expected.TryGetProperty("readCommitted", out JsonElement committed))
        {
            CompareRecords(what, committed, Records(log, committed: true));
        }

        CompareLookups(log, what, expected);
        foreach (JsonElement producer in expected.GetProperty("producers").EnumerateArray())
        {
            long id = producer.GetProperty("producerId").GetInt64();
            ProducerSnapshotEntry found = Assert.Single(log.DescribeProducers(), entry => entry.ProducerId == id);
            Assert.Equal(
                [
                    producer.GetProperty("producerEpoch").GetInt64(),
                    producer.GetProperty("lastSequence").GetInt64(),
                    producer.GetProperty("lastTimestamp").GetInt64(),
                    producer.GetProperty("coordinatorEpoch").GetInt64(),
                    producer.GetProperty("currentTransactionStartOffset").GetInt64(),
                ],
                new long[]
                {
                    found.ProducerEpoch,
                    found.LastSequence,
                    found.Timestamp,
                    found.CoordinatorEpoch,
                    found.CurrentTransactionFirstOffset,
                });
        }
    }

    private static void CompareLookups(PartitionLog log, string what, JsonElement expected)
    {
        foreach (JsonElement row in expected.GetProperty("offsetsForTimes").EnumerateArray())
        {
            long[] cells = [.. row.EnumerateArray().Select(cell => cell.GetInt64())];
            OffsetFound found = log.FindByTimestamp(cells[0]);
            Assert.True(
                found.Offset == cells[1] && found.Timestamp == cells[2] && found.LeaderEpoch == cells[3],
                $"{what}: time {cells[0]} found {found}, Kafka {string.Join(' ', cells)}");
        }

        long[] max = [.. expected.GetProperty("maxTimestamp").EnumerateArray().Select(cell => cell.GetInt64())];
        OffsetFound largest = log.FindMaxTimestamp();
        Assert.True(
            largest.Timestamp == max[0] && largest.Offset == max[1],
            $"{what}: largest timestamp {largest}, Kafka {max[0]} at {max[1]}");
        foreach (JsonElement row in expected.GetProperty("epochEnds").EnumerateArray())
        {
            long[] cells = [.. row.EnumerateArray().Select(cell => cell.GetInt64())];
            EpochEnd end = log.EndOfEpoch((int)cells[0]);
            Assert.True(end.Epoch == cells[1] && end.EndOffset == cells[2], $"{what}: epoch {cells[0]} ends {end}");
        }
    }

    private static void CompareBatches(PartitionLog log, string folder, Dictionary<string, List<JsonElement>> batches)
    {
        foreach (LogSegment segment in log.Segments)
        {
            string file = Path.Join(folder, Path.GetFileName(segment.File.Path));
            List<string> expected = [.. batches.GetValueOrDefault(file, [])
                .TakeWhile(batch => batch.GetProperty("crcValid").GetBoolean())
                .Select(batch => $"{batch.GetProperty("position")} {batch.GetProperty("size")} "
                    + $"{batch.GetProperty("baseOffset")} {batch.GetProperty("lastOffset")} "
                    + $"{batch.GetProperty("crc")}")];
            byte[] bytes = File.ReadAllBytes(segment.File.Path);
            Assert.Equal(segment.Size, bytes.Length);
            List<string> found = [];
            RecordBatches walk = new(bytes);
            while (walk.MoveNext())
            {
                RecordBatch batch = walk.Current;
                found.Add(
                    $"{walk.CurrentPosition} {batch.SizeInBytes} {batch.BaseOffset} {batch.LastOffset} {batch.Crc}");
            }

            Assert.True(walk.Position == bytes.Length, $"{file} ends in no batch");
            Assert.True(expected.SequenceEqual(found), $"{file}: {found.Count} batches, Kafka {expected.Count}");
        }
    }

    private static void CompareRecords(string what, JsonElement expected, List<string> lines)
    {
        Assert.True(expected.GetProperty("count").GetInt32() == lines.Count, $"{what}: {lines.Count} records");
        if (expected.TryGetProperty("records", out JsonElement listed))
        {
            int index = 0;
            foreach (JsonElement line in listed.EnumerateArray())
            {
                Assert.Equal(line.GetString(), lines[index++]);
            }
        }

        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string line in lines)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
        }

        Assert.Equal(expected.GetProperty("sha256").GetString(), Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static List<string> Records(PartitionLog log, bool committed)
    {
        List<string> lines = [];
        FileRange[] ranges = new FileRange[2];
        using BatchDecoder decoder = new(new DecompressionLimits(1L << 30, int.MaxValue));
        long offset = log.LogStartOffset;
        while (true)
        {
            List<AbortedTransaction> aborted = [];
            ReadPlan plan = log.Read(
                offset, 1 << 20, committed ? ReadBound.LastStable : ReadBound.HighWatermark, true, ranges, aborted);
            Assert.Equal(Protocol.ErrorCode.None, plan.Error);
            if (plan.RangeCount == 0)
            {
                return lines;
            }

            RecordBatches batches = new(LogRig.Bytes(plan, ranges));
            while (batches.MoveNext())
            {
                RecordBatch batch = batches.Current;
                offset = batch.NextOffset;
                if (batch.IsControl || (committed && IsAborted(batch, aborted)))
                {
                    continue;
                }

                RecordReader records = decoder.Read(batch);
                while (records.MoveNext())
                {
                    if (records.Current.Offset >= log.LogStartOffset)
                    {
                        lines.Add(Line(batch, records.Current));
                    }
                }
            }
        }
    }

    private static bool IsAborted(RecordBatch batch, List<AbortedTransaction> aborted)
    {
        foreach (AbortedTransaction transaction in aborted)
        {
            if (batch.IsTransactional
                && transaction.ProducerId == batch.ProducerId
                && transaction.FirstOffset <= batch.BaseOffset
                && batch.LastOffset <= transaction.LastOffset)
            {
                return true;
            }
        }

        return false;
    }

    private static string Line(RecordBatch batch, Protocol.Records.Record record)
    {
        StringBuilder line = new();
        string type = batch.TimestampType == TimestampType.LogAppendTime ? "LogAppendTime" : "CreateTime";
        line.Append(CultureInfo.InvariantCulture,
            $"{record.Offset}\t{type}\t{record.Timestamp}\t{batch.PartitionLeaderEpoch}\t");
        line.Append(
            Text(record.HasKey, record.Key)).Append('\t').Append(Text(record.HasValue, record.Value)).Append('\t');
        bool isFirst = true;
        foreach (RecordHeader header in record.Headers)
        {
            line.Append(isFirst ? "" : ",").Append(Convert.ToHexStringLower(header.Key)).Append('=');
            line.Append(Text(header.HasValue, header.Value));
            isFirst = false;
        }

        return line.ToString();
    }

    private static string Text(bool isPresent, ReadOnlySpan<byte> bytes) => !isPresent
        ? "-"
        : bytes.Length <= 64
            ? Convert.ToHexStringLower(bytes)
            : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}:{bytes.Length}";
}
