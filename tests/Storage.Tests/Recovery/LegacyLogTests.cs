using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;
using Millrace.Storage.Tests.Directories;
using Millrace.Storage.Tests.Log;

namespace Millrace.Storage.Tests.Recovery;

/// <summary>Logs whose sealed segments Kafka wrote before 0.11: message sets of magic 0 and 1.</summary>
[Trait("Data", "golden")]
public sealed class LegacyLogTests
{
    private static readonly string[] Sets =
    [
        "v0-none", "v0-gzip", "v0-snappy", "v0-lz4", "v0-nulls", "v0-gzip-compacted",
        "v1-none", "v1-gzip", "v1-snappy", "v1-lz4", "v1-nulls", "v1-none-log-append-time",
        "v1-gzip-log-append-time", "v1-lz4-log-append-time", "v1-snappy-log-append-time", "v1-gzip-compacted", "mixed",
    ];

    /// <summary>A record as it is found without the engine: by reading the set's own bytes.</summary>
    private readonly record struct Found(long Offset, long Timestamp);

    private static List<Found> RecordsOf(ReadOnlySpan<byte> bytes)
    {
        List<Found> found = [];
        using BatchDecoder decoder = new(new DecompressionLimits(1L << 30, int.MaxValue));
        RecordBatches batches = new(bytes);
        while (batches.MoveNext())
        {
            RecordReader records = decoder.Read(batches.Current);
            while (records.MoveNext())
            {
                found.Add(new Found(records.Current.Offset, records.Current.Timestamp));
            }

            Assert.Equal(RecordFault.None, records.Fault);
        }

        return found;
    }

    private static string LogFile(string folder, long baseOffset) =>
        Path.Join(folder, new SegmentFileName(baseOffset, SegmentFileKind.Log).ToString());

    public static TheoryData<string> SetNames => new(Sets);

    [SharedTheory(SharedPart.Golden)]
    [MemberData(nameof(SetNames))]
    public void A_sealed_segment_of_an_old_message_set_is_recovered_read_and_looked_up(string set)
    {
        foreach (bool isClean in (bool[])[false, true])
        {
            byte[] old = File.ReadAllBytes(Path.Join(SharedMaterial.Golden, "records", "legacy", set + ".bin"));
            List<Found> records = RecordsOf(old);
            using TemporaryFolder disk = new();
            using DirectoriesRig rig = new(new PosixFileSystem(), disk.Path) { IsSimulated = false };
            rig.Format();
            string folder = Path.Join(disk.Path, "topic-0");
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(LogFile(folder, 0), old);
            long next = records[^1].Offset + 1;
            File.WriteAllBytes(LogFile(folder, next), []);

            // Compacted sets have gaps, which a log that may have them is allowed.
            rig.Config = new LogConfig { Compacts = set.EndsWith("compacted", StringComparison.Ordinal) };
            if (isClean)
            {
                File.WriteAllBytes(Path.Join(disk.Path, CleanShutdownMarker.FileName), "{\"version\":0}"u8);
            }

            LogDirectories opened = rig.Open();
            Assert.Empty(rig.OfflinePartitions);
            Assert.Empty(rig.Cuts);
            PartitionLog log = opened.Logs.Find(new TopicPartition("topic", 0))!;
            Assert.Equal(next, log.LogEndOffset);
            log.AdvanceHighWatermark(next);
            Check(log, old, records);

            rig.Config = new LogConfig();
            log.Config = rig.Config;
            AppendResult appended = rig.Appends.AppendAndFlush(log, rig.Appends.Batch(2));
            Assert.Equal(next, appended.FirstOffset);
            Assert.True(opened.Close(brokerEpoch: 1));

            // What the close left is opened again as it is.
            LogDirectories again = rig.Open();
            Assert.Empty(rig.Repairs);
            log = again.Logs.Find(new TopicPartition("topic", 0))!;
            Assert.Equal(next + 2, log.LogEndOffset);
            Check(log, old, records);
            Assert.True(again.Close(brokerEpoch: 2));
        }
    }

    private static void Check(PartitionLog log, byte[] old, List<Found> records)
    {
        FileRange[] ranges = new FileRange[1];
        foreach (Found record in records)
        {
            ReadPlan plan = log.Read(record.Offset, 1, ReadBound.HighWatermark, minOneBatch: true, ranges);
            Assert.Equal(Protocol.ErrorCode.None, plan.Error);
            Assert.Contains(record, RecordsOf(LogRig.Bytes(plan, ranges)));
        }

        ReadPlan whole = log.Read(log.LogStartOffset, old.Length, ReadBound.HighWatermark, true, ranges);
        Assert.Equal(old, LogRig.Bytes(whole, ranges));
        foreach (long time in records.Select(record => record.Timestamp).Where(time => time >= 0).Distinct())
        {
            Found first = records.First(record => record.Timestamp >= time);
            OffsetFound found = log.FindByTimestamp(time);
            Assert.Equal((first.Offset, first.Timestamp), (found.Offset, found.Timestamp));
        }
    }
}
