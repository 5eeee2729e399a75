namespace Millrace.Protocol.Records;

/// <summary>Who appends: it decides how much of a batch, and of its producer's state, is checked.</summary>
public enum AppendOrigin : byte
{
    /// <summary>
    /// A Produce request: every check; epoch and sequence of its producer too, and duplicates are found.
    /// </summary>
    Client,

    /// <summary>
    /// A group, transaction or share coordinator: may write control batches, and batches of its own making. A
    /// producer's epoch is checked; sequences are not kept.
    /// </summary>
    Coordinator,

    /// <summary>The leader of the metadata quorum: assigns offsets itself, and only of its own epoch.</summary>
    RaftLeader,

    /// <summary>
    /// A leader that checked it before, or this log read back: offsets rise, checksums hold, all else is taken over.
    /// </summary>
    Replication,
}
