using Millrace.Storage.Simulation;

namespace Millrace.Storage.Tests;

/// <summary>Indexes against plain lists: random appends, look-ups, truncations, unloads and kills.</summary>
public sealed class IndexModelTests
{
    private const long BaseOffset = 5_000_000_000;
    private const int IndexBytes = 64 * 1024;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void An_offset_index_answers_as_a_sorted_list_does(int seed)
    {
        Random random = new(seed);
        SimulatedFileSystem disk = new();
        disk.PutFolder("/d");
        FileCache cache = new(disk, 2);
        OffsetIndex index = new(new CachedFile(cache, "/d/i", OpenKind.ReadWrite), BaseOffset, IndexBytes);
        Assert.Equal(IoError.None, index.Reset());
        List<OffsetIndexEntry> model = [];
        int flushed = 0;
        for (int step = 0; step < 4000; step++)
        {
            switch (random.Next(40))
            {
                case 0:
                    int keep = random.Next(4) == 0
                        ? random.Next(model.Count + 1)
                        : Math.Max(0, model.Count - random.Next(30));
                    long cut = keep < model.Count ? model[keep].Offset : BaseOffset + int.MaxValue;
                    Assert.Equal(IoError.None, index.TruncateTo(cut));
                    model.RemoveRange(keep, model.Count - keep);
                    flushed = Math.Min(flushed, keep);
                    break;
                case 1:
                    Assert.Equal(IoError.None, index.Flush());
                    Assert.Equal(model.Count * OffsetIndex.EntryBytes, disk.Peek("/d/i")!.Length);
                    flushed = model.Count;
                    break;
                case 2:
                    Assert.Equal(IoError.None, index.Unload());
                    Assert.False(index.IsLoaded);
                    Assert.Equal(IoError.None, index.Load());
                    flushed = model.Count;
                    break;
                case 3:
                    disk.Kill();
                    cache = new FileCache(disk, 2);
                    index = new OffsetIndex(new CachedFile(cache, "/d/i", OpenKind.ReadWrite), BaseOffset, IndexBytes);
                    Assert.Equal(IoError.None, index.Load());
                    Assert.InRange(index.Count, flushed, model.Count);
                    model.RemoveRange(index.Count, model.Count - index.Count);
                    break;
                case < 12:
                    CheckLookups(index, model, random);
                    break;
                default:
                    Append(index, model, random);
                    break;
            }

            Assert.Null(index.Damage);
            Assert.Equal(model.Count, index.Count);
            Assert.Equal(model.Count == 0 ? BaseOffset : model[^1].Offset, index.LastOffset);
        }

        Assert.Equal(model, Enumerable.Range(0, model.Count).Select(place => index.EntryAt(place)!.Value));
        Assert.Null(index.EntryAt(model.Count));
    }

    private static void Append(OffsetIndex index, List<OffsetIndexEntry> model, Random random)
    {
        for (int count = random.Next(1, 40); count > 0 && !index.IsFull; count--)
        {
            OffsetIndexEntry last = model.Count == 0 ? new(BaseOffset, -1) : model[^1];
            OffsetIndexEntry next = new(last.Offset + random.Next(1, 1000), last.Position + random.Next(1, 9000));
            Assert.Equal(IoError.None, index.Append(next.Offset, next.Position));
            model.Add(next);
        }
    }

    private static void CheckLookups(OffsetIndex index, List<OffsetIndexEntry> model, Random random)
    {
        for (int probe = 0; probe < 20; probe++)
        {
            long span = model.Count == 0 ? 10 : model[^1].Offset - BaseOffset + 10;
            long target = BaseOffset + random.NextInt64(span);
            Assert.Equal(IoError.None, index.Lookup(target, out OffsetIndexEntry entry));
            int expected = model.FindLastIndex(candidate => candidate.Offset <= target);
            Assert.Equal(expected < 0 ? new OffsetIndexEntry(BaseOffset, 0) : model[expected], entry);

            long position = random.NextInt64(model.Count == 0 ? 10 : model[^1].Position + 10);
            int bound = model.FindIndex(candidate => candidate.Position >= position);
            Assert.Equal(bound >= 0, index.TryFindUpperBound(position, out entry));
            Assert.True(bound < 0 || model[bound] == entry);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_time_index_answers_as_a_sorted_list_does(int seed)
    {
        Random random = new(seed);
        SimulatedFileSystem disk = new();
        disk.PutFolder("/d");
        TimeIndex index = new(
            new CachedFile(new FileCache(disk, 2), "/d/t", OpenKind.ReadWrite), BaseOffset, IndexBytes);
        Assert.Equal(IoError.None, index.Reset());
        List<TimeIndexEntry> model = [];
        for (int step = 0; step < 3000; step++)
        {
            TimeIndexEntry last = model.Count == 0 ? new TimeIndexEntry(-1, BaseOffset) : model[^1];
            Assert.Equal(last, index.LastEntry);
            switch (random.Next(20))
            {
                case 0:
                    long cut = BaseOffset + random.NextInt64(last.Offset - BaseOffset + 2);
                    Assert.Equal(IoError.None, index.TruncateTo(cut));
                    model.RemoveAll(entry => entry.Offset >= cut);
                    break;
                case 1:
                    Assert.Equal(IoError.None, index.Unload());
                    Assert.Equal(IoError.None, index.Load());
                    break;
                case < 8:
                    long target = random.NextInt64(-1, last.Timestamp + 5);
                    Assert.Equal(IoError.None, index.Lookup(target, out TimeIndexEntry found));
                    int expected = model.FindLastIndex(candidate => candidate.Timestamp <= target);
                    Assert.Equal(expected < 0 ? new TimeIndexEntry(-1, BaseOffset) : model[expected], found);
                    break;
                default:
                    for (int count = random.Next(30); count > 0 && !index.IsFull; count--)
                    {
                        last = model.Count == 0 ? new TimeIndexEntry(-1, BaseOffset) : model[^1];
                        TimeIndexEntry next = new(last.Timestamp + random.Next(-2, 50), last.Offset + random.Next(3));
                        Assert.Equal(IoError.None, index.MaybeAppend(next.Timestamp, next.Offset));
                        if (next.Timestamp > last.Timestamp)
                        {
                            model.Add(next);
                        }
                    }

                    break;
            }

            Assert.Equal(model.Count, index.Count);
        }
    }

    [Fact]
    public void One_place_of_a_time_index_is_kept_for_the_entry_of_the_roll()
    {
        SimulatedFileSystem disk = new();
        disk.PutFolder("/d");
        TimeIndex index = new(new CachedFile(new FileCache(disk, 2), "/d/t", OpenKind.ReadWrite), 0, 40);
        Assert.Equal(IoError.None, index.Reset());
        Assert.Equal(3, index.EntriesMax);
        index.MaybeAppend(10, 1);
        index.MaybeAppend(20, 2);
        Assert.True(index.IsFull);
        Assert.Equal(IoError.None, index.MaybeAppend(30, 3, atRoll: true));
        Assert.Equal(3, index.Count);
    }

    [Fact]
    public void Readers_see_whole_entries_while_the_writer_appends()
    {
        SimulatedFileSystem disk = new();
        disk.PutFolder("/d");
        OffsetIndex index = new(new CachedFile(new FileCache(disk, 2), "/d/i", OpenKind.ReadWrite), 0, 1 << 21);
        Assert.Equal(IoError.None, index.Reset());
        const int entries = 200_000;
        int written = 0;
        int wrong = 0;
        Thread reader = new(() =>
        {
            Random random = new(7);
            while (Volatile.Read(ref written) < entries)
            {
                int known = Volatile.Read(ref written);

                // Near the end, too, where the memory of pages is used anew meanwhile.
                int target = random.Next(Math.Max(0, random.Next(2) * (known - 20_000)), known + 1);
                // Entry n is (2n, 3n), from n = 1.
                bool right = index.Lookup((2 * target) + 1, out OffsetIndexEntry entry) == IoError.None
                    && entry == new OffsetIndexEntry(2 * target, 3 * target);
                wrong += right ? 0 : 1;
            }
        });
        reader.Start();
        for (int entry = 1; entry <= entries; entry++)
        {
            index.Append(2 * entry, 3 * entry);
            Volatile.Write(ref written, entry);
        }

        reader.Join();
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void Zeros_that_kafka_preallocated_are_passed_over_and_cut_off_at_the_end()
    {
        SimulatedFileSystem disk = new();
        byte[] preallocated = new byte[800_000];
        preallocated[3] = 5;
        preallocated[11] = 9;
        preallocated[15] = 100;
        disk.Put("/i", preallocated);
        OffsetIndex index = new(new CachedFile(new FileCache(disk, 2), "/i", OpenKind.ReadWrite), 0, 1 << 20);
        Assert.Equal(IoError.None, index.Load());
        Assert.Equal((2, 9L), (index.Count, index.LastOffset));
        Assert.Equal(1, disk.Faults.Count(Operation.Read));
        Assert.Equal(IoError.None, index.Append(12, 200));
        Assert.Equal(IoError.None, index.TrimToEntries());
        Assert.Equal(24, disk.Peek("/i")!.Length);
    }

    [Fact]
    public void A_time_index_may_begin_with_an_entry_of_zeros()
    {
        SimulatedFileSystem disk = new();
        byte[] bytes = new byte[36];
        bytes[19] = 7;
        bytes[23] = 1;
        disk.Put("/t", bytes);
        TimeIndex index = new(new CachedFile(new FileCache(disk, 2), "/t", OpenKind.Read), 0, 1024);
        Assert.Equal(IoError.None, index.Load());
        Assert.Equal(
            [new TimeIndexEntry(0, 0), new TimeIndexEntry(7, 1)], [index.EntryAt(0)!.Value, index.EntryAt(1)!.Value]);
        Assert.Equal(2, index.Count);
    }

    [Theory]
    [InlineData(12, 0)]
    [InlineData(16, 1)]
    [InlineData(16, 4)]
    public void An_index_that_is_damaged_is_empty_until_it_is_made_anew(int length, int position)
    {
        SimulatedFileSystem disk = new();
        byte[] bytes = new byte[length];
        bytes[3] = 5;
        bytes[7] = 100;
        bytes[^1] = 101;
        bytes[position] = 0xff;
        disk.Put("/i", bytes);
        OffsetIndex index = new(new CachedFile(new FileCache(disk, 2), "/i", OpenKind.ReadWrite), 0, 1024);
        Assert.Equal(IoError.None, index.Lookup(1000, out OffsetIndexEntry entry));
        Assert.Equal(default, entry);
        Assert.NotNull(index.Damage);
        Assert.Equal(IoError.None, index.Reset());
        Assert.Null(index.Damage);
        Assert.Equal(IoError.None, index.Append(3, 50));
        Assert.Equal(IoError.None, index.Lookup(1000, out entry));
        Assert.Equal(new OffsetIndexEntry(3, 50), entry);
    }

    [Fact]
    public void A_missing_index_answers_the_segments_start_and_says_so()
    {
        SimulatedFileSystem disk = new();
        OffsetIndex index = new(new CachedFile(new FileCache(disk, 2), "/i", OpenKind.ReadWrite), 7, 1024);
        Assert.Equal(IoError.NotFound, index.Lookup(1000, out OffsetIndexEntry entry));
        Assert.Equal(new OffsetIndexEntry(7, 0), entry);
    }

    [Fact]
    public void A_page_that_cannot_be_written_loses_nothing_and_is_written_later()
    {
        SimulatedFileSystem disk = new();
        disk.PutFolder("/d");
        OffsetIndex index = new(new CachedFile(new FileCache(disk, 2), "/d/i", OpenKind.ReadWrite), 0, 1 << 20);
        Assert.Equal(IoError.None, index.Reset());
        for (int entry = 1; entry <= 512; entry++)
        {
            Assert.Equal(IoError.None, index.Append(entry, entry));
        }

        disk.Faults.FailNth(Operation.Write, 1, IoError.NoSpace, bytesBefore: 1001);
        Assert.Equal(IoError.NoSpace, index.Append(513, 513));
        Assert.Equal(512, index.Count);
        Assert.Equal(IoError.None, index.Append(513, 513));
        Assert.Equal(IoError.None, index.Sync());
        Assert.Equal(513 * 8, disk.Peek("/d/i")!.Length);
        Assert.Equal(IoError.None, index.Unload());
        Assert.Equal(IoError.None, index.Load());
        Assert.Equal(513, index.Count);
    }
}
