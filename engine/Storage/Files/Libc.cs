using System.Runtime.InteropServices;

namespace Millrace.Storage;

/// <summary>
/// The system calls on files, raw: each answers what libc answers, -1 with the number in
/// <see cref="Marshal.GetLastPInvokeError"/>. All take 64-bit offsets, as libc does on every 64-bit Linux.
/// </summary>
internal static unsafe partial class Libc
{
    internal const int OpenReadOnly = 0;
    internal const int OpenReadWrite = 2;
    internal const int OpenCreate = 0x40;
    internal const int OpenExclusive = 0x80;
    internal const int OpenTruncate = 0x200;
    internal const int OpenCloseOnExec = 0x80000;

    /// <summary>
    /// A record lock that belongs to the opened file and not to the process (F_OFD_SETLK, Linux 3.15). It conflicts
    /// with the classic record locks that Java takes, and, unlike those, it is not lost when some other descriptor of
    /// the same file is closed, and two openings in one process exclude each other.
    /// </summary>
    internal const int SetOpenFileLock = 37;

    /// <summary>fallocate(2): take the space, leave the length.</summary>
    internal const int KeepSize = 1;

    /// <summary>preadv2(2): fail with EAGAIN where the read would wait for the disk.</summary>
    internal const int NoWait = 8;

    /// <summary>sync_file_range(2): begin to write dirty pages, wait for none.</summary>
    internal const uint StartWriting = 2;

    /// <summary>Pieces that one vectored call takes (IOV_MAX).</summary>
    internal const int VectorsMax = 1024;

    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags, int mode);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "pread", SetLastError = true)]
    internal static partial nint Read(int descriptor, byte* target, nuint length, long position);

    [LibraryImport(Library, EntryPoint = "preadv", SetLastError = true)]
    internal static partial nint ReadVectored(int descriptor, IoVector* targets, int count, long position);

    [LibraryImport(Library, EntryPoint = "preadv2", SetLastError = true)]
    internal static partial nint ReadVectored2(int descriptor, IoVector* targets, int count, long position, int flags);

    [LibraryImport(Library, EntryPoint = "pwrite", SetLastError = true)]
    internal static partial nint Write(int descriptor, byte* source, nuint length, long position);

    [LibraryImport(Library, EntryPoint = "pwritev", SetLastError = true)]
    internal static partial nint WriteVectored(int descriptor, IoVector* pieces, int count, long position);

    [LibraryImport(Library, EntryPoint = "fdatasync", SetLastError = true)]
    internal static partial int SyncData(int descriptor);

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    internal static partial int Sync(int descriptor);

    [LibraryImport(Library, EntryPoint = "sync_file_range", SetLastError = true)]
    internal static partial int SyncRange(int descriptor, long position, long length, uint flags);

    [LibraryImport(Library, EntryPoint = "ftruncate", SetLastError = true)]
    internal static partial int Truncate(int descriptor, long length);

    [LibraryImport(Library, EntryPoint = "fallocate", SetLastError = true)]
    internal static partial int Allocate(int descriptor, int mode, long position, long length);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int Control(int descriptor, int command, FileLockRequest* request);

    [LibraryImport(Library, EntryPoint = "lseek", SetLastError = true)]
    internal static partial long Seek(int descriptor, long position, int origin);

    [LibraryImport(Library, EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Rename(string from, string to);

    [LibraryImport(Library, EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Unlink(string path);

    [LibraryImport(Library, EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MakeDirectory(string path, int mode);

    [LibraryImport(Library, EntryPoint = "rmdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int RemoveDirectory(string path);

    [LibraryImport(Library, EntryPoint = "opendir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint OpenDirectory(string path);

    [LibraryImport(Library, EntryPoint = "readdir", SetLastError = true)]
    internal static partial byte* ReadDirectory(nint directory);

    [LibraryImport(Library, EntryPoint = "closedir", SetLastError = true)]
    internal static partial int CloseDirectory(nint directory);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int StatusOf(int folder, string path, int flags, uint wanted, FileStatusReply* reply);

    [LibraryImport(Library, EntryPoint = "statvfs", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int FileSystemStatus(string path, FileSystemStatusReply* reply);
}

/// <summary><c>struct flock</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FileLockRequest
{
    internal const short Write = 1;

    internal short Kind;
    internal short Origin;
    internal long Start;
    internal long Length;
    internal int Process;
}

/// <summary><c>struct statx</c>, the fields used here: its layout is the same on every architecture.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct FileStatusReply
{
    internal const int CurrentFolder = -100;

    /// <summary>With an empty path: the descriptor itself is meant (AT_EMPTY_PATH).</summary>
    internal const int EmptyPath = 0x1000;

    internal const uint BasicFields = 0x7ff;
    internal const ushort KindMask = 0xf000;
    internal const ushort DirectoryKind = 0x4000;

    [FieldOffset(28)]
    internal ushort Mode;

    [FieldOffset(32)]
    internal ulong Inode;

    [FieldOffset(40)]
    internal ulong Size;

    [FieldOffset(112)]
    internal long ModifiedSeconds;

    [FieldOffset(120)]
    internal uint ModifiedNanoseconds;

    [FieldOffset(136)]
    internal uint DeviceMajor;

    [FieldOffset(140)]
    internal uint DeviceMinor;
}

/// <summary><c>struct statvfs</c> of 64-bit Linux, the fields used here.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct FileSystemStatusReply
{
    [FieldOffset(8)]
    internal ulong FragmentBytes;

    [FieldOffset(32)]
    internal ulong FragmentsAvailable;
}
