using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Millrace.Base;

namespace Millrace.Storage.Tests;

/// <summary>
/// Every small file and index in the data directories that Kafka left, held against what Kafka says is inside.
/// </summary>
[Trait("Data", "kafka-data")]
public sealed class KafkaDataFileTests
{
    [SharedTheory(SharedPart.KafkaData)]
    [InlineData("clean-4.4")]
    [InlineData("killed-4.4")]
    [InlineData("trio-4.4")]
    [InlineData("clean-3.9")]
    [InlineData("snapshot-4.4")]
    public void Every_file_reads_as_kafka_says(string set)
    {
        using TemporaryFolder folder = new();
        Unpack(Path.Join(SharedMaterial.KafkaData, set + ".tar.gz"), folder.Path);
        Dictionary<string, int> checkedByKind = [];
        foreach (FileExpectation line in FileExpectation.ReadAll(
            Path.Join(SharedMaterial.KafkaData, set + ".files.jsonl")))
        {
            string kind = Check(line, Path.Join(folder.Path, line.File));
            checkedByKind[kind] = checkedByKind.GetValueOrDefault(kind) + 1;
        }

        string[] kinds = [".index", ".timeindex", ".txnindex", ".snapshot", "checkpoint", "json", "properties"];
        foreach (string kind in kinds)
        {
            bool mayLack = kind == ".txnindex" && set == "snapshot-4.4";
            Assert.True(mayLack || checkedByKind.GetValueOrDefault(kind) > 0, $"no {kind} in {set}");
        }
    }

    private static void Unpack(string archive, string target)
    {
        // GNU tar keeps the holes of preallocated indexes: 10 MB each.
        using Process tar = Process.Start("tar", ["-xzf", archive, "-C", target]);
        tar.WaitForExit();
        Assert.Equal(0, tar.ExitCode);
    }

    private static string Check(FileExpectation line, string path)
    {
        Assert.Equal(line["size"].GetInt64(), new FileInfo(path).Length);
        if (line.Name.EndsWith(".deleted", StringComparison.Ordinal)
            || line.Name is "server.properties" or ".lock"
            || line.Fields.TryGetProperty("validBatchesEnd", out _))
        {
            return "other";
        }

        if (!SegmentFileName.TryParse(line.Name, out SegmentFileName name))
        {
            return CheckSmallFile(line, File.ReadAllBytes(path));
        }

        Assert.Equal(line.Name, name.ToString());
        switch (name.Kind)
        {
            case SegmentFileKind.OffsetIndex:
                CheckOffsetIndex(line, path, name.Offset);
                break;
            case SegmentFileKind.TimeIndex:
                CheckTimeIndex(line, path, name.Offset);
                break;
            case SegmentFileKind.TransactionIndex:
                CheckTransactionIndex(line, path, name.Offset);
                break;
            default:
                CheckSnapshot(line, path);
                break;
        }

        return SegmentFileName.SuffixOf(name.Kind);
    }

    private static void CheckOffsetIndex(FileExpectation line, string path, long baseOffset)
    {
        OffsetIndex index = FileExpectation.OpenOffsetIndex(path, baseOffset);
        List<long[]> expected = [.. line.Rows().Select(row => new[] { baseOffset + row[0], row[1] })];
        if (Rises(expected, strictSecond: true))
        {
            Assert.Null(index.Damage);
            Assert.Equal(expected, FileExpectation.EntriesOf(index));
        }
        else
        {
            Assert.NotNull(index.Damage);
            Assert.Equal(0, index.Count);
        }
    }

    private static void CheckTimeIndex(FileExpectation line, string path, long baseOffset)
    {
        TimeIndex index = FileExpectation.OpenTimeIndex(path, baseOffset);
        List<long[]> expected = [.. line.Rows().Select(row => new[] { row[0], baseOffset + row[1] })];
        if (Rises(expected, strictSecond: false))
        {
            Assert.Null(index.Damage);
            Assert.Equal(expected, FileExpectation.EntriesOf(index));
        }
        else
        {
            Assert.NotNull(index.Damage);
            Assert.Equal(0, index.Count);
        }
    }

    private static bool Rises(List<long[]> rows, bool strictSecond)
    {
        for (int row = 1; row < rows.Count; row++)
        {
            if (rows[row][0] <= rows[row - 1][0] || rows[row][1] < rows[row - 1][1] + (strictSecond ? 1 : 0))
            {
                return false;
            }
        }

        return true;
    }

    private static void CheckTransactionIndex(FileExpectation line, string path, long baseOffset)
    {
        Assert.Null(TransactionIndex.Parse(File.ReadAllBytes(path), baseOffset, out AbortedTransaction[] entries));
        Assert.Equal(
            line.Entries("producerId", "firstOffset", "lastOffset", "lastStableOffset"),
            entries.Select(
                entry => new[] { entry.ProducerId, entry.FirstOffset, entry.LastOffset, entry.LastStableOffset }));
    }

    private static void CheckSnapshot(FileExpectation line, string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        string? damage = ProducerSnapshot.Parse(bytes, out ProducerSnapshotEntry[]? entries);
        if (bytes.Length < 10 || Crc32C.Compute(bytes.AsSpan(6)) != line["crc"].GetUInt32())
        {
            Assert.NotNull(damage);
            return;
        }

        Assert.Null(damage);
        Assert.Equal(bytes, ProducerSnapshot.Format(entries));
        Assert.Equal(
            line.Entries(
                "producerId",
                "producerEpoch",
                "lastSequence",
                "lastOffset",
                "offsetDelta",
                "timestamp",
                "coordinatorEpoch",
                "currentTxnFirstOffset"),
            entries!.Select(entry => new[]
            {
                entry.ProducerId,
                entry.ProducerEpoch,
                entry.LastSequence,
                entry.LastOffset,
                entry.OffsetDelta,
                entry.Timestamp,
                entry.CoordinatorEpoch,
                entry.CurrentTransactionFirstOffset,
            }));
    }

    private static string CheckSmallFile(FileExpectation line, byte[] bytes)
    {
        string[] lines = [.. line["entries"].EnumerateArray().Select(entry => entry.GetString()!)];
        switch (line.Name)
        {
            case LeaderEpochCheckpoint.FileName:
                Assert.Null(LeaderEpochCheckpoint.Parse(bytes, out LeaderEpochCheckpoint? epochs));
                Assert.Equal(bytes.Length == 0 ? "0\n0\n"u8.ToArray() : bytes, epochs!.Format());
                return "checkpoint";
            case PartitionMetadata.FileName:
                Assert.Null(PartitionMetadata.Parse(bytes, out PartitionMetadata? metadata));
                Assert.Equal(bytes, metadata!.Format());
                return "metadata";
            case CleanShutdownMarker.FileName:
                Assert.Null(CleanShutdownMarker.Parse(bytes, out CleanShutdownMarker? marker));
                Assert.True(bytes.Length == 0 || marker!.Format().AsSpan().SequenceEqual(bytes));
                return "json";
            case QuorumState.FileName:
                Assert.Null(QuorumState.Parse(bytes, out QuorumState? state));
                Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(state!.Format()));
                return "json";
            case MetaProperties.FileName:
                Assert.Null(MetaProperties.Parse(bytes, out MetaProperties? properties));
                DateTime date = DateTime.ParseExact(
                    lines[1], "'#'ddd MMM dd HH:mm:ss 'UTC' yyyy", CultureInfo.InvariantCulture);
                string written = Encoding.ASCII.GetString(properties!.Format(new DateTimeOffset(date, TimeSpan.Zero)));
                Assert.Equal(lines.Order(), written.TrimEnd('\n').Split('\n').Order());
                return "properties";
            case OffsetCheckpoint.RecoveryPointFile:
            case OffsetCheckpoint.LogStartFile:
            case OffsetCheckpoint.HighWatermarkFile:
            case OffsetCheckpoint.CleanerFile:
                Assert.Null(OffsetCheckpoint.Parse(bytes, out OffsetCheckpoint? checkpoint));
                Assert.Equal(
                    bytes.Length == 0 ? ["0", "0"] : lines.Order(),
                    Encoding.UTF8.GetString(checkpoint!.Format()).TrimEnd('\n').Split('\n').Order());
                return "checkpoint";
            default:
                Assert.Fail($"{line.File} is of no kind that is known");
                return "";
        }
    }
}
