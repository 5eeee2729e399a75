using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Millrace.Base;

namespace Millrace.Network;

/// <summary>
/// The place of one response in its connection's queue, taken in the order in which requests arrive and sent in that
/// order, whenever it is completed. The content is bytes with file ranges between them:
/// <see cref="Append"/>, <see cref="AppendFile"/>, <see cref="Append"/>, ... then <see cref="Complete"/>, which also
/// writes the length in front.
/// <para>
/// Reactor thread only; another thread posts a <see cref="WorkItem"/> that fills and completes the slot there. Whoever
/// got the slot with a frame completes it exactly once, even after the connection died: until then it is not reused, so
/// that a late completion can never reach another client. Slots come from a pool of the reactor and allocate nothing.
/// </para>
/// </summary>
public sealed unsafe class ResponseSlot
{
    private const int FilesKeptMax = 64;

    private enum Stage : byte
    {
        Free,
        Open,
        Completed,
    }

    private readonly Reactor reactor;
    private OwnedBuffer buffer;
    private FilePart[] files = [];
    private int fileCount;
    private long fileBytes;
    private Stage stage;

    // Where sending has got to: bytes of the buffer, ranges, bytes of the current range.
    private int bytesSent;
    private int fileIndex;
    private int fileSent;

    internal ResponseSlot(Reactor reactor) => this.reactor = reactor;

    /// <summary>A file range and the end of the buffer bytes that go in front of it.</summary>
    private readonly record struct FilePart(int BytesEnd, FileRange Range);

    /// <summary>The connection that the request came by; closed where <see cref="IsAbandoned"/>.</summary>
    public Connection Connection { get; private set; } = null!;

    /// <summary>True once the connection is gone: completing the slot only frees it.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>Told when the connection goes while the slot is open; the waiting request itself, usually.</summary>
    public IAbandonedRequest? Waiter { get; set; }

    /// <summary>The next slot of the connection, or of the pool.</summary>
    internal ResponseSlot? Next { get; set; }

    internal bool IsCompleted => stage == Stage.Completed;

    internal bool ClosesAfter { get; private set; }

    /// <summary>Bytes held in memory, with the length in front.</summary>
    internal int Length { get; private set; }

    /// <summary>Up to where the file of the current range is known to be cached, or -1.</summary>
    internal long CachedUntil { get; set; } = -1;

    internal bool IsSent => bytesSent == Length && fileIndex == fileCount;

    /// <summary>True where a file range comes next.</summary>
    internal bool IsAtFile => fileIndex < fileCount && bytesSent == files[fileIndex].BytesEnd;

    /// <summary>True where a file range follows, at once or behind <see cref="UnsentBytes"/>.</summary>
    internal bool HasFileAhead => fileIndex < fileCount;

    /// <summary>What is left of the current file range.</summary>
    internal FileRange UnsentFile
    {
        get
        {
            FileRange range = files[fileIndex].Range;
            return range with { Position = range.Position + fileSent, Count = range.Count - fileSent };
        }
    }

    /// <summary>
    /// The bytes up to the next file range or the end; pool memory, valid while the slot is not recycled.
    /// </summary>
    internal ReadOnlySpan<byte> UnsentBytes
    {
        get
        {
            int end = fileIndex < fileCount ? files[fileIndex].BytesEnd : Length;
            return new ReadOnlySpan<byte>(buffer.Pointer + bytesSent, end - bytesSent);
        }
    }

    /// <summary>Appends bytes to the response.</summary>
    /// <returns>Where to write them; valid until the next call on the slot. The content is undefined before.</returns>
    public Span<byte> Append(int size)
    {
        CheckOpen();
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        int start = Length == 0 ? FrameReader.LengthSize : Length;
        EnsureCapacity(checked(start + size));
        Length = start + size;
        return new Span<byte>(buffer.Pointer + start, size);
    }

    /// <summary>Appends a copy of the bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Append(bytes.Length));

    /// <summary>
    /// Appends a range of a file, which is sent from the page cache. Its hold is released by this slot.
    /// </summary>
    public void AppendFile(FileRange range)
    {
        CheckOpen();
        if (range.Count <= 0)
        {
            range.Hold?.Release();
            return;
        }

        if (Length == 0)
        {
            Append(0);
        }

        if (fileCount == files.Length)
        {
            Array.Resize(ref files, Math.Max(4, fileCount * 2));
        }

        files[fileCount++] = new FilePart(Length, range);
        fileBytes += range.Count;
    }

    /// <summary>The response is whole: it is sent at the end of this turn, or when those before it are.</summary>
    public void Complete()
    {
        CheckOpen();
        if (Length == 0)
        {
            Append(0);
        }

        int declared = checked((int)(Length - FrameReader.LengthSize + fileBytes));
        BinaryPrimitives.WriteInt32BigEndian(new Span<byte>(buffer.Pointer, FrameReader.LengthSize), declared);
        Finish();
    }

    /// <summary>The request gets no response (acks=0). What was appended is dropped.</summary>
    public void CompleteWithoutResponse()
    {
        CheckOpen();
        DropContent();
        Finish();
    }

    /// <summary>As <see cref="Complete"/>; the connection is closed once the response is sent.</summary>
    public void CompleteAndClose()
    {
        ClosesAfter = true;
        Complete();
    }

    /// <summary>No response; the connection is closed once those before it are sent.</summary>
    public void CloseWithoutResponse()
    {
        ClosesAfter = true;
        CompleteWithoutResponse();
    }

    internal void Open(Connection connection)
    {
        Connection = connection;
        stage = Stage.Open;
    }

    internal void AdvanceBytes(int sent) => bytesSent += sent;

    /// <summary>Counts bytes of the current range as sent, and lets go of the file after the last of them.</summary>
    internal void AdvanceFile(int sent)
    {
        fileSent += sent;
        if (fileSent == files[fileIndex].Range.Count)
        {
            files[fileIndex].Range.Hold?.Release();
            fileIndex++;
            fileSent = 0;
            CachedUntil = -1;
        }
    }

    /// <summary>The connection is gone.</summary>
    /// <returns>
    /// True where the slot was complete and can be recycled; else its owner still has to complete it.
    /// </returns>
    internal bool Abandon()
    {
        IsAbandoned = true;
        Next = null;
        if (stage == Stage.Completed)
        {
            return true;
        }

        Waiter?.OnAbandoned(this);
        return false;
    }

    /// <summary>Frees what the slot holds and makes it as new.</summary>
    internal void Reset()
    {
        DropContent();
        stage = Stage.Free;
        Connection = null!;
        Waiter = null;
        IsAbandoned = false;
        ClosesAfter = false;
        Next = null;
    }

    private void Finish()
    {
        stage = Stage.Completed;
        Waiter = null;
        if (IsAbandoned)
        {
            reactor.Recycle(this);
        }
        else
        {
            Connection.OnSlotCompleted(this);
        }
    }

    private void DropContent()
    {
        for (; fileIndex < fileCount; fileIndex++)
        {
            files[fileIndex].Range.Hold?.Release();
        }

        if (files.Length > FilesKeptMax)
        {
            files = [];
        }
        else
        {
            // Holds are managed objects: a pooled slot must not keep a closed segment alive.
            files.AsSpan(0, fileCount).Clear();
        }

        buffer.Return();
        buffer = default;
        Length = 0;
        fileCount = 0;
        fileBytes = 0;
        bytesSent = 0;
        fileIndex = 0;
        fileSent = 0;
        CachedUntil = -1;
    }

    private void EnsureCapacity(int size)
    {
        if (size <= buffer.Length)
        {
            return;
        }

        // Whole size classes, so that a response of many small pieces is not moved for each of them.
        int wanted = Math.Max(size, Limits.PooledBufferBytesMin);
        bool pooled = wanted <= Limits.PooledBufferBytesMax;
        OwnedBuffer larger = reactor.Memory.Rent(pooled ? (int)BitOperations.RoundUpToPowerOf2((uint)wanted) : wanted);
        buffer.Span[..Length].CopyTo(larger.Span);
        buffer.Return();
        buffer = larger;
    }

    private void CheckOpen()
    {
        if (stage != Stage.Open || !reactor.IsOwnThread)
        {
            ThrowMisused();
        }
    }

    [DoesNotReturn]
    private void ThrowMisused() => throw new InvalidOperationException(
        stage == Stage.Open
            ? "A response slot was used away from its reactor's thread."
            : "A response slot was used after it had been completed.");
}
