using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Arm = System.Runtime.Intrinsics.Arm;

namespace Millrace.Base;

/// <summary>
/// What <see cref="Crc32CLanes{TUnit}"/> needs of a processor. The types that have it are stateless, one for each kind
/// of machine.
/// </summary>
internal interface ICrcUnit
{
    /// <summary>Takes one byte into a checksum register.</summary>
    static abstract uint Step(uint register, byte value);

    /// <summary>Takes eight bytes, the first in the lowest bits, into a checksum register.</summary>
    static abstract uint Step(uint register, ulong word);

    /// <summary>Product of two polynomials over GF(2), not reduced.</summary>
    static abstract ulong Multiply(uint left, uint right);
}

/// <summary>x86-64 with SSE4.2 and PCLMULQDQ.</summary>
internal readonly struct X64CrcUnit : ICrcUnit
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Step(uint register, byte value) => Sse42.Crc32(register, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Step(uint register, ulong word) => (uint)Sse42.X64.Crc32(register, word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Multiply(uint left, uint right) =>
        Pclmulqdq
            .CarrylessMultiply(Vector128.CreateScalar((ulong)left), Vector128.CreateScalar((ulong)right), 0)
            .ToScalar();
}

/// <summary>arm64 with the CRC32 and the polynomial multiply (AES) extensions.</summary>
internal readonly struct Arm64CrcUnit : ICrcUnit
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Step(uint register, byte value) => Arm.Crc32.ComputeCrc32C(register, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Step(uint register, ulong word) => Arm.Crc32.Arm64.ComputeCrc32C(register, word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Multiply(uint left, uint right) =>
        Arm.Aes.PolynomialMultiplyWideningLower(Vector64.Create((ulong)left), Vector64.Create((ulong)right)).ToScalar();
}
