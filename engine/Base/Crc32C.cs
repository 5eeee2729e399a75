using System.Runtime.Intrinsics.X86;

namespace Millrace.Base;

/// <summary>
/// CRC-32C (Castagnoli), the checksum of record batches and snapshots. The processor's own instruction does the work
/// where there is one; every path gives the same answer. Thread-safe: there is no state but constants.
/// </summary>
/// <remarks>
/// A running checksum is the finished one of the bytes so far, starting from 0, so that it may be stored, compared and
/// continued at any byte.
/// </remarks>
public static class Crc32C
{
    // x^0 and x^1 as the reflected polynomials below hold them: the highest power in the lowest bit.
    private const uint PolynomialOne = 0x8000_0000;
    private const uint PolynomialX = 0x4000_0000;

    /// <summary>Castagnoli's polynomial, reflected (RFC 3720, appendix B.4).</summary>
    internal const uint Polynomial = 0x82F6_3B78;

    /// <summary>The checksum of <paramref name="data"/>.</summary>
    public static uint Compute(ReadOnlySpan<byte> data) => Append(0, data);

    /// <summary>Continues a checksum.</summary>
    /// <param name="crc">Checksum of the bytes before <paramref name="data"/>; 0 where there are none.</param>
    /// <param name="data">The bytes that follow.</param>
    /// <returns>The checksum of both parts.</returns>
    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        if (Sse42.X64.IsSupported && Pclmulqdq.IsSupported)
        {
            return ~Crc32CLanes<X64CrcUnit>.Update(~crc, data);
        }

        if (System.Runtime.Intrinsics.Arm.Crc32.Arm64.IsSupported && System.Runtime.Intrinsics.Arm.Aes.IsSupported)
        {
            return ~Crc32CLanes<Arm64CrcUnit>.Update(~crc, data);
        }

        return ~Crc32CTable.Update(~crc, data);
    }

    /// <summary>The checksum of two parts that were summed apart, without reading them again.</summary>
    /// <param name="first">Checksum of the first part.</param>
    /// <param name="second">Checksum of the second part, begun at 0.</param>
    /// <param name="secondLength">Bytes of the second part, 0 or more.</param>
    public static uint Combine(uint first, uint second, long secondLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(secondLength);
        return Multiply(first, PowerOfX((ulong)secondLength * 8)) ^ second;
    }

    /// <summary>
    /// x to the power <paramref name="exponent"/>, modulo the polynomial: what moves a checksum by that many bits.
    /// </summary>
    internal static uint PowerOfX(ulong exponent)
    {
        uint power = PolynomialOne;
        for (uint square = PolynomialX; exponent != 0; exponent >>= 1)
        {
            if ((exponent & 1) != 0)
            {
                power = Multiply(power, square);
            }

            square = Multiply(square, square);
        }

        return power;
    }

    /// <summary>The product of two reflected polynomials, modulo the polynomial.</summary>
    private static uint Multiply(uint left, uint right)
    {
        uint product = 0;
        for (; left != 0; left <<= 1)
        {
            if ((left & PolynomialOne) != 0)
            {
                product ^= right;
            }

            right = (right >> 1) ^ ((right & 1) != 0 ? Polynomial : 0);
        }

        return product;
    }
}
