using System.Buffers.Binary;
using Millrace.Base;

namespace Millrace.Protocol.Records;

/// <summary>The checksum of a magic-2 batch: CRC-32C of everything behind the CRC field.</summary>
public static class BatchChecksum
{
    /// <param name="batch">One whole batch of magic 2.</param>
    public static uint Compute(ReadOnlySpan<byte> batch) => Crc32C.Compute(batch[BatchLayout.Attributes..]);

    /// <summary>Writes the right checksum into a whole batch of magic 2.</summary>
    public static void Seal(Span<byte> batch) =>
        BinaryPrimitives.WriteUInt32BigEndian(batch[BatchLayout.Crc..], Compute(batch));
}
