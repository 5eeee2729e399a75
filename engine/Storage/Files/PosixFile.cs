using System.Runtime.InteropServices;

namespace Millrace.Storage;

/// <summary>
/// A file of the operating system: raw calls on an int descriptor, without <c>SafeHandle</c>'s counting (two
/// interlocked operations per call, measured as a tenth of a small <c>pwrite</c>). Its owner closes it once nobody uses
/// it, as <see cref="FileCache"/> does by pins.
/// </summary>
public sealed unsafe class PosixFile : IFile
{
    // One read or write moves at most this many bytes (Linux: MAX_RW_COUNT is INT_MAX rounded down to a page).
    private const long BytesPerCallMax = 0x7fff_f000;

    private int descriptor;

    internal PosixFile(string path, int descriptor)
    {
        Path = path;
        this.descriptor = descriptor;
    }

    public string Path { get; }

    public int Descriptor => descriptor;

    public IoResult Read(long position, Span<byte> target) => Read(position, target, flags: 0);

    public IoResult ReadCached(long position, Span<byte> target)
    {
        IoResult read = Read(position, target, Libc.NoWait);
        return read.Error switch
        {
            IoError.Locked => read with { Error = IoError.WouldWait },
            IoError.NotSupported => Read(position, target),
            _ => read,
        };
    }

    private IoResult Read(long position, Span<byte> target, int flags)
    {
        fixed (byte* start = target)
        {
            int done = 0;
            while (done < target.Length)
            {
                IoVector rest = new(start + done, (nuint)(target.Length - done));
                nint moved = flags == 0
                    ? Libc.Read(descriptor, rest.Start, rest.Length, position + done)
                    : Libc.ReadVectored2(descriptor, &rest, 1, position + done, flags);
                if (moved == 0)
                {
                    break;
                }

                if (moved < 0)
                {
                    if (IsInterrupted(out IoResult failure, done))
                    {
                        continue;
                    }

                    return failure;
                }

                done += (int)moved;
            }

            return IoResult.Of(done);
        }
    }

    public IoResult ReadVectored(long position, ReadOnlySpan<IoVector> targets) =>
        Move(position, targets, write: false);

    public IoResult Write(long position, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            IoVector piece = new(start, (nuint)bytes.Length);
            return Move(position, new ReadOnlySpan<IoVector>(in piece), write: true);
        }
    }

    public IoResult WriteVectored(long position, ReadOnlySpan<IoVector> pieces) => Move(position, pieces, write: true);

    /// <summary>
    /// Moves all pieces. What a call leaves of a piece is moved alone, then whole pieces go on together.
    /// </summary>
    private IoResult Move(long position, ReadOnlySpan<IoVector> pieces, bool write)
    {
        long done = 0;
        int index = 0;
        nuint within = 0;
        while (Skip(pieces, ref index, ref within))
        {
            nint moved = MoveOnce(position + done, pieces, index, within, write);
            if (moved > 0)
            {
                done += moved;
                within += (nuint)moved;
                continue;
            }

            if (moved == 0)
            {
                // A read has met the end of the file. A write that moves nothing would be repeated for ever.
                return write ? new IoResult(done, IoError.Other) : IoResult.Of(done);
            }

            if (!IsInterrupted(out IoResult failure, done))
            {
                return failure;
            }
        }

        return IoResult.Of(done);
    }

    /// <summary>
    /// Steps over the pieces that <paramref name="within"/> bytes, counted from piece <paramref name="index"/>,
    /// complete.
    /// </summary>
    /// <returns>Whether anything is left.</returns>
    private static bool Skip(ReadOnlySpan<IoVector> pieces, ref int index, ref nuint within)
    {
        while (index < pieces.Length && within >= pieces[index].Length)
        {
            within -= pieces[index].Length;
            index++;
        }

        return index < pieces.Length;
    }

    private nint MoveOnce(long position, ReadOnlySpan<IoVector> pieces, int index, nuint within, bool write)
    {
        if (within > 0 || index == pieces.Length - 1)
        {
            byte* start = pieces[index].Start + within;
            nuint length = nuint.Min(pieces[index].Length - within, (nuint)BytesPerCallMax);
            return write
                ? Libc.Write(descriptor, start, length, position)
                : Libc.Read(descriptor, start, length, position);
        }

        int count = Math.Min(pieces.Length - index, Libc.VectorsMax);
        fixed (IoVector* first = pieces)
        {
            return write
                ? Libc.WriteVectored(descriptor, first + index, count, position)
                : Libc.ReadVectored(descriptor, first + index, count, position);
        }
    }

    /// <summary>
    /// Looks at the error of the last call: a signal means "again", anything else ends the operation.
    /// </summary>
    private static bool IsInterrupted(out IoResult failure, long done)
    {
        int errno = Marshal.GetLastPInvokeError();
        failure = new IoResult(done, IoErrors.FromErrno(errno), errno);
        return errno == Errno.Interrupted;
    }

    public IoError SyncData()
    {
        int result;
        do
        {
            result = Libc.SyncData(descriptor);
        }
        while (PosixFileSystem.WasInterrupted(result));
        return PosixFileSystem.ErrorOf(result);
    }

    public IoError StartWriteBack(long position, long length)
    {
        int result;
        do
        {
            result = Libc.SyncRange(descriptor, position, length, Libc.StartWriting);
        }
        while (PosixFileSystem.WasInterrupted(result));
        return PosixFileSystem.ErrorOf(result);
    }

    public IoError Sync()
    {
        int result;
        do
        {
            result = Libc.Sync(descriptor);
        }
        while (PosixFileSystem.WasInterrupted(result));
        return PosixFileSystem.ErrorOf(result);
    }

    public IoError Truncate(long length)
    {
        int result;
        do
        {
            result = Libc.Truncate(descriptor, length);
        }
        while (PosixFileSystem.WasInterrupted(result));
        return PosixFileSystem.ErrorOf(result);
    }

    public IoError Preallocate(long position, long length)
    {
        int result;
        do
        {
            result = Libc.Allocate(descriptor, Libc.KeepSize, position, length);
        }
        while (PosixFileSystem.WasInterrupted(result));
        return PosixFileSystem.ErrorOf(result);
    }

    public IoResult Length()
    {
        // Nobody reads or writes at the descriptor's own position, so that moving it disturbs nothing; it is a third of
        // the price of statx.
        long length = Libc.Seek(descriptor, 0, origin: 2);
        return length >= 0 ? IoResult.Of(length) : PosixFileSystem.FailureOf();
    }

    public void Close()
    {
        int closing = Interlocked.Exchange(ref descriptor, -1);
        if (closing >= 0)
        {
            // Not repeated after EINTR: Linux has freed the descriptor by then, and another thread may have got its
            // number.
            Libc.Close(closing);
        }
    }
}
