using Millrace.Base;

namespace Millrace.Storage;

/// <summary>What <see cref="LogDirectories"/> is opened with: the broker's configs, already resolved.</summary>
public sealed record LogDirectoriesOptions
{
    /// <summary><c>log.dirs</c>, absolute.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary><c>node.id</c>.</summary>
    public required int NodeId { get; init; }

    /// <summary>The cluster that the directories have to belong to; null takes the one that they name.</summary>
    public string? ClusterId { get; init; }

    /// <summary><c>num.recovery.threads.per.data.dir</c>.</summary>
    public int RecoveryThreadsPerDirectory { get; init; } = 2;

    /// <summary><c>producer.id.expiration.ms</c>.</summary>
    public long ProducerExpirationMs { get; init; } = 86_400_000;

    /// <summary><c>log.retention.check.interval.ms</c>.</summary>
    public long RetentionCheckIntervalMs { get; init; } = 300_000;

    /// <summary><c>log.flush.offset.checkpoint.interval.ms</c>.</summary>
    public long RecoveryPointIntervalMs { get; init; } = 60_000;

    /// <summary><c>log.flush.start.offset.checkpoint.interval.ms</c>.</summary>
    public long LogStartIntervalMs { get; init; } = 60_000;

    /// <summary><c>replica.high.watermark.checkpoint.interval.ms</c>.</summary>
    public long HighWatermarkIntervalMs { get; init; } = 5_000;

    /// <summary><c>producer.id.expiration.check.interval.ms</c>.</summary>
    public long ProducerExpiryIntervalMs { get; init; } = 600_000;

    /// <summary><c>log.flush.scheduler.interval.ms</c>: how often <c>flush.ms</c> of each log is looked at.</summary>
    public long FlushCheckIntervalMs { get; init; } = long.MaxValue;

    /// <summary><c>file.delete.delay.ms</c>, for the folders of deleted partitions.</summary>
    public long FileDeleteDelayMs { get; init; } = 60_000;

    /// <summary>The configs of a topic, for its logs. Called by the loading threads.</summary>
    public required Func<string, LogConfig> ConfigOf { get; init; }
}

/// <summary>Why the log directories cannot be used at all. Nothing was written to them.</summary>
/// <param name="Problem">For the operator.</param>
public sealed record LogDirectoriesRefusal(string Problem);

/// <summary>
/// Hears of directories that fail. Called by the maintenance thread, outside all locks; must not throw.
/// </summary>
public interface ILogDirectoriesListener : ILogLoadListener
{
    /// <summary>A directory is offline, with all its partitions: it failed now, or could not be opened.</summary>
    /// <param name="directory">Which.</param>
    /// <param name="problem">For the operator.</param>
    /// <param name="partitions">Those that were in use.</param>
    void DirectoryFailed(LogDirectory directory, string problem, IReadOnlyList<PartitionLog> partitions);

    /// <summary>No directory is left: the process has to end.</summary>
    void AllDirectoriesFailed();
}
