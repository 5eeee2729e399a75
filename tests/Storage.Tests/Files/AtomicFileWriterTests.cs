using Millrace.Storage.Simulation;

namespace Millrace.Storage.Tests;

public sealed class AtomicFileWriterTests
{
    private static readonly byte[] Old = [.. Enumerable.Repeat((byte)'o', 1500)];
    private static readonly byte[] New = [.. Enumerable.Repeat((byte)'n', 2000)];

    [Fact]
    public void After_a_power_cut_at_any_call_the_file_is_the_old_or_the_new_one_and_once_written_the_new()
    {
        for (int seed = 0; seed < 600; seed++)
        {
            SimulatedFileSystem disk = new() { ReordersNames = seed % 2 == 0 };
            disk.Put("/d/f", Old);
            disk.CutPowerAfter(seed % 9);
            IoError error = new AtomicFileWriter(disk).Write("/d/f", New);
            disk.Crash(new Random(seed));
            byte[] left = disk.Peek("/d/f")!;
            Assert.True(
                left.AsSpan().SequenceEqual(New)
                || (error != IoError.None && left.AsSpan().SequenceEqual(Old)),
                $"seed {seed}");
        }
    }

    [Fact]
    public void A_call_that_fails_leaves_the_old_content_and_no_temporary_file()
    {
        foreach (Operation kind in (Operation[])[Operation.Open, Operation.Write, Operation.Sync, Operation.Rename])
        {
            SimulatedFileSystem disk = new();
            disk.Put("/d/f", Old);
            disk.Faults.FailNth(kind, 1, IoError.MediaFailure, bytesBefore: 700);
            Assert.Equal(IoError.MediaFailure, new AtomicFileWriter(disk).Write("/d/f", New));
            Assert.Equal(Old, disk.Peek("/d/f"));
            Assert.Null(disk.Peek("/d/f.tmp"));
        }
    }

    [Fact]
    public void A_failed_sync_of_the_folder_is_reported()
    {
        SimulatedFileSystem disk = new();
        disk.Put("/d/f", Old);
        disk.Faults.FailNth(Operation.SyncDirectory, 1, IoError.MediaFailure);
        Assert.Equal(IoError.MediaFailure, new AtomicFileWriter(disk).Write("/d/f", New));
    }

    [Fact]
    public void On_a_full_disk_the_reserve_is_given_up_and_taken_again_when_there_is_room()
    {
        SimulatedFileSystem disk = new() { Capacity = 400_000 };
        disk.PutFolder("/d");
        SpaceReserve reserve = new(disk, "/d", 100_000);
        Assert.Equal(IoError.None, reserve.Take());
        disk.Put("/d/big", new byte[300_000]);
        AtomicFileWriter writer = new(disk, reserve);
        Assert.Equal(IoError.None, writer.Write("/d/f", New));
        Assert.False(reserve.IsHeld);
        Assert.Equal(New, disk.Peek("/d/f"));
        Assert.Equal(IoError.NoSpace, reserve.Take());
        Assert.Null(disk.Peek($"/d/{SpaceReserve.FileName}"));
        Assert.Equal(IoError.None, writer.Delete("/d/big"));
        Assert.Equal(IoError.None, reserve.Take());
        Assert.True(reserve.IsHeld);
    }

    [Fact]
    public void A_reserve_left_by_an_earlier_run_is_held_without_taking_more()
    {
        SimulatedFileSystem disk = new() { Capacity = 1000 };
        disk.Put($"/d/{SpaceReserve.FileName}", new byte[800]);
        SpaceReserve reserve = new(disk, "/d", 800);
        Assert.Equal(IoError.None, reserve.Take());
        Assert.True(reserve.IsHeld);
    }

    [Fact]
    public void Without_a_reserve_a_full_disk_is_reported()
    {
        SimulatedFileSystem disk = new() { Capacity = 2000 };
        disk.Put("/d/f", Old);
        Assert.Equal(IoError.NoSpace, new AtomicFileWriter(disk).Write("/d/f", New));
        Assert.Equal(Old, disk.Peek("/d/f"));
    }

    [Fact]
    public void A_deleted_file_stays_deleted_and_deleting_nothing_is_no_error()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            SimulatedFileSystem disk = new() { ReordersNames = true };
            disk.Put("/d/f", Old);
            AtomicFileWriter writer = new(disk);
            Assert.Equal(IoError.None, writer.Delete("/d/f"));
            Assert.Equal(IoError.None, writer.Delete("/d/f"));
            disk.Crash(new Random(seed));
            Assert.Null(disk.Peek("/d/f"));
        }
    }

    [Fact]
    public void A_small_file_is_good_missing_damaged_or_unreadable()
    {
        SimulatedFileSystem disk = new();
        disk.Put("/good", "0\n0\n"u8);
        disk.Put("/bad", "1\n0\n"u8);
        Assert.True(OffsetCheckpoint.Read(disk, "/good").IsGood);
        Assert.True(OffsetCheckpoint.Read(disk, "/missing").IsMissing);
        SmallFileRead<OffsetCheckpoint> damaged = OffsetCheckpoint.Read(disk, "/bad");
        Assert.True(damaged.IsDamaged);
        Assert.Equal(IoError.None, damaged.Error);
        disk.Faults.FailNth(Operation.Read, 1, IoError.MediaFailure);
        SmallFileRead<OffsetCheckpoint> unreadable = OffsetCheckpoint.Read(disk, "/good");
        Assert.False(unreadable.IsGood || unreadable.IsMissing || unreadable.IsDamaged);
        Assert.Equal(IoError.MediaFailure, unreadable.Error);
        Assert.Equal(0, disk.OpenDescriptors);
    }
}
