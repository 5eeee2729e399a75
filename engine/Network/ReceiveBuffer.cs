using System.Runtime.InteropServices;

namespace Millrace.Network;

/// <summary>
/// The memory that all connections of a reactor receive into. Frames stay where they arrived until the turn ends, so
/// the buffer is only ever filled further, and is empty again with the end of the turn. Reactor thread only.
/// </summary>
internal sealed unsafe class ReceiveBuffer : IDisposable
{
    private readonly int size;
    private byte* start;
    private int used;

    public ReceiveBuffer(int size)
    {
        this.size = size;
        start = (byte*)NativeMemory.AlignedAlloc((nuint)size, 4096);
    }

    /// <summary>Where the next bytes go.</summary>
    public byte* Free => start + used;

    /// <summary>Bytes that may be received there.</summary>
    public int Room => size - used;

    /// <summary>
    /// True where what is left is too little to be worth a receive: the turn should end first. A quarter of the buffer
    /// keeps several pipelined produce requests of 16 KiB in one call.
    /// </summary>
    public bool IsNearlyUsedUp => Room < size / 4;

    /// <summary>Keeps so many bytes at <see cref="Free"/> until the end of the turn.</summary>
    public void Keep(int bytes) => used += bytes;

    /// <summary>The turn has ended: nothing refers to the content any more.</summary>
    public void Clear() => used = 0;

    public void Dispose()
    {
        NativeMemory.AlignedFree(start);
        start = null;
    }
}
