namespace Millrace.Storage;

/// <summary>
/// An open file: one half of the port through which Storage sees the disk (the other is <see cref="IFileSystem"/>).
/// There are two kinds, the operating system's and a simulated one for tests. Every call may be made from any thread at
/// any time; reads and writes name their position, there is no cursor. Nothing throws, nothing is allocated by a read
/// or a write.
/// </summary>
public interface IFile
{
    /// <summary>Where it was opened; a later rename does not change it.</summary>
    string Path { get; }

    /// <summary>The operating system's descriptor, for <c>sendfile</c>; -1 where there is none (simulation).</summary>
    int Descriptor { get; }

    /// <summary>Reads until <paramref name="target"/> is full or the file ends.</summary>
    /// <returns>Bytes read: fewer than asked for only at the end of the file, or with an error.</returns>
    IoResult Read(long position, Span<byte> target);

    /// <summary>
    /// As <see cref="Read"/>, but only what is in memory, so that it cannot wait for the disk. Where the file system
    /// cannot tell, it may.
    /// </summary>
    /// <returns><see cref="IoError.WouldWait"/> where a part of what was asked for is not in memory.</returns>
    IoResult ReadCached(long position, Span<byte> target);

    /// <summary>Reads into several pieces, in order, as <see cref="Read"/> does into one.</summary>
    IoResult ReadVectored(long position, ReadOnlySpan<IoVector> targets);

    /// <summary>Writes everything, or fails; short writes are finished.</summary>
    IoResult Write(long position, ReadOnlySpan<byte> bytes);

    /// <summary>
    /// Writes all pieces in order, with as few calls as the system allows (1024 pieces each), or fails.
    /// </summary>
    IoResult WriteVectored(long position, ReadOnlySpan<IoVector> pieces);

    /// <summary>
    /// Brings the data, and the length where it has grown, to the device. A failure says that data may be lost for
    /// good: the kernel has dropped the dirty pages, a second call would answer success for nothing. Never retry.
    /// </summary>
    IoError SyncData();

    /// <summary>
    /// Has the device begin with what was written to a range, and does not wait for it: <see cref="SyncData"/> does. A
    /// failure says as much as one of <see cref="SyncData"/>, which need not tell of it again.
    /// </summary>
    /// <returns><see cref="IoError.NotSupported"/> where the system cannot; nothing is lost by that.</returns>
    IoError StartWriteBack(long position, long length);

    /// <summary>As <see cref="SyncData"/>, with all of the file's attributes.</summary>
    IoError Sync();

    /// <summary>
    /// Cuts or extends the file to <paramref name="length"/> bytes; preallocated space behind it is given up.
    /// </summary>
    IoError Truncate(long length);

    /// <summary>Takes space on the device for a range ahead of the writer; the file's length does not change.</summary>
    IoError Preallocate(long position, long length);

    /// <summary>The file's length in bytes.</summary>
    IoResult Length();

    /// <summary>
    /// Closes the descriptor. The caller knows that no other call is under way; later ones fail or, worse, hit another
    /// file.
    /// </summary>
    void Close();
}
