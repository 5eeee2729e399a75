using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Millrace.Storage;

/// <summary>The operating system's files. Stateless; any thread.</summary>
public sealed unsafe class PosixFileSystem : IFileSystem
{
    // As Kafka's files get with the usual umask of 022.
    private const int FileMode = 0x1b6; // 0666
    private const int DirectoryMode = 0x1ff; // 0777

    // Offsets in glibc's and musl's struct dirent of 64-bit Linux.
    private const int DirentKind = 18;
    private const int DirentName = 19;
    private const byte DirentDirectory = 4;
    private const byte DirentUnknown = 0;

    public IoError Open(string path, OpenKind kind, [NotNullWhen(true)] out IFile? file)
    {
        int flags = kind switch
        {
            OpenKind.Read => Libc.OpenReadOnly,
            OpenKind.ReadWrite => Libc.OpenReadWrite,
            OpenKind.OpenOrCreate => Libc.OpenReadWrite | Libc.OpenCreate,
            OpenKind.CreateNew => Libc.OpenReadWrite | Libc.OpenCreate | Libc.OpenExclusive,
            _ => Libc.OpenReadWrite | Libc.OpenCreate | Libc.OpenTruncate,
        };
        int descriptor = OpenDescriptor(path, flags);
        file = descriptor >= 0 ? new PosixFile(path, descriptor) : null;
        return ErrorOf(descriptor);
    }

    public IoError Rename(string from, string to) => ErrorOf(Libc.Rename(from, to));

    public IoError Delete(string path) => ErrorOf(Libc.Unlink(path));

    public IoError CreateDirectory(string path) => ErrorOf(Libc.MakeDirectory(path, DirectoryMode));

    public IoError DeleteDirectory(string path) => ErrorOf(Libc.RemoveDirectory(path));

    public IoError SyncDirectory(string path)
    {
        int descriptor = OpenDescriptor(path, Libc.OpenReadOnly);
        if (descriptor < 0)
        {
            return ErrorOf(descriptor);
        }

        PosixFile folder = new(path, descriptor);
        IoError error = folder.Sync();
        folder.Close();
        return error;
    }

    public IoError List(string path, List<DirectoryEntry> entries)
    {
        nint directory = Libc.OpenDirectory(path);
        if (directory == 0)
        {
            return ErrorOf(-1);
        }

        IoError error = IoError.None;
        while (error == IoError.None)
        {
            byte* entry = Libc.ReadDirectory(directory);
            if (entry is null)
            {
                // The marshaller has set the number to 0 before the call, so that the end reads as no error.
                error = IoErrors.FromErrno(Marshal.GetLastPInvokeError());
                break;
            }

            string name = Marshal.PtrToStringUTF8((nint)(entry + DirentName)) ?? "";
            if (name is not ("." or ".."))
            {
                error = IsDirectory(path, name, entry[DirentKind], out bool isDirectory);
                entries.Add(new DirectoryEntry(name, isDirectory));
            }
        }

        _ = Libc.CloseDirectory(directory);
        return error;
    }

    /// <summary>
    /// A few file systems leave the kind of an entry out, and a symbolic link counts as what it points to.
    /// </summary>
    private IoError IsDirectory(string folder, string name, byte kind, out bool isDirectory)
    {
        const byte link = 10;
        isDirectory = kind == DirentDirectory;
        if (kind is not (DirentUnknown or link))
        {
            return IoError.None;
        }

        IoError error = Status(System.IO.Path.Join(folder, name), out FileStatus status);
        isDirectory = status.IsDirectory;
        return error == IoError.NotFound ? IoError.None : error;
    }

    public IoError Status(string path, out FileStatus status)
    {
        FileStatusReply reply;
        int result = Libc.StatusOf(FileStatusReply.CurrentFolder, path, 0, FileStatusReply.BasicFields, &reply);
        status = result < 0
            ? default
            : new FileStatus(
                (long)reply.Size,
                (reply.Mode & FileStatusReply.KindMask) == FileStatusReply.DirectoryKind,
                (reply.ModifiedSeconds * 1000) + (reply.ModifiedNanoseconds / 1_000_000));
        return ErrorOf(result);
    }

    public IoError TryLock(string path, [NotNullWhen(true)] out IFileLock? held)
    {
        held = null;
        while (true)
        {
            int descriptor = OpenDescriptor(path, Libc.OpenReadWrite | Libc.OpenCreate);
            if (descriptor < 0)
            {
                return ErrorOf(descriptor);
            }

            FileLockRequest request = new() { Kind = FileLockRequest.Write };
            if (Libc.Control(descriptor, Libc.SetOpenFileLock, &request) < 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                Libc.Close(descriptor);
                return errno is Errno.Access ? IoError.Locked : IoErrors.FromErrno(errno);
            }

            // The last holder deletes the file before it lets go: a lock on a file that no longer has the name is worth
            // nothing.
            if (IsStillNamed(path, descriptor))
            {
                held = new PosixFileLock(path, descriptor);
                return IoError.None;
            }

            Libc.Close(descriptor);
        }
    }

    private static bool IsStillNamed(string path, int descriptor)
    {
        FileStatusReply named;
        FileStatusReply opened;
        return Libc.StatusOf(FileStatusReply.CurrentFolder, path, 0, FileStatusReply.BasicFields, &named) == 0
            && Libc.StatusOf(descriptor, "", FileStatusReply.EmptyPath, FileStatusReply.BasicFields, &opened) == 0
            && named.Inode == opened.Inode
            && named.DeviceMajor == opened.DeviceMajor
            && named.DeviceMinor == opened.DeviceMinor;
    }

    public IoError FreeSpace(string path, out long bytes)
    {
        FileSystemStatusReply reply;
        int result = Libc.FileSystemStatus(path, &reply);
        bytes = result < 0 ? 0 : (long)ulong.Min(reply.FragmentsAvailable * reply.FragmentBytes, long.MaxValue);
        return ErrorOf(result);
    }

    private static int OpenDescriptor(string path, int flags)
    {
        int descriptor;
        do
        {
            descriptor = Libc.Open(path, flags | Libc.OpenCloseOnExec, FileMode);
        }
        while (WasInterrupted(descriptor));
        return descriptor;
    }

    /// <summary>Whether a signal broke the call off, so that it has to be made again.</summary>
    internal static bool WasInterrupted(int result) =>
        result < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted;

    /// <summary>The typed error of a call's answer, read before any other call of this thread.</summary>
    internal static IoError ErrorOf(int result) =>
        result >= 0 ? IoError.None : IoErrors.FromErrno(Marshal.GetLastPInvokeError());

    /// <summary>The last call's failure with its number.</summary>
    internal static IoResult FailureOf()
    {
        int errno = Marshal.GetLastPInvokeError();
        return new IoResult(0, IoErrors.FromErrno(errno), errno);
    }

    private sealed class PosixFileLock(string path, int descriptor) : IFileLock
    {
        private int descriptor = descriptor;

        public void Release()
        {
            int closing = Interlocked.Exchange(ref descriptor, -1);
            if (closing >= 0)
            {
                _ = Libc.Unlink(path);
                Libc.Close(closing);
            }
        }
    }
}
