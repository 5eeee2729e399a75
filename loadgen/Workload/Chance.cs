using System.Runtime.CompilerServices;

namespace Millrace.Loadgen;

/// <summary>
/// Random numbers of one owner, the same for the same seed on every machine (splitmix64). Nothing secret hangs on it.
/// </summary>
internal struct Chance(ulong seed)
{
    private ulong state = seed;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next()
    {
        state += 0x9E37_79B9_7F4A_7C15;
        return Mix(state);
    }

    /// <summary>At least 0 and below 1.</summary>
    public double NextUnit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>At least 0 and below the bound, which is positive.</summary>
    public int NextBelow(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>Below the bound, which is positive.</summary>
    public long NextBelow(long bound) => (long)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>Spreads a number over 64 bits; different numbers stay different.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }
}
