using System.ComponentModel;
using System.Runtime.InteropServices;
using Millrace.Network;

namespace Millrace.Loadgen.Floors;

/// <summary>
/// The system calls of the floors that the reactors do not make. Errors throw: a floor has no other way on.
/// </summary>
internal static unsafe partial class FloorCalls
{
    private const string Library = "libc";
    private const int ReadWrite = 2;
    private const int Create = 0x40;
    private const int Truncate = 0x200;
    private const int CloseOnExec = 0x80000;
    private const int OwnerMay = 0x180; // 0600
    private const int KeepSize = 1;
    private const int DiscardData = 0x20; // MSG_TRUNC: on TCP, takes the bytes without copying them out
    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;

    /// <summary>Makes an empty file and opens it for reading and writing.</summary>
    public static int CreateFile(string path) =>
        OrThrow(Open(path, ReadWrite | Create | Truncate | CloseOnExec, OwnerMay), "open");

    /// <summary>
    /// Takes space on the disk without making the file longer, as the engine does ahead of its appends.
    /// </summary>
    public static void Reserve(int file, long bytes) => OrThrow(Allocate(file, KeepSize, 0, bytes), "fallocate");

    /// <summary>Writes all of some pieces at a position; a short write is a full disk here.</summary>
    public static void WriteAll(int file, IoVector* pieces, int count, long position, long bytes)
    {
        if (WriteVectoredAt(file, pieces, count, position) != bytes)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "pwritev");
        }
    }

    public static void SyncData(int file) => OrThrow(DataSync(file), "fdatasync");

    /// <summary>Receives what there is.</summary>
    /// <param name="socket">The socket; it does not wait.</param>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="length">At most so many.</param>
    /// <param name="isDiscarded">Whether nobody wants to see them.</param>
    /// <returns>Bytes; 0 where there are none now; -1 where the peer has closed.</returns>
    public static long Receive(int socket, byte* buffer, int length, bool isDiscarded)
    {
        nint got = ReceiveBytes(socket, buffer, (nuint)length, DontWait | (isDiscarded ? DiscardData : 0));
        return got > 0 ? got : got == 0 ? -1 : OrNone("recv");
    }

    /// <summary>Sends what fits.</summary>
    /// <returns>Bytes; 0 where none fit now.</returns>
    public static long Send(int socket, byte* buffer, int length)
    {
        nint sent = SendBytes(socket, buffer, (nuint)length, DontWait | NoSignal);
        return sent >= 0 ? sent : OrNone("send");
    }

    private static int OrNone(string what)
    {
        int error = Marshal.GetLastPInvokeError();
        return error is Errno.TryAgain or Errno.Interrupted ? 0 : throw new Win32Exception(error, what);
    }

    private static int OrThrow(int result, string what) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError(), what);

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport(Library, EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Allocate(int file, int mode, long offset, long length);

    [LibraryImport(Library, EntryPoint = "pwritev", SetLastError = true)]
    private static partial nint WriteVectoredAt(int file, IoVector* pieces, int count, long position);

    [LibraryImport(Library, EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int DataSync(int file);

    [LibraryImport(Library, EntryPoint = "recv", SetLastError = true)]
    private static partial nint ReceiveBytes(int socket, byte* buffer, nuint length, int flags);

    [LibraryImport(Library, EntryPoint = "send", SetLastError = true)]
    private static partial nint SendBytes(int socket, byte* buffer, nuint length, int flags);
}
