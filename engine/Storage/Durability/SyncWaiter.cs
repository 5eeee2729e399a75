namespace Millrace.Storage;

/// <summary>
/// An append that waits until it is on the device. The appender owns the record and may use it again once
/// <see cref="OnSynced"/> has been called; it is in one queue at a time.
/// </summary>
public abstract class SyncWaiter
{
    internal SyncWaiter? Next { get; set; }

    /// <summary>
    /// The file that was written to, pinned from before the write until <see cref="OnSynced"/>: the kernel reports a
    /// failed write-back only to descriptors that were open when it happened.
    /// </summary>
    public IFile? File { get; set; }

    /// <summary>
    /// All that was written to <see cref="File"/> before the record was queued is on the device, or never will be.
    /// Called on the commit thread: hand over, do not work.
    /// </summary>
    /// <param name="error">None, or why the data must be taken for lost. It must not be acknowledged then.</param>
    public abstract void OnSynced(IoError error);
}
