using Millrace.Base;
using Millrace.Protocol;
using Millrace.Storage.Simulation;
using Millrace.Storage.Tests.Log;

namespace Millrace.Storage.Tests.Directories;

public sealed class LogDirectoriesTests
{
    private static readonly string[] Two = ["/a", "/b"];

    private static DirectoriesRig Formatted(out SimulatedFileSystem disk, params string[] paths)
    {
        disk = new SimulatedFileSystem { NowMs = LogRig.StartMs };
        DirectoriesRig rig = new(disk, paths);
        rig.Format();
        return rig;
    }

    [Fact]
    public void Partitions_go_where_the_fewest_are_and_are_found_by_name_and_by_id()
    {
        using DirectoriesRig rig = Formatted(out SimulatedFileSystem disk, Two);
        LogDirectories directories = rig.Open();
        List<PartitionLog> logs = [.. Enumerable.Range(0, 6).Select(index => rig.Create(directories, "topic", index))];
        Assert.Equal([3, 3], directories.All.Select(directory => directory.LogCount));
        foreach (PartitionLog log in logs)
        {
            Assert.Same(log, directories.Logs.Find(log.Partition));
            Assert.Same(log, directories.Logs.Find(log.TopicId, log.Partition.Partition));
            Assert.Equal(
                log.TopicId,
                PartitionMetadata.Read(disk, $"{log.Folder}/{PartitionMetadata.FileName}").Value!.TopicId);
        }

        Assert.True(directories.Close(brokerEpoch: 1));
        LogDirectories again = rig.Open();
        Assert.Equal(6, again.Logs.Count);
        Assert.NotNull(again.Logs.Find(logs[4].TopicId, 4));
    }

    [Theory]
    [InlineData("cluster.id=other\nnode.id=1\nversion=1\n", "cluster other")]
    [InlineData("cluster.id=cluster-1\nnode.id=2\nversion=1\n", "node 2")]
    [InlineData("cluster.id=cluster-1\nbroker.id=2\nversion=0\n", "node 2")]
    public void A_directory_of_another_owner_is_refused_before_anything_is_written(string properties, string reason)
    {
        using DirectoriesRig rig = Formatted(out SimulatedFileSystem disk, Two);
        disk.Put("/b/meta.properties", System.Text.Encoding.ASCII.GetBytes(properties));
        disk.Put("/a/.kafka_cleanshutdown", []);
        long writes = disk.Faults.Count(Operation.Write);
        LogDirectoriesRefusal? refusal = rig.TryOpen(out LogDirectories? opened);
        Assert.Null(opened);
        Assert.Contains(reason, refusal!.Problem, StringComparison.Ordinal);
        Assert.Contains("/b/meta.properties", refusal.Problem, StringComparison.Ordinal);
        Assert.Equal(writes, disk.Faults.Count(Operation.Write));
        Assert.NotNull(disk.Peek("/a/.kafka_cleanshutdown"));
    }

    [Fact]
    public void A_directory_in_use_is_refused_and_free_again_after_the_stop()
    {
        using DirectoriesRig rig = Formatted(out _, Two);
        LogDirectories directories = rig.Open();
        Assert.Contains("in use", rig.TryOpen(out _)!.Problem, StringComparison.Ordinal);
        Assert.True(directories.Close(null));
        Assert.True(rig.Open().Close(null));
    }

    [Fact]
    public void An_unformatted_directory_beside_a_formatted_one_gets_an_identity_and_none_at_all_is_refused()
    {
        SimulatedFileSystem disk = new();
        using (DirectoriesRig bare = new(disk, Two))
        {
            Assert.Contains("formatted", bare.TryOpen(out _)!.Problem, StringComparison.Ordinal);
        }

        using DirectoriesRig first = new(disk, "/a");
        first.Format();
        using DirectoriesRig rig = new(disk, Two);
        LogDirectories directories = rig.Open();
        MetaProperties identity = MetaProperties.Read(disk, "/b/meta.properties").Value!;
        Assert.Equal(("cluster-1", 1), (identity.ClusterId, identity.NodeId));
        Assert.Equal(identity.DirectoryId, directories.All[1].DirectoryId);
        Assert.NotEqual(directories.All[0].DirectoryId, directories.All[1].DirectoryId);
    }

    [Fact]
    public void A_directory_whose_sync_fails_is_offline_with_its_logs_and_the_others_go_on()
    {
        using DirectoriesRig rig = Formatted(out SimulatedFileSystem disk, Two);
        LogDirectories directories = rig.Open();
        List<PartitionLog> logs = [.. Enumerable.Range(0, 4).Select(index => rig.Create(directories, "topic", index))];
        PartitionLog hit = logs.Find(log => log.Folder.StartsWith("/b/", StringComparison.Ordinal))!;
        PartitionLog spared = logs.Find(log => log.Folder.StartsWith("/a/", StringComparison.Ordinal))!;
        rig.Appends.AppendAndFlush(hit, rig.Appends.Batch());
        disk.Faults.FailNth(Operation.Sync, 1, IoError.MediaFailure, pathContains: "/b/");
        Assert.False(hit.Sync());
        Assert.True(hit.IsOffline);
        Assert.Equal(ErrorCode.KafkaStorageError, rig.Appends.Append(hit, rig.Appends.Batch()).Error);
        directories.Maintenance.RunDue();
        (string path, string problem, int lost) = Assert.Single(rig.FailedDirectories);
        Assert.Equal(("/b", 2), (path, lost));
        Assert.Contains(nameof(IoError.MediaFailure), problem, StringComparison.Ordinal);
        Assert.Null(directories.Logs.Find(hit.Partition));
        rig.Appends.AppendAndFlush(spared, rig.Appends.Batch());
        Assert.StartsWith("/a/", rig.Create(directories, "later").Folder, StringComparison.Ordinal);
        Assert.Equal(0, rig.AllFailed);
        disk.Faults.FailAll(Operation.Sync, IoError.MediaFailure);
        Assert.False(spared.Sync());
        directories.Maintenance.RunDue();
        Assert.Equal(1, rig.AllFailed);
        Assert.False(directories.Close(null));
        Assert.Null(disk.Peek("/a/.kafka_cleanshutdown"));
    }

    [Fact]
    public void A_deleted_partition_is_gone_at_once_and_its_folder_after_the_delay_or_the_next_start()
    {
        using DirectoriesRig rig = Formatted(out SimulatedFileSystem disk, "/a");
        LogDirectories directories = rig.Open();
        PartitionLog log = rig.Create(directories);
        PartitionLog second = rig.Create(directories, "topic", 1);
        rig.Appends.AppendAndFlush(log, rig.Appends.Batch());
        Assert.Equal(ErrorCode.None, directories.Delete([log]));
        Assert.Null(directories.Logs.Find(log.Partition));
        Assert.EndsWith("-delete", log.Folder, StringComparison.Ordinal);
        Assert.Equal(IoError.NotFound, disk.Status("/a/topic-0", out _));
        Assert.Equal(0, rig.Create(directories).LogEndOffset);
        rig.Worker.RunDelayed();
        Assert.Equal(IoError.NotFound, disk.Status(log.Folder, out _));
        Assert.Equal(ErrorCode.None, directories.Delete([second]));
        disk.Kill();
        Assert.Single(rig.Open().Logs.All);
        Assert.Equal(IoError.None, disk.Status(second.Folder, out _));
        rig.Worker.RunDelayed();
        Assert.Equal(IoError.NotFound, disk.Status(second.Folder, out _));
    }

    [Fact]
    public void A_full_disk_still_takes_deletes_and_a_restart()
    {
        using DirectoriesRig rig = Formatted(out SimulatedFileSystem disk, "/a");
        disk.Capacity = 5 * 1024 * 1024;
        LogDirectories directories = rig.Open();
        Assert.NotNull(disk.Peek("/a/" + SpaceReserve.FileName));
        PartitionLog log = rig.Create(directories);
        PartitionLog other = rig.Create(directories, "other");
        ErrorCode error = ErrorCode.None;
        while (error == ErrorCode.None)
        {
            AppendResult result = rig.Appends.Append(log, rig.Appends.Batch(valueBytes: 100_000));
            error = log.Flush(result.Ticket);
        }

        Assert.Equal(ErrorCode.KafkaStorageError, error);
        disk.Capacity = 0;
        Assert.Equal(ErrorCode.None, directories.Delete([other]));
        disk.Kill();
        disk.Capacity = 5 * 1024 * 1024;
        directories = rig.Open();
        log = directories.Logs.Find(log.Partition)!;
        Assert.Null(directories.Logs.Find(other.Partition));
        Assert.Equal(ErrorCode.None, directories.Delete([log]));
        rig.Worker.RunDelayed();
        PartitionLog fresh = rig.Create(directories, "fresh");
        rig.Appends.AppendAndFlush(fresh, rig.Appends.Batch(valueBytes: 100_000));
    }

    [Fact]
    public void Duties_come_when_they_are_due_and_checkpoints_say_what_the_logs_are_at()
    {
        using DirectoriesRig rig = Formatted(out SimulatedFileSystem disk, "/a");
        rig.Config = new LogConfig { SegmentBytes = 300, RetentionBytes = 300 };
        LogDirectories directories = rig.Open();
        PartitionLog log = rig.Create(directories);
        for (int index = 0; index < 20; index++)
        {
            rig.Appends.AppendAndFlush(log, rig.Appends.Batch());
            rig.Worker.RunAll();
        }

        Assert.Null(disk.Peek("/a/replication-offset-checkpoint"));
        rig.Clock.Advance(5_000);
        directories.Maintenance.RunDue();
        Assert.Equal(20, Offset(disk, OffsetCheckpoint.HighWatermarkFile, log));
        Assert.Null(disk.Peek("/a/recovery-point-offset-checkpoint"));
        rig.Clock.Advance(55_000);
        directories.Maintenance.RunDue();
        Assert.Equal(log.RecoveryPoint, Offset(disk, OffsetCheckpoint.RecoveryPointFile, log));
        Assert.Equal(0, log.LogStartOffset);
        rig.Clock.Advance(240_000);
        directories.Maintenance.RunDue();
        Assert.InRange(log.LogStartOffset, 1, 19);
        Assert.Equal(ErrorCode.None, log.AdvanceLogStart(19));
        rig.Clock.Advance(60_000);
        directories.Maintenance.RunDue();
        Assert.Equal(19, Offset(disk, OffsetCheckpoint.LogStartFile, log));
        disk.Kill();
        Assert.Equal(19, rig.Open().Logs.Find(log.Partition)!.LogStartOffset);
    }

    private static long? Offset(SimulatedFileSystem disk, string name, PartitionLog log) =>
        OffsetCheckpoint.Read(disk, $"/a/{name}").Value!.Offsets.TryGetValue(log.Partition, out long offset)
            ? offset
            : null;
}
