using Millrace.Storage.Simulation;

namespace Millrace.Storage.Tests;

/// <summary>The simulated disk can do what a real one can, and nothing that a real one cannot.</summary>
public sealed class SimulatedFileSystemTests
{
    private const int Seeds = 400;

    private static IFile Open(SimulatedFileSystem disk, string path, OpenKind kind = OpenKind.OpenOrCreate)
    {
        Assert.Equal(IoError.None, disk.Open(path, kind, out IFile? file));
        return file!;
    }

    [Fact]
    public void What_was_synced_with_its_name_survives_every_crash()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            SimulatedFileSystem disk = new() { ReordersNames = true };
            IFile file = Open(disk, "/f");
            file.Write(0, "synced"u8);
            Assert.Equal(IoError.None, file.SyncData());
            Assert.Equal(IoError.None, disk.SyncDirectory("/"));
            file.Write(6, " lost, perhaps"u8);
            disk.Crash(new Random(seed));
            byte[] left = disk.Peek("/f")!;
            Assert.True(left.AsSpan().StartsWith("synced"u8), $"seed {seed}");
            Assert.InRange(left.Length, 6, 20);
        }
    }

    [Fact]
    public void What_was_not_synced_is_lost_kept_torn_at_any_byte_or_kept_out_of_order()
    {
        HashSet<string> ends = [];
        HashSet<int> lengths = [];
        for (int seed = 0; seed < Seeds; seed++)
        {
            SimulatedFileSystem disk = new();
            disk.Put("/f", []);
            IFile file = Open(disk, "/f");
            file.Write(0, Enumerable.Repeat((byte)'a', 1024).ToArray());
            file.Write(1024, Enumerable.Repeat((byte)'b', 1024).ToArray());
            disk.Crash(new Random(seed));
            byte[] left = disk.Peek("/f")!;
            bool hasA = left.Contains((byte)'a');
            bool hasB = left.Contains((byte)'b');
            ends.Add($"{hasA} {hasB}");
            lengths.Add(left.Length % 512);
            Assert.All(left[..Math.Min(left.Length, 1024)], value => Assert.True(value is 0 or (byte)'a'));
        }

        Assert.Equal(4, ends.Count);
        Assert.True(lengths.Count > 20);
    }

    [Fact]
    public void A_name_that_was_not_synced_may_be_lost_and_a_rename_is_all_or_nothing()
    {
        HashSet<string> outcomes = [];
        for (int seed = 0; seed < Seeds; seed++)
        {
            SimulatedFileSystem disk = new() { ReordersNames = true };
            disk.Put("/d/old", "old"u8);
            disk.Put("/d/new.tmp", "new"u8);
            Assert.Equal(IoError.None, disk.Rename("/d/new.tmp", "/d/old"));
            Open(disk, "/d/made");
            disk.Crash(new Random(seed));
            bool renamed = disk.Peek("/d/new.tmp") is null;
            Assert.Equal(renamed ? "new"u8.ToArray() : "old"u8.ToArray(), disk.Peek("/d/old"));
            outcomes.Add($"{renamed} {disk.Peek("/d/made") is not null}");
        }

        Assert.Equal(4, outcomes.Count);
    }

    [Fact]
    public void Names_survive_in_order_where_the_journal_is_ordered()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            SimulatedFileSystem disk = new();
            for (int file = 0; file < 5; file++)
            {
                Open(disk, $"/{file}");
            }

            disk.Crash(new Random(seed));
            int first = Enumerable.Range(0, 6).First(file => disk.Peek($"/{file}") is null);
            Assert.All(Enumerable.Range(first, 6 - first), file => Assert.Null(disk.Peek($"/{file}")));
        }
    }

    [Fact]
    public void A_failed_sync_may_have_lost_what_came_before_it_although_a_later_one_succeeds()
    {
        int lost = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            SimulatedFileSystem disk = new();
            disk.Put("/f", []);
            IFile file = Open(disk, "/f");
            file.Write(0, "first"u8);
            disk.Faults.FailNth(Operation.Sync, 1, IoError.MediaFailure);
            Assert.Equal(IoError.MediaFailure, file.SyncData());
            file.Write(5, "second"u8);
            Assert.Equal(IoError.None, file.SyncData());
            disk.Crash(new Random(seed));
            byte[] left = disk.Peek("/f")!;
            Assert.Equal(11, left.Length);
            Assert.Equal("second"u8.ToArray(), left[5..]);
            lost += left[0] == 'f' ? 0 : 1;
        }

        Assert.InRange(lost, 1, Seeds - 1);
    }

    [Fact]
    public void Files_and_locks_from_before_a_crash_are_dead()
    {
        SimulatedFileSystem disk = new();
        IFile file = Open(disk, "/f");
        Assert.Equal(IoError.None, disk.TryLock("/.lock", out IFileLock? before));
        Assert.Equal(IoError.Locked, disk.TryLock("/.lock", out _));
        disk.Crash(new Random(1));
        Assert.Equal(IoError.Closed, file.Write(0, "x"u8).Error);
        Assert.Equal(IoError.Closed, file.SyncData());
        Assert.Equal(0, disk.OpenDescriptors);
        Assert.Equal(IoError.None, disk.TryLock("/.lock", out IFileLock? after));
        before!.Release();
        Assert.Equal(IoError.Locked, disk.TryLock("/.lock", out _));
        after!.Release();
        Assert.Null(disk.Peek("/.lock"));
        Assert.Equal(IoError.None, disk.TryLock("/.lock", out _));
    }

    [Fact]
    public void The_nth_call_of_a_kind_fails_and_a_write_leaves_its_beginning()
    {
        SimulatedFileSystem disk = new();
        IFile file = Open(disk, "/f");
        disk.Faults.FailNth(Operation.Write, 2, IoError.MediaFailure, bytesBefore: 3);
        Assert.False(file.Write(0, "one"u8).Failed);
        Assert.Equal(new IoResult(3, IoError.MediaFailure), file.Write(3, "second"u8));
        Assert.Equal("onesec"u8.ToArray(), disk.Peek("/f"));
        Assert.False(file.Write(3, "two"u8).Failed);
        Assert.Equal(3, disk.Faults.Count(Operation.Write));
        Assert.Equal(1, disk.Faults.Struck);
    }

    [Fact]
    public void A_full_disk_takes_what_fits_and_has_room_again_after_a_delete()
    {
        SimulatedFileSystem disk = new() { Capacity = 100 };
        IFile file = Open(disk, "/f");
        Assert.False(file.Write(0, new byte[60]).Failed);
        IFile other = Open(disk, "/g");
        Assert.Equal(new IoResult(40, IoError.NoSpace), other.Write(0, new byte[50]));
        Assert.Equal(IoError.NoSpace, other.Preallocate(40, 1));
        Assert.False(file.Write(0, new byte[60]).Failed);
        Assert.Equal(IoError.None, disk.Delete("/f"));
        Assert.Equal(new IoResult(0, IoError.NoSpace), other.Write(40, new byte[10]));
        file.Close();
        Assert.False(other.Write(40, new byte[10]).Failed);
        Assert.Equal(IoError.None, disk.FreeSpace("/", out long free));
        Assert.Equal(50, free);
    }

    [Fact]
    public void Preallocated_space_is_taken_without_a_longer_file()
    {
        SimulatedFileSystem disk = new() { Capacity = 100 };
        IFile file = Open(disk, "/f");
        Assert.Equal(IoError.None, file.Preallocate(0, 80));
        Assert.Equal(0, file.Length().Bytes);
        IFile other = Open(disk, "/g");
        Assert.Equal(IoError.NoSpace, other.Write(0, new byte[21]).Error);
        Assert.False(file.Write(0, new byte[80]).Failed);
    }

    [Fact]
    public void Once_the_power_is_cut_no_call_does_anything()
    {
        SimulatedFileSystem disk = new();
        IFile file = Open(disk, "/f");
        disk.CutPowerAfter(1);
        Assert.False(file.Write(0, "kept"u8).Failed);
        Assert.Equal(IoError.Closed, file.Write(4, "not"u8).Error);
        Assert.Equal(IoError.Closed, disk.Open("/g", OpenKind.OpenOrCreate, out _));
        Assert.Equal("kept"u8.ToArray(), disk.Peek("/f"));
        disk.Kill();
        Assert.Equal(IoError.None, disk.Open("/f", OpenKind.Read, out _));
    }

    [Fact]
    public void A_folder_moves_with_its_files_and_is_deleted_only_empty()
    {
        SimulatedFileSystem disk = new();
        disk.Put("/logs/t-0/a", "a"u8);
        Assert.Equal(IoError.None, disk.Rename("/logs/t-0", "/logs/t-0.x-delete"));
        Assert.Equal(IoError.AlreadyExists, disk.DeleteDirectory("/logs/t-0.x-delete"));
        Assert.Equal("a"u8.ToArray(), disk.Peek("/logs/t-0.x-delete/a"));
        Assert.Equal(IoError.None, disk.Delete("/logs/t-0.x-delete/a"));
        Assert.Equal(IoError.None, disk.DeleteDirectory("/logs/t-0.x-delete"));
        List<DirectoryEntry> entries = [];
        Assert.Equal(IoError.None, disk.List("/logs", entries));
        Assert.Empty(entries);
        Assert.Equal(IoError.NotFound, disk.List("/nowhere", entries));
    }
}
