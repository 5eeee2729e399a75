using Millrace.Storage;
using Millrace.Storage.Simulation;

namespace Millrace.Fuzz;

/// <summary>
/// The files beside a log: whatever stands in them is read, or refused with a sentence, and no exception comes out.
/// </summary>
public static class StorageTargets
{
    private const int IndexBytesMax = 64 * 1024;
    private const string Path = "/index";

    /// <summary>The same bytes as each kind of small file.</summary>
    public static void SmallFiles(ReadOnlySpan<byte> bytes)
    {
        AnswersOneOf(CleanShutdownMarker.Parse(bytes, out CleanShutdownMarker? marker), marker);
        AnswersOneOf(LeaderEpochCheckpoint.Parse(bytes, out LeaderEpochCheckpoint? epochs), epochs);
        AnswersOneOf(MetaProperties.Parse(bytes, out MetaProperties? properties), properties);
        AnswersOneOf(OffsetCheckpoint.Parse(bytes, out OffsetCheckpoint? offsets), offsets);
        AnswersOneOf(PartitionMetadata.Parse(bytes, out PartitionMetadata? metadata), metadata);
        AnswersOneOf(ProducerSnapshot.Parse(bytes, out ProducerSnapshotEntry[]? entries), entries);
        AnswersOneOf(QuorumState.Parse(bytes, out QuorumState? state), state);
    }

    public static void TransactionIndex(ReadOnlySpan<byte> bytes)
    {
        string? damage = Storage.TransactionIndex.Parse(bytes, baseOffset: 0, out AbortedTransaction[] entries);
        if (damage is not null && entries.Length != 0)
        {
            throw new FuzzFailureException($"entries of a damaged index: {damage}");
        }
    }

    public static void OffsetIndex(ReadOnlySpan<byte> bytes)
    {
        OffsetIndex index = new(FileOf(bytes), baseOffset: 0, IndexBytesMax);
        Load(index);
        for (long offset = 0; offset < 256; offset++)
        {
            if (index.Lookup(offset, out OffsetIndexEntry entry) != IoError.None || entry.Offset > offset)
            {
                throw new FuzzFailureException($"offset {offset} leads to {entry}");
            }
        }
    }

    public static void TimeIndex(ReadOnlySpan<byte> bytes)
    {
        TimeIndex index = new(FileOf(bytes), baseOffset: 0, IndexBytesMax);
        Load(index);
        for (long timestamp = 0; timestamp < 256; timestamp++)
        {
            if (index.Lookup(timestamp, out TimeIndexEntry entry) != IoError.None || entry.Timestamp > timestamp)
            {
                throw new FuzzFailureException($"timestamp {timestamp} leads to {entry}");
            }
        }
    }

    /// <summary>All of them, one after the other.</summary>
    public static void All(ReadOnlySpan<byte> bytes)
    {
        SmallFiles(bytes);
        TransactionIndex(bytes);
        OffsetIndex(bytes);
        TimeIndex(bytes);
    }

    private static CachedFile FileOf(ReadOnlySpan<byte> bytes)
    {
        SimulatedFileSystem disk = new();
        disk.Put(Path, bytes.ToArray());
        return new CachedFile(new FileCache(disk, 4), Path, OpenKind.Read);
    }

    private static void Load(SparseIndex index)
    {
        IoError error = index.Load();
        if (error != IoError.None || (index.Damage is not null && index.Count != 0))
        {
            throw new FuzzFailureException($"{error}, {index.Count} entries, damage: {index.Damage}");
        }
    }

    private static void AnswersOneOf(string? damage, object? content)
    {
        if (damage is null == content is null)
        {
            throw new FuzzFailureException($"both or neither of damage and content: {damage} {content}");
        }
    }
}
