using System.Runtime.InteropServices;

namespace Millrace.Protocol.Compression;

/// <summary>
/// Growing native memory that is used again and again: scratch space of one owner, one thread at a time. Growth moves
/// the bytes, so that no span of it may be kept across a call that can grow it.
/// </summary>
public sealed unsafe class NativeBuffer : IDisposable
{
    private byte* memory;

    ~NativeBuffer() => Release();

    /// <summary>Bytes that fit without growing.</summary>
    public int Capacity { get; private set; }

    /// <summary>All of the memory, whatever it holds.</summary>
    public Span<byte> Whole => new(memory, Capacity);

    /// <summary>
    /// Makes room for so many bytes, keeping what is there; doubles, so that growing by steps stays cheap.
    /// </summary>
    public void EnsureCapacity(int bytes)
    {
        if (bytes <= Capacity)
        {
            return;
        }

        long doubled = Math.Max(bytes, Math.Min(Array.MaxLength, Capacity * 2L));
        int capacity = (int)Math.Max(256, doubled);
        memory = (byte*)NativeMemory.Realloc(memory, (nuint)capacity);
        GC.KeepAlive(this);
        Capacity = capacity;
    }

    /// <summary>
    /// Gives the memory back where it is larger than <paramref name="bytes"/>: after an outsized batch.
    /// </summary>
    public void ShrinkTo(int bytes)
    {
        if (Capacity > bytes)
        {
            Release();
        }
    }

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        NativeMemory.Free(memory);
        memory = null;
        Capacity = 0;
    }
}
