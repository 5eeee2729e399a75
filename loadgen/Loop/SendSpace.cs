using System.Runtime.InteropServices;

namespace Millrace.Loadgen;

/// <summary>
/// Memory for what a connection sends and nobody else keeps: handed out piece by piece, never moved, and free as a
/// whole once everything queued was sent. Owned by its connection.
/// </summary>
internal sealed unsafe class SendSpace : IDisposable
{
    private const int FirstChunkBytes = 1024;
    private const int ChunkBytesMax = 1024 * 1024;

    private readonly List<(nint Start, int Length)> chunks = [];
    private int current;
    private int used;

    ~SendSpace() => Release();

    /// <summary>So many bytes, of whatever content, good until <see cref="Clear"/>.</summary>
    public byte* Reserve(int length)
    {
        while (current < chunks.Count && chunks[current].Length - used < length)
        {
            current++;
            used = 0;
        }

        if (current == chunks.Count)
        {
            int size = Math.Max(
                length, (int)Math.Min((long)FirstChunkBytes << (4 * Math.Min(current, 6)), ChunkBytesMax));
            chunks.Add(((nint)NativeMemory.Alloc((nuint)size), size));
            used = 0;
        }

        byte* start = (byte*)chunks[current].Start + used;
        used += length;
        return start;
    }

    /// <summary>Nothing of it is on its way any more.</summary>
    public void Clear() => (current, used) = (0, 0);

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        foreach ((nint start, _) in chunks)
        {
            NativeMemory.Free((void*)start);
        }

        chunks.Clear();
    }
}
