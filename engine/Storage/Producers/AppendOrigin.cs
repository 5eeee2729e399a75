namespace Millrace.Storage;

/// <summary>Who wrote a batch: it decides how much of its producer's state is checked.</summary>
public enum AppendOrigin : byte
{
    /// <summary>A client's Produce request: epoch and sequence are checked, duplicates found.</summary>
    Client,

    /// <summary>
    /// A coordinator of this broker (offset commits, transaction markers): the epoch is checked, sequences are not
    /// kept.
    /// </summary>
    Coordinator,

    /// <summary>
    /// A leader that checked it before, or this log read back: nothing is checked, all is taken over.
    /// </summary>
    Replication,
}
