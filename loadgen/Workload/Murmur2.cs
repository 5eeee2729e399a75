using System.Buffers.Binary;

namespace Millrace.Loadgen;

/// <summary>
/// The hash that Kafka's own clients choose a keyed record's partition by, so that loadgen's records lie where theirs
/// would.
/// </summary>
internal static class Murmur2
{
    private const uint Seed = 0x9747_b28c;
    private const uint Factor = 0x5bd1_e995;

    public static uint Hash(ReadOnlySpan<byte> bytes)
    {
        uint hash = Seed ^ (uint)bytes.Length;
        for (; bytes.Length >= sizeof(uint); bytes = bytes[sizeof(uint)..])
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(bytes) * Factor;
            hash = (hash * Factor) ^ ((word ^ (word >> 24)) * Factor);
        }

        if (bytes.Length > 0)
        {
            for (int index = bytes.Length - 1; index >= 0; index--)
            {
                hash ^= (uint)bytes[index] << (8 * index);
            }

            hash *= Factor;
        }

        hash = (hash ^ (hash >> 13)) * Factor;
        return hash ^ (hash >> 15);
    }

    public static int Partition(ReadOnlySpan<byte> key, int partitions) =>
        (int)(Hash(key) & int.MaxValue) % partitions;
}
