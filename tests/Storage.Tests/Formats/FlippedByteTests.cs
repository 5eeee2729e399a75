using System.Globalization;

namespace Millrace.Storage.Tests;

/// <summary>
/// Every bit of every byte of each kind of file flipped: the damage is seen, or what is read instead can do no harm, as
/// its reader holds it against the log.
/// </summary>
[Trait("Data", "golden")]
public sealed class FlippedByteTests
{
    private const int FlippedBitsOfVersion = 16;

    private static readonly string Folder = Path.Join(SharedMaterial.Golden, "files", "log-dir");

    private static readonly string Partition = Path.Join(Folder, "golden-0");

    private static IEnumerable<byte[]> Flips(byte[] bytes)
    {
        for (int position = 0; position < bytes.Length; position++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] flipped = [.. bytes];
                flipped[position] ^= (byte)(1 << bit);
                yield return flipped;
            }
        }
    }

    [SharedFact]
    public void No_flip_in_a_producer_snapshot_goes_unseen()
    {
        foreach (string path in Directory.EnumerateFiles(Partition, "*.snapshot"))
        {
            Assert.All(
                Flips(File.ReadAllBytes(path)), flipped => Assert.NotNull(ProducerSnapshot.Parse(flipped, out _)));
        }
    }

    [SharedFact]
    public void No_cut_in_a_producer_snapshot_goes_unseen()
    {
        byte[] bytes = File.ReadAllBytes(Path.Join(Partition, "00000000000000000041.snapshot"));
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.NotNull(ProducerSnapshot.Parse(bytes.AsSpan(0, length), out _));
        }
    }

    [SharedFact]
    public void A_flip_in_an_offset_index_is_seen_in_the_file_or_at_the_batch_it_leads_to()
    {
        foreach ((string path, long baseOffset, List<Batch> batches) in Segments(".index"))
        {
            int seen = 0;
            foreach (byte[] flipped in Flips(File.ReadAllBytes(path)))
            {
                OffsetIndex index = Open(flipped, file => new OffsetIndex(file, baseOffset, 1024));
                if (index.Damage is not null)
                {
                    Assert.Equal(0, index.Count);
                    seen++;
                    continue;
                }

                for (long offset = baseOffset; offset < batches[^1].LastOffset + 2; offset++)
                {
                    Assert.Equal(IoError.None, index.Lookup(offset, out OffsetIndexEntry entry));
                    bool leadsToBatch = batches.Exists(
                        batch => batch.Position == entry.Position && batch.BaseOffset <= entry.Offset);

                    // What no check at the batch can see must be an entry from which a walk still meets the offset.
                    Assert.True(
                        !leadsToBatch || batches.Find(batch => batch.Position == entry.Position)!.BaseOffset <= offset);
                }
            }

            Assert.True(seen > 0);
        }
    }

    [SharedFact]
    public void A_flip_in_a_time_index_is_seen_in_the_file_or_at_the_batch_it_leads_to()
    {
        foreach ((string path, long baseOffset, List<Batch> batches) in Segments(".timeindex"))
        {
            int seen = 0;
            foreach (byte[] flipped in Flips(File.ReadAllBytes(path)))
            {
                TimeIndex index = Open(flipped, file => new TimeIndex(file, baseOffset, 1024));
                seen += index.Damage is null ? 0 : 1;
                foreach (long timestamp in batches.Select(batch => batch.MaxTimestamp))
                {
                    Assert.Equal(IoError.None, index.Lookup(timestamp, out TimeIndexEntry entry));
                    Batch? held = batches.Find(
                        batch => batch.BaseOffset <= entry.Offset && entry.Offset <= batch.LastOffset);
                    bool isBelieved = entry.Timestamp < 0 || (held is not null && held.MaxTimestamp == entry.Timestamp);
                    Assert.True(
                        !isBelieved
                        || batches.TrueForAll(
                            batch => batch.MaxTimestamp <= timestamp || batch.LastOffset >= entry.Offset));
                }
            }

            Assert.True(seen > 0);
        }
    }

    [SharedFact]
    public void A_flip_in_a_transaction_index_is_seen_or_changes_one_entry_only()
    {
        const long baseOffset = 32;
        byte[] bytes = File.ReadAllBytes(Path.Join(Partition, "00000000000000000032.txnindex"));
        Assert.Null(TransactionIndex.Parse(bytes, baseOffset, out AbortedTransaction[] sound));
        int seen = 0;
        foreach (byte[] flipped in Flips(bytes))
        {
            if (TransactionIndex.Parse(flipped, baseOffset, out AbortedTransaction[] entries) is not null)
            {
                Assert.Empty(entries);
                seen++;
                continue;
            }

            // The marker in the log tells the rest: it has the producer's id and the last offset.
            Assert.Equal(sound.Length, entries.Length);
            Assert.NotEqual(sound, entries);
            Assert.All(entries, entry => Assert.InRange(entry.LastStableOffset, 0, entry.LastOffset + 1));
        }

        Assert.True(seen > FlippedBitsOfVersion);
    }

    [SharedFact]
    public void A_flip_in_an_offset_checkpoint_is_seen_or_changes_one_entry_only()
    {
        byte[] bytes = File.ReadAllBytes(Path.Join(Folder, OffsetCheckpoint.RecoveryPointFile));
        Assert.Null(OffsetCheckpoint.Parse(bytes, out OffsetCheckpoint? sound));
        foreach (byte[] flipped in Flips(bytes))
        {
            if (OffsetCheckpoint.Parse(flipped, out OffsetCheckpoint? read) is not null)
            {
                Assert.Null(read);
                continue;
            }

            Assert.Equal(sound!.Offsets.Count, read!.Offsets.Count);
            Assert.InRange(read.Offsets.Except(sound.Offsets).Count(), 1, 1);
            Assert.All(read.Offsets, pair => Assert.True(pair.Key.Partition >= 0 && pair.Value >= 0));
        }
    }

    [SharedFact]
    public void A_flip_in_a_leader_epoch_checkpoint_is_seen_or_leaves_epochs_that_rise()
    {
        byte[] bytes = File.ReadAllBytes(Path.Join(Partition, LeaderEpochCheckpoint.FileName));
        int seen = 0;
        foreach (byte[] flipped in Flips(bytes))
        {
            if (LeaderEpochCheckpoint.Parse(flipped, out LeaderEpochCheckpoint? read) is not null)
            {
                seen++;
                continue;
            }

            Assert.Equal(3, read!.Entries.Length);
            for (int entry = 1; entry < read.Entries.Length; entry++)
            {
                Assert.True(read.Entries[entry].Epoch > read.Entries[entry - 1].Epoch);
                Assert.True(read.Entries[entry].StartOffset >= read.Entries[entry - 1].StartOffset);
            }
        }

        Assert.True(seen > bytes.Length * 8 / 2);
    }

    [SharedFact]
    public void A_flip_in_partition_metadata_is_seen_or_gives_another_id()
    {
        byte[] bytes = File.ReadAllBytes(Path.Join(Partition, PartitionMetadata.FileName));
        Assert.Null(PartitionMetadata.Parse(bytes, out PartitionMetadata? sound));
        foreach (byte[] flipped in Flips(bytes))
        {
            if (PartitionMetadata.Parse(flipped, out PartitionMetadata? read) is null)
            {
                Assert.NotEqual(sound!.TopicId, read!.TopicId);
            }
        }
    }

    [SharedFact]
    public void A_flip_in_the_mark_of_a_clean_shutdown_is_seen_or_gives_another_epoch()
    {
        byte[] bytes = File.ReadAllBytes(Path.Join(Folder, CleanShutdownMarker.FileName));
        foreach (byte[] flipped in Flips(bytes))
        {
            if (CleanShutdownMarker.Parse(flipped, out CleanShutdownMarker? read) is null)
            {
                Assert.NotEqual(42, read!.BrokerEpoch);
            }
        }
    }

    [SharedFact]
    public void A_flip_in_meta_properties_is_seen_or_changes_no_more_than_one_property()
    {
        byte[] bytes = File.ReadAllBytes(Path.Join(Folder, MetaProperties.FileName));
        Assert.Null(MetaProperties.Parse(bytes, out MetaProperties? sound));
        int seen = 0;
        foreach (byte[] flipped in Flips(bytes))
        {
            if (MetaProperties.Parse(flipped, out MetaProperties? read) is not null)
            {
                seen++;
                continue;
            }

            int changes = (read!.ClusterId != sound!.ClusterId ? 1 : 0)
                + (read.NodeId != sound.NodeId ? 1 : 0)
                + (read.DirectoryId != sound.DirectoryId ? 1 : 0);
            Assert.Equal(1, read.Version);

            // A flip of the line feed before it takes two lines for one.
            Assert.InRange(changes, 0, 2);
        }

        Assert.True(seen > 0);
    }

    private static T Open<T>(byte[] bytes, Func<CachedFile, T> make)
        where T : SparseIndex
    {
        Simulation.SimulatedFileSystem disk = new();
        disk.Put("/index", bytes);
        T index = make(new CachedFile(new FileCache(disk, 4), "/index", OpenKind.Read));
        Assert.Equal(IoError.None, index.Load());
        return index;
    }

    private static IEnumerable<(string Path, long BaseOffset, List<Batch> Batches)> Segments(string suffix)
    {
        List<FileExpectation> lines = FileExpectation.ReadAll(Path.Join(SharedMaterial.Golden, "files", "files.jsonl"));
        foreach (FileExpectation line in lines.Where(line => line["kind"].GetString() == "log"))
        {
            List<Batch> batches = [.. line["batches"].EnumerateArray().Select(batch => new Batch(
                batch.GetProperty("position").GetInt32(),
                batch.GetProperty("baseOffset").GetInt64(),
                batch.GetProperty("lastOffset").GetInt64(),
                batch.GetProperty("maxTimestamp").GetInt64()))];
            string stem = Path.GetFileNameWithoutExtension(line.File);
            yield return (
                Path.Join(Partition, stem + suffix), long.Parse(stem, CultureInfo.InvariantCulture), batches);
        }
    }

    private sealed record Batch(int Position, long BaseOffset, long LastOffset, long MaxTimestamp);
}
