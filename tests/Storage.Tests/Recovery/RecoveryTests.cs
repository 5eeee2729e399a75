using Millrace.Protocol.Records;
using Millrace.Storage.Simulation;
using Millrace.Storage.Tests.Directories;
using Millrace.Storage.Tests.Log;

namespace Millrace.Storage.Tests.Recovery;

/// <summary>
/// What a start makes of damage: torn tails are cut, corruption takes one partition offline, indexes heal.
/// </summary>
public sealed class RecoveryTests
{
    private const string Path0 = "/data";
    private const string Folder = "/data/topic-0";
    private static readonly TopicPartition Name = new("topic", 0);

    /// <summary>
    /// A log of several segments, stopped cleanly: batches with producers, transactions, three epochs.
    /// </summary>
    private static SimulatedFileSystem Written(LogConfig config, out SortedDictionary<long, byte[]> contents)
    {
        SimulatedFileSystem disk = new() { NowMs = LogRig.StartMs };
        using DirectoriesRig rig = new(disk, Path0) { Config = config };
        rig.Format();
        LogDirectories directories = rig.Open();
        PartitionLog log = rig.Create(directories);
        rig.Create(directories, "other");
        for (int index = 0; index < 30; index++)
        {
            int epoch = index / 10;
            byte[] batch = (index % 4) switch
            {
                0 => rig.Appends.Batch(3, valueBytes: 40, timestamp: LogRig.StartMs + (index * 1000)),
                1 => rig.Appends.Batch(2, header: LogRig.Idempotent(7, 0, index / 4 * 2)),
                2 => rig.Appends.Batch(1, header: LogRig.Transactional(9, 0, index / 4)),
                _ => rig.Appends.Marker(9, 0, commit: index % 8 == 3),
            };
            AppendOrigin origin = index % 4 == 3 ? AppendOrigin.Coordinator : AppendOrigin.Client;
            rig.Appends.AppendAndFlush(log, batch, origin, epoch);
            rig.Worker.RunAll();
        }

        contents = DirectoriesRig.Contents(log);
        Assert.True(directories.Close(brokerEpoch: 4));
        return disk;
    }

    private static LogConfig SmallSegments => new() { SegmentBytes = 700, IndexIntervalBytes = 100 };

    private static void MakeUnclean(SimulatedFileSystem disk) =>
        Assert.Equal(IoError.None, disk.Delete($"{Path0}/{CleanShutdownMarker.FileName}"));

    private static string[] FilesEnding(SimulatedFileSystem disk, string suffix)
    {
        List<DirectoryEntry> entries = [];
        Assert.Equal(IoError.None, disk.List(Folder, entries));
        return [.. entries.Select(entry => entry.Name)
            .Where(name => name.EndsWith(suffix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    private static void Equal(SortedDictionary<long, byte[]> expected, SortedDictionary<long, byte[]> found)
    {
        Assert.Equal(expected.Keys, found.Keys);
        foreach ((long offset, byte[] bytes) in expected)
        {
            Assert.Equal(bytes, found[offset]);
        }
    }

    [Fact]
    public void A_clean_stop_is_opened_as_it_was_without_reading_the_logs()
    {
        SimulatedFileSystem disk = Written(SmallSegments, out SortedDictionary<long, byte[]> contents);
        using DirectoriesRig rig = new(disk, Path0) { Config = SmallSegments };
        LogDirectories opened = rig.Open();
        Assert.Equal(4, opened.All[0].PreviousBrokerEpoch);
        Assert.Null(disk.Peek($"{Path0}/{CleanShutdownMarker.FileName}"));
        PartitionLog log = opened.Logs.Find(Name)!;
        Assert.Empty(rig.Repairs);
        Assert.Empty(rig.Cuts);
        Equal(contents, DirectoriesRig.Contents(log));
        Assert.Equal(log.LogEndOffset, log.HighWatermark);
        Assert.Equal([7L, 9L], log.DescribeProducers().Select(entry => entry.ProducerId).Order());
        Assert.Equal([0, 1, 2], log.Epochs.Entries.ToArray().Select(entry => entry.Epoch));
        Assert.Equal(["/data 2/2"], rig.ProgressLines);
    }

    [Fact]
    public void An_unclean_stop_gives_the_same_log_and_the_same_state_and_files()
    {
        SimulatedFileSystem disk = Written(SmallSegments, out SortedDictionary<long, byte[]> contents);
        using DirectoriesRig rig = new(disk, Path0) { Config = SmallSegments };
        LogDirectories opened = rig.Open();
        ProducerSnapshotEntry[] producers = opened.Logs.Find(Name)!.DescribeProducers();
        EpochStart[] epochs = opened.Logs.Find(Name)!.Epochs.Entries.ToArray();
        Dictionary<string, byte[]?> indexes = FilesEnding(disk, "index")
            .ToDictionary(name => name, name => disk.Peek($"{Folder}/{name}"));
        disk.Kill();
        foreach (string name in indexes.Keys.Concat(FilesEnding(disk, ".snapshot")))
        {
            disk.Put($"{Folder}/{name}", [1, 2, 3]);
        }

        disk.Put($"{Path0}/{OffsetCheckpoint.RecoveryPointFile}", "0\n0\n"u8);
        disk.Put($"{Folder}/{LeaderEpochCheckpoint.FileName}", "junk"u8);
        PartitionLog log = rig.Open().Logs.Find(Name)!;
        Assert.Empty(rig.Cuts);
        Equal(contents, DirectoriesRig.Contents(log));
        Assert.Equal(
            producers.OrderBy(entry => entry.ProducerId), log.DescribeProducers().OrderBy(entry => entry.ProducerId));
        Assert.Equal(epochs, log.Epochs.Entries.ToArray());
        Assert.Equal(
            indexes.Where(pair => pair.Key.EndsWith(".txnindex", StringComparison.Ordinal) && pair.Value!.Length > 0)
                .Select(pair => Convert.ToHexString(pair.Value!)),
            FilesEnding(disk, ".txnindex").Select(name => disk.Peek($"{Folder}/{name}")!)
                .Where(bytes => bytes.Length > 0).Select(Convert.ToHexString));
    }

    [Fact]
    public void The_last_three_batches_cut_at_every_byte_leave_the_whole_ones_and_say_what_went()
    {
        SimulatedFileSystem disk = Written(new LogConfig(), out SortedDictionary<long, byte[]> contents);
        string file = $"{Folder}/{FilesEnding(disk, ".log")[^1]}";
        byte[] whole = disk.Peek(file)!;
        int[] ends = [.. Ends(whole)];
        for (int length = ends[^4]; length < whole.Length; length++)
        {
            disk.Put(file, whole.AsSpan(0, length));
            MakeUncleanIfMarked(disk);
            using DirectoriesRig rig = new(disk, Path0);
            PartitionLog log = rig.Open().Logs.Find(Name)!;
            int kept = ends.Count(end => end <= length);
            Equal(First(contents, kept), DirectoriesRig.Contents(log));
            Assert.Equal(ends[kept - 1], disk.Peek(file)!.Length);
            if (ends.Contains(length))
            {
                Assert.Empty(rig.Cuts);
            }
            else
            {
                TailCut cut = Assert.Single(rig.Cuts);
                Assert.Equal((file, ends[kept - 1], log.LogEndOffset, length - ends[kept - 1]),
                    (cut.File, cut.Position, cut.Offset, cut.Bytes));
                Assert.Contains(file, cut.ToString(), StringComparison.Ordinal);
            }

            disk.Kill();
        }
    }

    private static void MakeUncleanIfMarked(SimulatedFileSystem disk)
    {
        if (disk.Peek($"{Path0}/{CleanShutdownMarker.FileName}") is not null)
        {
            MakeUnclean(disk);
        }
    }

    private static List<int> Ends(byte[] log)
    {
        List<int> ends = [];
        RecordBatches batches = new(log);
        while (batches.MoveNext())
        {
            ends.Add(batches.Position);
        }

        return ends;
    }

    private static SortedDictionary<long, byte[]> First(SortedDictionary<long, byte[]> contents, int count) =>
        new(contents.Take(count).ToDictionary(pair => pair.Key, pair => pair.Value));

    [Fact]
    public void Every_bit_of_the_last_batchs_header_flipped_is_found_or_changes_no_record()
    {
        SimulatedFileSystem disk = Written(new LogConfig(), out SortedDictionary<long, byte[]> contents);
        string file = $"{Folder}/{FilesEnding(disk, ".log")[^1]}";
        byte[] whole = disk.Peek(file)!;
        int start = Ends(whole)[^2];
        MakeUnclean(disk);
        for (int bit = 0; bit < BatchLayout.HeaderSize * 8; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[start + (bit / 8)] ^= (byte)(1 << (bit % 8));
            disk.Put(file, damaged);
            using DirectoriesRig rig = new(disk, Path0);
            PartitionLog log = rig.Open().Logs.Find(Name)!;
            SortedDictionary<long, byte[]> found = DirectoriesRig.Contents(log);
            int at = bit / 8;
            if (at is >= BatchLayout.PartitionLeaderEpoch and < BatchLayout.Magic && rig.Cuts.Count == 0)
            {
                // An epoch that is higher may be true. All else of the batch is unharmed.
                damaged.AsSpan(start + at, 1).CopyTo(contents.Last().Value.AsSpan(at));
                Equal(contents, found);
                whole.AsSpan(start + at, 1).CopyTo(contents.Last().Value.AsSpan(at));
            }
            else
            {
                Assert.True(rig.Cuts.Count == 1, $"bit {bit} was not found");
                Equal(First(contents, contents.Count - 1), found);
            }

            disk.Kill();
        }
    }

    [Fact]
    public void A_bad_byte_in_a_sealed_segment_takes_its_partition_offline_and_nothing_else()
    {
        SimulatedFileSystem disk = Written(SmallSegments, out _);
        string file = $"{Folder}/{FilesEnding(disk, ".log")[1]}";
        byte[] whole = disk.Peek(file)!;
        int position = Ends(whole)[0];
        disk.Rot(file, position + 70, 0x10);
        byte[] rotten = disk.Peek(file)!;
        MakeUnclean(disk);
        disk.Put($"{Path0}/{OffsetCheckpoint.RecoveryPointFile}", "0\n0\n"u8);
        using DirectoriesRig rig = new(disk, Path0) { Config = SmallSegments };
        for (int start = 0; start < 2; start++)
        {
            LogDirectories opened = rig.Open();
            Assert.True(rig.OfflinePartitions.ContainsKey(Name),
                $"start {start}: {string.Join(';', rig.Cuts)} {string.Join(';', rig.Repairs)}");
            string problem = rig.OfflinePartitions[Name];
            Assert.Contains(file, problem, StringComparison.Ordinal);
            Assert.Contains($"position {position}", problem, StringComparison.Ordinal);
            Assert.Contains($"offset {new RecordBatch(whole).NextOffset}", problem, StringComparison.Ordinal);
            Assert.Equal(rotten, disk.Peek(file));
            Assert.Empty(rig.Cuts);
            Assert.Null(opened.Logs.Find(Name));
            Assert.Equal(problem, opened.All[0].DamagedPartitions[Name]);
            PartitionLog other = opened.Logs.Find(new TopicPartition("other", 0))!;
            rig.Appends.AppendAndFlush(other, rig.Appends.Batch());
            Assert.Equal(Protocol.ErrorCode.KafkaStorageError, opened.Create(Name, default, SmallSegments, out _));

            // What is damaged has to be looked through again, even after a clean stop.
            Assert.False(opened.Close(brokerEpoch: 5));
        }
    }

    [Fact]
    public void A_sealed_segment_that_was_never_synced_is_cut_like_a_tail()
    {
        SimulatedFileSystem disk = Written(SmallSegments, out SortedDictionary<long, byte[]> contents);
        string[] logs = FilesEnding(disk, ".log");
        string file = $"{Folder}/{logs[1]}";
        disk.Rot(file, Ends(disk.Peek(file)!)[0] + 70, 0x10);
        MakeUnclean(disk);
        disk.Put($"{Path0}/{OffsetCheckpoint.RecoveryPointFile}", "0\n0\n"u8);
        foreach (string snapshot in FilesEnding(disk, ".snapshot"))
        {
            Assert.Equal(IoError.None, disk.Delete($"{Folder}/{snapshot}"));
        }

        using DirectoriesRig rig = new(disk, Path0) { Config = SmallSegments };
        PartitionLog log = rig.Open().Logs.Find(Name)!;
        TailCut cut = Assert.Single(rig.Cuts);
        Assert.Equal(file, cut.File);
        Assert.Equal(logs.Take(2), FilesEnding(disk, ".log"));
        Equal(First(contents, contents.Keys.Count(offset => offset < cut.Offset)), DirectoriesRig.Contents(log));
        Assert.Equal(cut.Offset, log.LogEndOffset);
    }

    [Theory]
    [InlineData(".index")]
    [InlineData(".timeindex")]
    [InlineData(".snapshot")]
    [InlineData("leader-epoch-checkpoint")]
    [InlineData("partition.metadata")]
    [InlineData("/recovery-point-offset-checkpoint")]
    [InlineData("/replication-offset-checkpoint")]
    public void Every_byte_of_a_small_file_flipped_is_found_or_harmless(string suffix)
    {
        foreach (bool isClean in (bool[])[true, false])
        {
            SimulatedFileSystem disk = Written(SmallSegments, out SortedDictionary<long, byte[]> contents);
            if (!isClean)
            {
                MakeUnclean(disk);
            }

            DiskImage before = DiskImage.Of(disk, Path0, Folder, "/data/other-0");
            string file = suffix[0] == '/' ? Path0 + suffix : $"{Folder}/{FilesEnding(disk, suffix)[^1]}";
            for (int position = 0; position < before.Files[file].Length; position++)
            {
                before.PutBack(disk);
                disk.Rot(file, position, 0x41);
                using DirectoriesRig rig = new(disk, Path0) { Config = SmallSegments };
                PartitionLog log = rig.Open().Logs.Find(Name)!;
                Equal(contents, DirectoriesRig.Contents(log));
                Assert.Empty(rig.Cuts);
                log.AdvanceHighWatermark(log.LogEndOffset);
                Assert.Equal(log.LogEndOffset, log.LastStableOffset);
                Assert.Equal([7L, 9L], log.DescribeProducers().Select(entry => entry.ProducerId).Order());
                for (long time = LogRig.StartMs; time < LogRig.StartMs + 29_000; time += 4000)
                {
                    OffsetFound found = log.FindByTimestamp(time);
                    Assert.True(found.Timestamp == time, $"{file} byte {position}: time {time} found {found}");
                }

                rig.Appends.AppendAndFlush(log, rig.Appends.Batch(), leaderEpoch: 3);
                disk.Kill();
            }
        }
    }

    [Fact]
    public void Leftovers_of_an_interrupted_broker_are_finished_or_dropped()
    {
        SimulatedFileSystem disk = Written(SmallSegments, out SortedDictionary<long, byte[]> contents);
        string[] logs = FilesEnding(disk, ".log");
        byte[] second = disk.Peek($"{Folder}/{logs[1]}")!;
        disk.Put($"{Folder}/{logs[1]}.swap", second);
        disk.Put($"{Folder}/{logs[1]}", "what was compacted away"u8);
        disk.Put($"{Folder}/{logs[3]}.swap", "of a set that is not complete"u8);
        disk.Put($"{Folder}/{logs[2]}.cleaned", "half"u8);
        disk.Put($"{Folder}/{logs[0]}.deleted", "old"u8);
        disk.Put($"{Folder}/00000000000000099999.index", new byte[8]);
        disk.Put($"{Folder}/00000000000000099998.snapshot.deleted", new byte[8]);
        disk.Put($"{Folder}/{PartitionLog.PreparedFileName}", new byte[8]);
        disk.Put($"{Folder}/leader-epoch-checkpoint.tmp", new byte[8]);
        using DirectoriesRig rig = new(disk, Path0) { Config = SmallSegments };
        PartitionLog log = rig.Open().Logs.Find(Name)!;
        Equal(contents, DirectoriesRig.Contents(log));
        Assert.Equal(logs, FilesEnding(disk, ".log"));
        foreach (string suffix in (string[])[".swap", ".cleaned", ".deleted", ".prepared", ".tmp"])
        {
            Assert.Empty(FilesEnding(disk, suffix));
        }

        Assert.DoesNotContain("00000000000000099999.index", FilesEnding(disk, ".index"));
    }

    [Fact]
    public void A_log_that_lost_all_up_to_its_start_goes_on_there()
    {
        SimulatedFileSystem disk = Written(new LogConfig(), out _);
        MakeUnclean(disk);
        string file = $"{Folder}/{FilesEnding(disk, ".log")[0]}";
        disk.Put($"{Path0}/{OffsetCheckpoint.LogStartFile}", "0\n1\ntopic 0 20\n"u8);
        disk.Put(file, disk.Peek(file)!.AsSpan(0, Ends(disk.Peek(file)!)[2]));
        using DirectoriesRig rig = new(disk, Path0);
        PartitionLog log = rig.Open().Logs.Find(Name)!;
        Assert.Equal((20, 20), (log.LogStartOffset, log.LogEndOffset));
        Assert.Equal(20, rig.Appends.AppendAndFlush(log, rig.Appends.Batch()).FirstOffset);
    }
}
