namespace Millrace.Storage;

/// <summary>What is known of a partition before its folder is looked at.</summary>
public sealed record LoadRequest
{
    public required TopicPartition Partition { get; init; }

    /// <summary>The partition's folder, which exists.</summary>
    public required string Folder { get; init; }

    public required LogConfig Config { get; init; }

    /// <summary>The directory was stopped cleanly: everything was synced, and nothing need be looked through.</summary>
    public required bool StoppedCleanly { get; init; }

    /// <summary>As the checkpoint has it; 0 where it does not name the partition.</summary>
    public long RecoveryPoint { get; init; }

    /// <summary>As the checkpoint has it; 0 where it does not name the partition.</summary>
    public long LogStartOffset { get; init; }

    /// <summary>As the checkpoint has it; 0 where it does not name the partition.</summary>
    public long HighWatermark { get; init; }

    /// <summary>
    /// The log was compacted: offsets between two batches may be missing. Otherwise, in what was never synced, that is
    /// the sign of a write that was lost, or of a changed offset, which no checksum covers.
    /// </summary>
    public bool MayHaveGaps { get; init; }
}

/// <summary>What a load came to: a log, or why there is none.</summary>
/// <param name="Log">The log, ready for use.</param>
/// <param name="Error">The directory's failure; None where only this partition is damaged.</param>
/// <param name="Problem">For the operator: file, position, offset; null where there is a log.</param>
public sealed record LogLoad(PartitionLog? Log, IoError Error, string? Problem);

/// <summary>What a recovery cut off a log's end.</summary>
/// <param name="Partition">Whose log.</param>
/// <param name="File">The segment's file.</param>
/// <param name="Position">Where it ends now.</param>
/// <param name="Offset">The log's end now.</param>
/// <param name="Bytes">How many bytes went, those of later segments included.</param>
/// <param name="Reason">What is wrong with them, as one clause.</param>
public readonly record struct TailCut(
    TopicPartition Partition, string File, long Position, long Offset, long Bytes, string Reason)
{
    public override string ToString() =>
        $"{Partition}: cut {File} at position {Position}, offset {Offset}: {Bytes} bytes went, as {Reason}";
}

/// <summary>
/// Hears what a load finds and how far it is, for the operator. Called by the loading threads; must not throw.
/// </summary>
public interface ILogLoadListener
{
    /// <summary>The end of a log was cut off.</summary>
    void Cut(in TailCut cut);

    /// <summary>
    /// Something was put right without loss: an index made anew, leftovers deleted, a checkpoint passed over.
    /// </summary>
    void Repaired(string path, string what);

    /// <summary>A partition is offline: damaged where it must not be. All else keeps working.</summary>
    void Offline(TopicPartition partition, string problem);

    /// <summary>So many of a directory's partitions are open.</summary>
    void Progress(string logDirectory, int loaded, int total);
}
