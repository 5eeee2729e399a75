using System.Runtime.CompilerServices;

namespace Millrace.Protocol.Records;

/// <summary>
/// CRC-32 (IEEE 802.3), the checksum of messages of magic 0 and 1. Four bytes a step from tables: old segments are read
/// seldom, so nothing faster is worth its code.
/// </summary>
internal static class MessageChecksum
{
    private const uint Polynomial = 0xEDB8_8320;

    private static readonly uint[] Tables = BuildTables();

    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        while (bytes.Length >= sizeof(uint))
        {
            crc ^= Unsafe.ReadUnaligned<uint>(in bytes[0]);
            crc = Tables[768 + (int)(crc & 0xff)] ^ Tables[512 + (int)((crc >> 8) & 0xff)]
                ^ Tables[256 + (int)((crc >> 16) & 0xff)] ^ Tables[(int)(crc >> 24)];
            bytes = bytes[sizeof(uint)..];
        }

        foreach (byte value in bytes)
        {
            crc = (crc >> 8) ^ Tables[(int)((crc ^ value) & 0xff)];
        }

        return ~crc;
    }

    private static uint[] BuildTables()
    {
        uint[] tables = new uint[1024];
        for (uint index = 0; index < 256; index++)
        {
            uint crc = index;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) != 0 ? Polynomial : 0);
            }

            tables[index] = crc;
        }

        for (int index = 256; index < tables.Length; index++)
        {
            uint previous = tables[index - 256];
            tables[index] = (previous >> 8) ^ tables[previous & 0xff];
        }

        return tables;
    }
}
