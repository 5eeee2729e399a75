namespace Millrace.Coordination.Runtime;

/// <summary>
/// Where a partition's coordinator is. Legal ways: Loading to Active, Failed or Closed; Active to Closed or, where
/// state and log have come apart, to Loading; Failed to Loading or Closed.
/// </summary>
public enum CoordinatorState : byte
{
    /// <summary>Its log is being read; clients are told COORDINATOR_LOAD_IN_PROGRESS.</summary>
    Loading,

    Active,

    /// <summary>Its log could not be read; clients are told NOT_COORDINATOR until a new leader epoch.</summary>
    Failed,

    /// <summary>Another broker leads; clients are told NOT_COORDINATOR.</summary>
    Closed,
}

/// <summary>How far a load is. An immutable snapshot.</summary>
/// <param name="State">The partition's state.</param>
/// <param name="Offset">The next offset to load.</param>
/// <param name="EndOffset">Where the log ended when loading began.</param>
/// <param name="Records">Records loaded.</param>
/// <param name="Bytes">Bytes of batches loaded.</param>
public readonly record struct LoadProgress(
    CoordinatorState State, long Offset, long EndOffset, long Records, long Bytes);
