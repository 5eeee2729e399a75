using System.Buffers.Binary;

namespace Millrace.Storage.Tests.Log;

/// <summary>What steady appends and reads take from the managed heap, on the real file system.</summary>
public sealed class AllocationTests
{
    [Fact]
    public void Steady_appends_allocate_nothing()
    {
        using TemporaryFolder folder = new();
        using LogRig rig = new(new PosixFileSystem(), folder.Path);
        Assert.Equal(0, MeasureAppends(rig, turns: 50));
    }

    [Fact]
    public void Pages_of_an_index_are_filled_in_memory_that_was_there()
    {
        using TemporaryFolder folder = new();
        CachedFile file = new(
            new FileCache(new PosixFileSystem(), 2), Path.Join(folder.Path, "i"), OpenKind.ReadWrite);
        OffsetIndex index = new(file, 0, 10 << 20);
        Assert.Equal(IoError.None, index.Reset());
        int entry = 0;
        void FillPage()
        {
            int end = entry + (StorageLimits.IndexPageBytes / OffsetIndex.EntryBytes);
            while (entry++ < end)
            {
                index.Append(2 * entry, 3 * entry);
            }
        }

        FillPage();
        FillPage();
        FillPage();

        // An object or two for the page, and now and then a longer outline.
        Assert.InRange(Allocations.LeastOf(FillPage), 1, 512);
    }

    [Fact]
    public void Steady_read_plans_allocate_nothing()
    {
        using TemporaryFolder folder = new();
        using LogRig rig = new(new PosixFileSystem(), folder.Path);
        PartitionLog log = rig.Create();
        byte[] batch = rig.Batch(4, 200);
        for (int index = 0; index < 1000; index++)
        {
            BinaryPrimitives.WriteInt64BigEndian(batch, 0);
            rig.AppendAndFlush(log, batch);
        }

        FileRange[] ranges = new FileRange[1];
        long Plan(int count)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int index = 0; index < count; index++)
            {
                // Both ways: the last batches in memory, and older ones through the index.
                ReadPlan plan = log.Read(index % 2 == 0 ? 3990 : 3000, 1 << 20, ReadBound.HighWatermark, true, ranges);
                if (plan.RangeCount == 1)
                {
                    ranges[0].Release();
                }
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Plan(1000);
        Assert.Equal(0, Enumerable.Range(0, 3).Min(_ => Plan(1000)));
    }

    /// <summary>
    /// Bytes that groups of four appends take in steady state, none of which begins a page of an index.
    /// </summary>
    private static long MeasureAppends(LogRig rig, int turns)
    {
        PartitionLog log = rig.Create();
        byte[][] batches = [.. Enumerable.Range(0, 4).Select(_ => rig.Batch(4, 200))];
        long Turns(int count)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int turn = 0; turn < count; turn++)
            {
                FlushTicket ticket = default;
                foreach (byte[] batch in batches)
                {
                    BinaryPrimitives.WriteInt64BigEndian(batch, 0);
                    ticket = rig.Append(log, batch).Ticket;
                }

                log.Flush(ticket);
                log.AdvanceHighWatermark(log.LogEndOffset);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // The tail of an index doubles its memory up to a page of 512 entries: more than half of them are behind us
        // then.
        Turns(340);

        // What each append took would show every time; what the runtime does beside a test that runs among others,
        // once.
        return Enumerable.Range(0, 3).Min(_ => Turns(turns));
    }
}
