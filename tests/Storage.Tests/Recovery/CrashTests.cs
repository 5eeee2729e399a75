using Millrace.Protocol;
using Millrace.Storage.Simulation;
using Millrace.Storage.Tests.Directories;
using Millrace.Storage.Tests.Log;

namespace Millrace.Storage.Tests.Recovery;

/// <summary>
/// Power cuts and failing disks at any call: what was synced is there again exactly once and in order, nothing is there
/// that was not appended, and every start succeeds.
/// </summary>
public sealed class CrashTests
{
    private static readonly TopicPartition Name = new("topic", 0);

    private static LogConfig Config => new() { SegmentBytes = 1500, IndexIntervalBytes = 200, FileDeleteDelayMs = 0 };

    /// <summary>What was appended, by first offset: more than one where the first try failed.</summary>
    private sealed class Model
    {
        public Dictionary<long, List<byte[]>> Appended { get; } = [];

        public long Synced { get; set; }

        public int Count { get; set; }

        private long Start { get; set; }

        public void Check(PartitionLog log, string context, bool mayLoseNames = false)
        {
            SortedDictionary<long, byte[]> found = DirectoriesRig.Contents(log);
            long endOffset = log.LogEndOffset;
            Assert.True(endOffset >= Synced, $"{context}: ends at {endOffset}, {Synced} were synced");

            // Where names survive in any order, that of the first segment may be gone as long as nothing was synced.
            long next = mayLoseNames && Synced == 0 ? log.LogStartOffset : Start;
            Start = next;
            foreach ((long offset, byte[] bytes) in found)
            {
                Assert.True(offset == next, $"{context}: {offset} follows where {next} should");
                Assert.True(
                    Appended.GetValueOrDefault(offset, []).Exists(batch => batch.AsSpan().SequenceEqual(bytes)),
                    $"{context}: offset {offset} was never appended like that");
                next = new Protocol.Records.RecordBatch(bytes).NextOffset;
            }

            Assert.True(next == endOffset, $"{context}: batches end at {next}, the log at {endOffset}");
        }
    }

    private static void Work(DirectoriesRig rig, LogDirectories directories, Model model, Random random, int steps)
    {
        if (directories.Logs.Find(Name) is null
            && directories.Create(Name, new Base.Uuid(1, 1), Config, out _) != ErrorCode.None)
        {
            return;
        }

        PartitionLog log = directories.Logs.Find(Name)!;
        for (int step = 0; step < steps && !log.IsOffline; step++)
        {
            switch (random.Next(12))
            {
                case 0:
                    log.Sync();
                    break;
                case 1:
                    rig.Worker.RunAll();
                    break;
                case 2:
                    directories.All[0].WriteOffsets(OffsetCheckpoint.RecoveryPointFile, directories.Logs.All);
                    break;
                case 3:
                    log.Roll(rig.Clock.WallMs);
                    break;
                default:
                    Append(rig, log, model, random);
                    break;
            }

            model.Synced = Math.Max(model.Synced, log.FlushedOffset);
        }
    }

    private static void Append(DirectoriesRig rig, PartitionLog log, Model model, Random random)
    {
        List<AppendResult> results = [];
        for (int count = random.Next(1, 4); count > 0; count--)
        {
            byte[] batch = rig.Appends.Batch(
                random.Next(1, 4), valueBytes: random.Next(200), timestamp: LogRig.StartMs + model.Count++);
            AppendResult result = rig.Appends.Append(log, batch);
            if (result.Error == ErrorCode.None)
            {
                results.Add(result);
                (model.Appended.TryGetValue(result.FirstOffset, out List<byte[]>? tries)
                    ? tries
                    : model.Appended[result.FirstOffset] = []).Add(batch);
            }
        }

        foreach (AppendResult result in results)
        {
            log.Flush(result.Ticket);
        }

        log.AdvanceHighWatermark(log.LogEndOffset);
    }

    private static void Reopen(
        DirectoriesRig rig, Model model, string context, out LogDirectories directories, bool mayLoseNames = false)
    {
        LogDirectoriesRefusal? refusal = rig.TryOpen(out LogDirectories? opened);
        Assert.True(refusal is null, $"{context}: {refusal?.Problem}");
        directories = opened!;
        Assert.True(rig.OfflinePartitions.Count == 0, $"{context}: {string.Join(';', rig.OfflinePartitions.Values)}");
        PartitionLog? log = directories.Logs.Find(Name);
        if (log is null)
        {
            Assert.True(model.Synced == 0, $"{context}: the partition is gone");
            return;
        }

        model.Check(log, context, mayLoseNames);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Power_cuts_at_any_call_lose_nothing_that_was_synced(bool reordersNames)
    {
        for (int seed = 1; seed <= 300; seed++)
        {
            Random random = new(seed);
            SimulatedFileSystem disk = new() { NowMs = LogRig.StartMs, ReordersNames = reordersNames };
            using DirectoriesRig rig = new(disk, "/data") { Config = Config };
            rig.Format();
            Model model = new();
            LogDirectories directories = rig.Open();
            for (int crash = 0; crash < 4; crash++)
            {
                disk.CutPowerAfter(random.Next(1, 250));
                Work(rig, directories, model, random, 60);
                disk.Crash(random);
                Reopen(rig, model, $"seed {seed}, crash {crash}", out directories, reordersNames);
            }
        }
    }

    [Theory]
    [InlineData(IoError.MediaFailure)]
    [InlineData(IoError.NoSpace)]
    public void Every_call_that_fails_in_turn_leaves_a_log_that_opens(IoError error)
    {
        long calls = CallsOfARun(out _, null, error);
        for (long failing = 1; failing <= calls; failing += 1 + (failing / 40))
        {
            CallsOfARun(out string context, failing, error);
            Assert.NotEmpty(context);
        }
    }

    private static long CallsOfARun(out string context, long? failing, IoError error)
    {
        SimulatedFileSystem disk = new() { NowMs = LogRig.StartMs };
        using DirectoriesRig rig = new(disk, "/data") { Config = Config };
        rig.Format();
        Model model = new();
        long before = disk.Faults.Total;
        context = $"{error} at call {failing}";
        if (failing is { } nth)
        {
            disk.Faults.FailNth(null, nth, error, bytesBefore: nth % 97);
        }

        LogDirectoriesRefusal? refusal = rig.TryOpen(out LogDirectories? directories);
        if (refusal is null)
        {
            Work(rig, directories!, model, new Random(11), 80);
            directories!.Maintenance.RunDue();
            directories.Close(brokerEpoch: 2);
        }

        long calls = disk.Faults.Total - before;
        disk.Faults.Clear();
        disk.Crash(new Random((int)(failing ?? 0)));
        Reopen(rig, model, context, out LogDirectories again);
        again.Close(null);
        return calls;
    }

    [Fact]
    public void Calls_that_fail_while_a_log_is_recovered_leave_one_that_opens_the_next_time()
    {
        for (int failing = 1; failing < 90; failing++)
        {
            foreach (IoError error in (IoError[])[IoError.MediaFailure, IoError.NoSpace])
            {
                SimulatedFileSystem disk = new() { NowMs = LogRig.StartMs };
                using DirectoriesRig rig = new(disk, "/data") { Config = Config };
                rig.Format();
                Model model = new();
                Work(rig, rig.Open(), model, new Random(failing), 40);
                disk.Crash(new Random(failing));
                disk.Faults.FailNth(null, failing, error);
                bool isOpen = rig.TryOpen(out LogDirectories? opened) is null;
                disk.Faults.Clear();
                if (isOpen && opened!.Logs.Find(Name) is { IsOffline: false } log)
                {
                    model.Check(log, $"{error} at call {failing}");
                }

                disk.Crash(new Random(failing + 1));
                Reopen(rig, model, $"{error} at call {failing} of a recovery", out _);
            }
        }
    }
}
