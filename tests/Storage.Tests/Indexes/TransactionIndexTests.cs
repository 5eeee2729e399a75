using Millrace.Storage.Simulation;

namespace Millrace.Storage.Tests;

public sealed class TransactionIndexTests
{
    private readonly SimulatedFileSystem disk = new();

    private TransactionIndex Open()
    {
        disk.PutFolder("/d");
        TransactionIndex index = new(new CachedFile(new FileCache(disk, 2), "/d/x", OpenKind.ReadWrite), 100);
        Assert.Equal(IoError.None, index.Load());
        return index;
    }

    [Fact]
    public void There_is_no_file_before_the_first_abort()
    {
        TransactionIndex index = Open();
        Assert.Empty(index.Entries.ToArray());
        Assert.Equal(IoError.None, index.Sync());
        Assert.Null(disk.Peek("/d/x"));
        Assert.Equal(IoError.None, index.Append(new AbortedTransaction(1, 90, 105, 106)));
        Assert.Equal(TransactionIndex.EntryBytes, disk.Peek("/d/x")!.Length);
    }

    [Fact]
    public void Aborts_that_touch_a_range_are_collected_until_none_can_follow()
    {
        TransactionIndex index = Open();
        AbortedTransaction[] entries =
            [new(1, 90, 105, 95), new(2, 95, 110, 106), new(3, 107, 120, 121), new(4, 130, 140, 141)];
        Assert.All(entries, entry => Assert.Equal(IoError.None, index.Append(entry)));

        List<AbortedTransaction> found = [];
        Assert.False(index.Collect(111, 200, found));
        Assert.Equal(entries[2..], found);

        found.Clear();
        Assert.True(index.Collect(100, 106, found));
        Assert.Equal(entries[..2], found);

        found.Clear();
        Assert.True(index.Collect(121, 125, found));
        Assert.Empty(found);
    }

    [Fact]
    public void A_truncation_drops_the_aborts_whose_markers_go()
    {
        TransactionIndex index = Open();
        Assert.Equal(IoError.None, index.Append(new AbortedTransaction(1, 90, 105, 95)));
        Assert.Equal(IoError.None, index.Append(new AbortedTransaction(2, 95, 110, 106)));
        Assert.Equal(IoError.None, index.TruncateTo(110));
        Assert.Single(index.Entries.ToArray());
        Assert.Equal(IoError.None, index.Append(new AbortedTransaction(2, 95, 112, 106)));
        disk.Kill();
        TransactionIndex again = Open();
        Assert.Equal([105L, 112L], again.Entries.ToArray().Select(entry => entry.LastOffset));
    }

    [Fact]
    public void A_torn_entry_is_damage_and_a_reset_begins_anew()
    {
        disk.Put("/d/x", [.. TransactionIndex.Format(new AbortedTransaction(1, 90, 105, 95)), 0, 0]);
        TransactionIndex index = Open();
        Assert.NotNull(index.Damage);
        Assert.Empty(index.Entries.ToArray());
        Assert.Equal(IoError.None, index.Reset());
        Assert.Null(disk.Peek("/d/x"));
        Assert.Equal(IoError.None, index.Append(new AbortedTransaction(1, 90, 105, 95)));
        Assert.Null(index.Damage);
    }

    [Fact]
    public void A_failed_write_changes_nothing()
    {
        TransactionIndex index = Open();
        disk.Faults.FailNth(Operation.Write, 1, IoError.NoSpace, bytesBefore: 7);
        Assert.Equal(IoError.NoSpace, index.Append(new AbortedTransaction(1, 90, 105, 95)));
        Assert.Empty(index.Entries.ToArray());
        Assert.Equal(IoError.None, index.Append(new AbortedTransaction(1, 90, 105, 95)));
        Assert.Equal(TransactionIndex.EntryBytes, disk.Peek("/d/x")!.Length);
    }
}
