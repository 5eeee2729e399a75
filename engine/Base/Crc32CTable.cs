using System.Buffers.Binary;

namespace Millrace.Base;

/// <summary>
/// CRC-32C by table look-up, eight bytes a step (slicing), for processors without the instruction. The 8 KiB of tables
/// are made on first use, so that other machines never pay for them.
/// </summary>
internal static class Crc32CTable
{
    private const int Slices = 8;
    private const int SliceLength = 256;

    private static readonly uint[] Table = MakeTable();

    /// <summary>Continues a raw (not inverted) checksum register.</summary>
    public static uint Update(uint register, ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<uint> table = Table;
        while (data.Length >= sizeof(ulong))
        {
            register = Step(table, register, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[sizeof(ulong)..];
        }

        foreach (byte value in data)
        {
            register = (register >> 8) ^ table[(byte)(register ^ value)];
        }

        return register;
    }

    /// <summary>One little-endian word of eight bytes.</summary>
    public static uint Step(uint register, ulong word) => Step(Table, register, word);

    private static uint Step(ReadOnlySpan<uint> table, uint register, ulong word)
    {
        word ^= register;
        uint low = (uint)word;
        uint high = (uint)(word >> 32);

        // Each byte's remainder after the bytes behind it are shifted through: the first byte has seven behind it.
        return table[(7 * SliceLength) + (int)(low & 0xff)]
            ^ table[(6 * SliceLength) + (int)((low >> 8) & 0xff)]
            ^ table[(5 * SliceLength) + (int)((low >> 16) & 0xff)]
            ^ table[(4 * SliceLength) + (int)(low >> 24)]
            ^ table[(3 * SliceLength) + (int)(high & 0xff)]
            ^ table[(2 * SliceLength) + (int)((high >> 8) & 0xff)]
            ^ table[SliceLength + (int)((high >> 16) & 0xff)]
            ^ table[(int)(high >> 24)];
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[Slices * SliceLength];
        for (uint value = 0; value < SliceLength; value++)
        {
            uint remainder = value;
            for (int bit = 0; bit < 8; bit++)
            {
                remainder = (remainder >> 1) ^ ((remainder & 1) != 0 ? Crc32C.Polynomial : 0);
            }

            table[value] = remainder;
        }

        for (int index = SliceLength; index < table.Length; index++)
        {
            uint shorter = table[index - SliceLength];
            table[index] = (shorter >> 8) ^ table[(byte)shorter];
        }

        return table;
    }
}
