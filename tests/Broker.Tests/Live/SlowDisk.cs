using System.Diagnostics.CodeAnalysis;
using Millrace.Storage;

namespace Millrace.Broker.Tests.Live;

/// <summary>
/// The system's files, of which nothing counts as cached, and whose reads are held up while <see cref="IsHeld"/>.
/// </summary>
internal sealed class SlowDisk : IFileSystem, IDisposable
{
    private readonly PosixFileSystem inner = new();
    private readonly ManualResetEventSlim go = new(initialState: true);
    private int waiting;

    /// <summary>Reads that are held up now.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    public bool IsHeld
    {
        get => !go.IsSet;
        set
        {
            if (value)
            {
                go.Reset();
            }
            else
            {
                go.Set();
            }
        }
    }

    public void Dispose() => go.Dispose();

    public IoError Open(string path, OpenKind kind, [NotNullWhen(true)] out IFile? file)
    {
        IoError error = inner.Open(path, kind, out IFile? opened);
        file = opened is null ? null : new SlowFile(this, opened);
        return error;
    }

    public IoError Rename(string from, string to) => inner.Rename(from, to);

    public IoError Delete(string path) => inner.Delete(path);

    public IoError CreateDirectory(string path) => inner.CreateDirectory(path);

    public IoError DeleteDirectory(string path) => inner.DeleteDirectory(path);

    public IoError SyncDirectory(string path) => inner.SyncDirectory(path);

    public IoError List(string path, List<DirectoryEntry> entries) => inner.List(path, entries);

    public IoError Status(string path, out FileStatus status) => inner.Status(path, out status);

    public IoError TryLock(string path, [NotNullWhen(true)] out IFileLock? held) => inner.TryLock(path, out held);

    public IoError FreeSpace(string path, out long bytes) => inner.FreeSpace(path, out bytes);

    private sealed class SlowFile(SlowDisk disk, IFile file) : IFile
    {
        public string Path => file.Path;

        public int Descriptor => file.Descriptor;

        public IoResult Read(long position, Span<byte> target)
        {
            Interlocked.Increment(ref disk.waiting);
            disk.go.Wait();
            Interlocked.Decrement(ref disk.waiting);
            return file.Read(position, target);
        }

        public IoResult ReadCached(long position, Span<byte> target) => new(0, IoError.WouldWait);

        public IoResult ReadVectored(long position, ReadOnlySpan<IoVector> targets) =>
            file.ReadVectored(position, targets);

        public IoResult Write(long position, ReadOnlySpan<byte> bytes) => file.Write(position, bytes);

        public IoResult WriteVectored(long position, ReadOnlySpan<IoVector> pieces) =>
            file.WriteVectored(position, pieces);

        public IoError StartWriteBack(long position, long length) => file.StartWriteBack(position, length);

        public IoError SyncData() => file.SyncData();

        public IoError Sync() => file.Sync();

        public IoError Truncate(long length) => file.Truncate(length);

        public IoError Preallocate(long position, long length) => file.Preallocate(position, length);

        public IoResult Length() => file.Length();

        public void Close() => file.Close();
    }
}
