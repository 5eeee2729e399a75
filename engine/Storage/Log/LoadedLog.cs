namespace Millrace.Storage;

/// <summary>What a log is made from: found in its folder by a load, or new.</summary>
public sealed record LoadedLog
{
    /// <summary>By rising base offset; at least one, whose last is the active one.</summary>
    public required LogSegment[] Segments { get; init; }

    /// <summary>First offset that may be read.</summary>
    public required long LogStartOffset { get; init; }

    /// <summary>The offset behind the last batch.</summary>
    public required long LogEndOffset { get; init; }

    /// <summary>All before is on the device.</summary>
    public required long RecoveryPoint { get; init; }

    /// <summary>As the checkpoint has it; the log holds it between its start and its end.</summary>
    public required long HighWatermark { get; init; }

    /// <summary>The state of the producers at the log's end.</summary>
    public required ProducerStates Producers { get; init; }

    public required ProducerSnapshots Snapshots { get; init; }

    public required LeaderEpochs Epochs { get; init; }
}
