using Millrace.Storage.Simulation;

namespace Millrace.Storage.Tests;

public sealed class FileCacheTests
{
    private readonly SimulatedFileSystem disk = new();

    private CachedFile[] Files(FileCache cache, int count)
    {
        CachedFile[] files = new CachedFile[count];
        for (int index = 0; index < count; index++)
        {
            disk.Put($"/{index}", [(byte)index]);
            files[index] = new CachedFile(cache, $"/{index}", OpenKind.ReadWrite);
        }

        return files;
    }

    private static byte ReadFirst(CachedFile file)
    {
        Assert.Equal(IoError.None, file.Pin(out IFile? pinned));
        byte[] target = new byte[1];
        Assert.Equal(IoResult.Of(1), pinned!.Read(0, target));
        file.Unpin();
        return target[0];
    }

    [Fact]
    public void Never_more_files_than_allowed_stay_open()
    {
        FileCache cache = new(disk, 4);
        CachedFile[] files = Files(cache, 20);
        for (int round = 0; round < 3; round++)
        {
            for (int index = 0; index < files.Length; index++)
            {
                Assert.Equal(index, ReadFirst(files[index]));
                Assert.InRange(cache.OpenCount, 1, 4);
                Assert.Equal(cache.OpenCount, disk.OpenDescriptors);
            }
        }
    }

    [Fact]
    public void A_file_that_is_open_is_not_opened_again()
    {
        FileCache cache = new(disk, 4);
        CachedFile[] files = Files(cache, 3);
        for (int round = 0; round < 5; round++)
        {
            Assert.All(files, file => ReadFirst(file));
        }

        Assert.Equal(3, disk.Faults.Count(Operation.Open));
    }

    [Fact]
    public void A_pinned_file_stays_open_whatever_comes()
    {
        FileCache cache = new(disk, 2);
        CachedFile[] files = Files(cache, 10);
        Assert.Equal(IoError.None, files[0].Pin(out IFile? pinned));
        foreach (CachedFile file in files[1..])
        {
            ReadFirst(file);
        }

        Assert.Equal(IoResult.Of(1), pinned!.Read(0, new byte[1]));
        files[0].Unpin();
    }

    [Fact]
    public void A_file_in_use_survives_a_walk_over_many_others()
    {
        FileCache cache = new(disk, 4);
        CachedFile[] files = Files(cache, 40);
        foreach (CachedFile file in files[1..])
        {
            ReadFirst(files[0]);
            ReadFirst(file);
        }

        // 39 others and a few of its own: the second chance keeps it in nearly always.
        Assert.InRange(disk.Faults.Count(Operation.Open), 40, 60);
    }

    [Fact]
    public void More_pins_than_allowed_files_are_granted()
    {
        FileCache cache = new(disk, 2);
        CachedFile[] files = Files(cache, 5);
        Assert.All(files, file => Assert.Equal(IoError.None, file.Pin(out _)));
        Assert.Equal(5, cache.OpenCount);
        Assert.All(files, file => file.Unpin());
        disk.Put("/more", []);
        CachedFile more = new(cache, "/more", OpenKind.Read);
        Assert.Equal(IoError.None, more.Pin(out _));
        Assert.InRange(cache.OpenCount, 1, 2);
    }

    [Fact]
    public void Without_descriptors_others_are_closed_and_it_is_tried_again()
    {
        FileCache cache = new(disk, 100);
        CachedFile[] files = Files(cache, 9);
        Assert.All(files[..8], file => ReadFirst(file));
        disk.Faults.FailNth(Operation.Open, 1, IoError.TooManyFiles);
        Assert.Equal(8, ReadFirst(files[8]));
        Assert.InRange(cache.OpenCount, 1, 8);
    }

    [Fact]
    public void A_retired_file_is_closed_by_its_last_user_and_not_opened_again()
    {
        FileCache cache = new(disk, 4);
        CachedFile file = Files(cache, 1)[0];
        Assert.Equal(IoError.None, file.Pin(out IFile? pinned));
        file.Retire();
        Assert.Equal(IoResult.Of(1), pinned!.Read(0, new byte[1]));
        Assert.Equal(1, disk.OpenDescriptors);
        file.Unpin();
        Assert.Equal(0, disk.OpenDescriptors);
        Assert.Equal(IoError.Closed, file.Pin(out _));
    }

    [Fact]
    public void A_renamed_file_is_found_under_its_new_name()
    {
        FileCache cache = new(disk, 1);
        CachedFile[] files = Files(cache, 2);
        ReadFirst(files[0]);
        Assert.Equal(IoError.None, files[0].Rename("/moved"));
        ReadFirst(files[1]);
        Assert.Equal(0, ReadFirst(files[0]));
        Assert.Equal("/moved", files[0].Path);
        Assert.Equal(IoError.WouldWait, files[1].Pin(out _, mayWait: false));
        Assert.Equal(IoError.None, files[0].Pin(out _, mayWait: false));
        files[0].Unpin();
    }

    [Fact]
    public void Many_threads_share_few_descriptors()
    {
        FileCache cache = new(disk, 3);
        CachedFile[] files = Files(cache, 12);
        Thread[] threads = new Thread[4];
        int wrong = 0;
        for (int thread = 0; thread < threads.Length; thread++)
        {
            Random random = new(thread);
            threads[thread] = new Thread(() =>
            {
                byte[] target = new byte[1];
                for (int round = 0; round < 5000; round++)
                {
                    int index = random.Next(files.Length);
                    if (files[index].Pin(out IFile? pinned) != IoError.None
                        || pinned!.Read(0, target) != IoResult.Of(1)
                        || target[0] != index)
                    {
                        Interlocked.Increment(ref wrong);
                    }

                    files[index].Unpin();
                }
            });
            threads[thread].Start();
        }

        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(0, wrong);
        Assert.InRange(cache.OpenCount, 1, 3 + threads.Length);
    }
}
