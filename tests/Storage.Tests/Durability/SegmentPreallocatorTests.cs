using Millrace.Storage.Simulation;

namespace Millrace.Storage.Tests;

public sealed class SegmentPreallocatorTests
{
    private const int Step = 8192;

    private readonly SimulatedFileSystem disk = new();
    private readonly CachedFile file;

    public SegmentPreallocatorTests()
    {
        disk.Put("/log", []);
        file = new CachedFile(new FileCache(disk, 4), "/log", OpenKind.ReadWrite);
    }

    private void Write(long position, int bytes)
    {
        Assert.Equal(IoError.None, file.Pin(out IFile? pinned));
        Assert.False(pinned!.Write(position, new byte[bytes]).Failed);
        file.Unpin();
    }

    [Fact]
    public void Space_is_taken_a_step_ahead_and_never_behind_the_segments_end()
    {
        using SegmentPreallocator preallocator = new(Step);
        PreallocatedRange range = new(preallocator, file, 0, 20_000);
        range.ReportPosition(0);
        range.ReportPosition(0);
        Assert.Equal(1, preallocator.Turn());
        Assert.Equal(Step, range.End);
        Assert.Empty(disk.Peek("/log")!);
        Write(0, 4000);
        range.ReportPosition(4000);
        Assert.Equal(0, preallocator.Turn());
        Write(4000, 1000);
        range.ReportPosition(5000);
        Assert.Equal(1, preallocator.Turn());
        Write(5000, 14_000);
        range.ReportPosition(19_000);
        Assert.Equal(1, preallocator.Turn());
        Assert.Equal(20_000, range.End);
        range.ReportPosition(19_999);
        Assert.Equal(0, preallocator.Turn());
    }

    [Fact]
    public void A_release_gives_the_space_back_and_ends_it()
    {
        disk.Capacity = 3 * Step;
        using SegmentPreallocator preallocator = new(Step);
        PreallocatedRange range = new(preallocator, file, 0, 1 << 20);
        range.ReportPosition(0);
        preallocator.Turn();
        Write(0, 100);
        disk.FreeSpace("/", out long free);
        Assert.Equal(2 * Step, free);
        Assert.Equal(IoError.None, range.Release());
        disk.FreeSpace("/", out free);
        Assert.Equal((3 * Step) - 100, free);
        range.ReportPosition(100);
        preallocator.Turn();
        disk.FreeSpace("/", out free);
        Assert.Equal((3 * Step) - 100, free);
        Assert.Equal(100, disk.Peek("/log")!.Length);
    }

    [Fact]
    public void A_full_disk_ends_preallocation_and_nothing_else()
    {
        disk.Capacity = 1000;
        using SegmentPreallocator preallocator = new(Step);
        PreallocatedRange range = new(preallocator, file, 0, 1 << 20);
        range.ReportPosition(0);
        Assert.Equal(1, preallocator.Turn());
        range.ReportPosition(100);
        Assert.Equal(0, preallocator.Turn());
        Write(0, 1000);
    }

    [Fact]
    public void Its_own_thread_takes_the_space()
    {
        using TemporaryFolder folder = new();
        PosixFileSystem real = new();
        CachedFile log = new(new FileCache(real, 4), folder["log"], OpenKind.OpenOrCreate);
        using SegmentPreallocator preallocator = new(1 << 20);
        PreallocatedRange range = new(preallocator, log, 0, 1 << 24);
        preallocator.Start("preallocate");
        range.ReportPosition(0);
        SpinWait.SpinUntil(() => range.End == 1 << 20);
        Assert.Equal(0, new FileInfo(folder["log"]).Length);
        Assert.Equal(IoError.None, range.Release());
    }
}
