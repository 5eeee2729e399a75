using Millrace.Protocol.Records;
using Millrace.Storage.Simulation;
using Millrace.Storage.Tests.Directories;
using Millrace.Storage.Tests.Log;

namespace Millrace.Storage.Tests.Recovery;

/// <summary>
/// Files without a checksum of which a wrong byte would change what a reader is given: held against the log.
/// </summary>
public sealed class TransactionIndexFlipTests
{
    private const string Path0 = "/data";
    private const string Folder = "/data/topic-0";
    private static readonly LogConfig Config = new() { SegmentBytes = 900, IndexIntervalBytes = 100 };

    /// <summary>Two producers whose transactions overlap, over several segments; every other one is aborted.</summary>
    private static SimulatedFileSystem Written()
    {
        SimulatedFileSystem disk = new() { NowMs = LogRig.StartMs };
        using DirectoriesRig rig = new(disk, Path0) { Config = Config };
        rig.Format();
        LogDirectories directories = rig.Open();
        PartitionLog log = rig.Create(directories);
        for (int round = 0; round < 6; round++)
        {
            rig.Appends.AppendAndFlush(log, rig.Appends.Batch(2, header: LogRig.Transactional(7, 0, round * 2)));
            rig.Appends.AppendAndFlush(log, rig.Appends.Batch(3, header: LogRig.Transactional(9, 0, round * 3)));
            rig.Appends.AppendAndFlush(
                log, rig.Appends.Marker(7, 0, commit: round % 2 == 1), AppendOrigin.Coordinator);
            rig.Appends.AppendAndFlush(log, rig.Appends.Batch(valueBytes: 50));
            rig.Appends.AppendAndFlush(
                log, rig.Appends.Marker(9, 0, commit: round % 3 == 2), AppendOrigin.Coordinator);
            rig.Worker.RunAll();
        }

        Assert.True(log.Segments.Length > 2);
        Assert.True(directories.Close(brokerEpoch: 4));
        return disk;
    }

    /// <summary>Opens the directory; what a reader of committed records has to leave out, for every offset.</summary>
    private static List<string> Aborted(SimulatedFileSystem disk, out int repairs)
    {
        using DirectoriesRig rig = new(disk, Path0) { Config = Config };
        LogDirectories opened = rig.Open();
        Assert.Empty(rig.Cuts);
        Assert.Empty(rig.OfflinePartitions);
        PartitionLog log = opened.Logs.Find(new TopicPartition("topic", 0))!;
        log.AdvanceHighWatermark(log.LogEndOffset);
        List<string> found = [];
        FileRange[] ranges = new FileRange[1];
        for (long offset = 0; offset < log.LogEndOffset; offset++)
        {
            List<AbortedTransaction> aborted = [];
            ReadPlan plan = log.Read(offset, 400, ReadBound.LastStable, minOneBatch: true, ranges, aborted);
            Assert.Equal(Protocol.ErrorCode.None, plan.Error);
            foreach (RecordRange data in Data(plan, ranges))
            {
                bool leftOut = aborted.Exists(entry => entry.ProducerId == data.ProducerId
                    && entry.FirstOffset <= data.Base && data.Base <= entry.LastOffset);
                found.Add($"{offset}: {data.Base} of {data.ProducerId} {(leftOut ? "aborted" : "seen")}");
            }
        }

        repairs = rig.Repairs.Count;
        rig.Appends.AppendAndFlush(log, rig.Appends.Batch(header: LogRig.Transactional(11, 0, 0)));
        rig.Appends.AppendAndFlush(log, rig.Appends.Marker(11, 0, commit: false), AppendOrigin.Coordinator);
        disk.Kill();
        return found;
    }

    private static List<RecordRange> Data(ReadPlan plan, FileRange[] ranges)
    {
        List<RecordRange> data = [];
        RecordBatches batches = new(LogRig.Bytes(plan, ranges));
        while (batches.MoveNext())
        {
            if (!batches.Current.IsControl)
            {
                data.Add(new RecordRange(batches.Current.ProducerId, batches.Current.BaseOffset));
            }
        }

        return data;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_bit_of_every_transaction_index_flipped_is_found_and_readers_see_no_difference(bool isClean)
    {
        SimulatedFileSystem disk = Written();
        if (!isClean)
        {
            Assert.Equal(IoError.None, disk.Delete($"{Path0}/{CleanShutdownMarker.FileName}"));
        }

        DiskImage before = DiskImage.Of(disk, Path0, Folder);
        List<string> expected = Aborted(disk, out int repairs);
        Assert.Equal(0, repairs);
        Assert.Contains(expected, line => line.EndsWith("aborted", StringComparison.Ordinal));
        string[] indexes = [.. before.Files.Keys.Where(path => path.EndsWith(".txnindex", StringComparison.Ordinal))];
        Assert.True(indexes.Length > 1);
        foreach (string file in indexes)
        {
            for (int bit = 0; bit < before.Files[file].Length * 8; bit++)
            {
                before.PutBack(disk);
                disk.Rot(file, bit / 8, (byte)(1 << (bit % 8)));
                List<string> found = Aborted(disk, out repairs);
                Assert.True(expected.SequenceEqual(found), $"{file} bit {bit}, {repairs} repairs");
            }
        }
    }

    [Fact]
    public void Every_byte_of_the_checkpoint_of_log_starts_flipped_is_found_or_moves_the_start_within_the_log()
    {
        SimulatedFileSystem disk = Written();
        string file = $"{Path0}/{OffsetCheckpoint.LogStartFile}";
        disk.Put(file, "0\n1\ntopic 0 12\n"u8);
        DiskImage before = DiskImage.Of(disk, Path0, Folder);
        for (int bit = 0; bit < before.Files[file].Length * 8; bit++)
        {
            before.PutBack(disk);
            disk.Rot(file, bit / 8, (byte)(1 << (bit % 8)));
            using DirectoriesRig rig = new(disk, Path0) { Config = Config };
            PartitionLog log = rig.Open().Logs.Find(new TopicPartition("topic", 0))!;
            Assert.Empty(rig.OfflinePartitions);
            Assert.InRange(log.LogStartOffset, 0, log.LogEndOffset);
            long first = DirectoriesRig.Contents(log).First().Key;
            Assert.True(first <= log.LogStartOffset, $"bit {bit}: {first}, {log.LogStartOffset}");
            Assert.Equal(48, log.LogEndOffset);
            rig.Appends.AppendAndFlush(log, rig.Appends.Batch());
            disk.Kill();
        }
    }

    private readonly record struct RecordRange(long ProducerId, long Base);
}
