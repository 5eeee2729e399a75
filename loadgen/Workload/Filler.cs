using System.Runtime.InteropServices;

namespace Millrace.Loadgen;

/// <summary>
/// What values are filled with, made once from the seed: a share of random bytes among text that repeats, so that a
/// codec finds about the ratio asked for. Immutable, any thread.
/// </summary>
internal sealed unsafe class Filler : IDisposable
{
    private const int Spare = 1024 * 1024;

    /// <summary>Random and plain bytes take turns in pieces of this size.</summary>
    private const int PieceBytes = 64;

    private static readonly byte[] Words =
        "{\"level\":\"INFO\",\"service\":\"checkout\",\"region\":\"eu-west\",\"message\":\"accepted\"} "u8.ToArray();

    private readonly byte* memory;
    private readonly int offsets;

    /// <param name="seed">The run's seed.</param>
    /// <param name="valueBytesMax">The largest value of the run.</param>
    /// <param name="randomShare">0 for text alone, 1 for bytes that no codec makes smaller.</param>
    public Filler(ulong seed, int valueBytesMax, double randomShare)
    {
        offsets = Spare;
        int length = valueBytesMax + Spare;
        memory = (byte*)NativeMemory.Alloc((nuint)length);
        Span<byte> whole = new(memory, length);
        Chance chance = new(seed);
        int randomBytes = (int)Math.Round(PieceBytes * randomShare);
        for (int at = 0; at < length; at++)
        {
            whole[at] = at % PieceBytes < randomBytes ? (byte)chance.Next() : Words[at % Words.Length];
        }
    }

    ~Filler() => NativeMemory.Free(memory);

    /// <summary>So many bytes of it, from a place that differs with the number.</summary>
    public ReadOnlySpan<byte> Take(long number, int length) =>
        new(memory + (int)((ulong)(number * 4099) % (uint)offsets), length);

    public void Dispose()
    {
        NativeMemory.Free(memory);
        GC.SuppressFinalize(this);
    }
}
