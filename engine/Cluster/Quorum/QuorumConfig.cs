using Millrace.Base;

namespace Millrace.Cluster;

/// <summary>What the metadata quorum depends on besides its log.</summary>
public sealed record QuorumConfig
{
    /// <summary><c>node.id</c>.</summary>
    public required int NodeId { get; init; }

    /// <summary>The id of the log directory that holds the metadata log; zero where it has none.</summary>
    public required Uuid DirectoryId { get; init; }

    /// <summary>The ids in <c>controller.quorum.voters</c>; empty where it is not set.</summary>
    public required IReadOnlyList<int> StaticVoters { get; init; }

    /// <summary>Configs that elections go by.</summary>
    public ElectionRules Rules { get; init; } = ElectionRules.Default;

    /// <summary><c>metadata.log.max.record.bytes.between.snapshots</c>.</summary>
    public long SnapshotBytes { get; init; } = 20 * 1024 * 1024;

    /// <summary><c>metadata.log.max.snapshot.interval.ms</c>; 0 for never by time.</summary>
    public long SnapshotIntervalMs { get; init; } = 3_600_000;
}
