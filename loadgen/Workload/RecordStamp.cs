using System.Buffers.Binary;
using Millrace.Base;

namespace Millrace.Loadgen;

/// <summary>
/// What stands at the end of a value: the run, who made the record, its number, when it was due, and a checksum of all
/// of the value before. At the end, so that the checksum of the filler in front is taken once and continued for each
/// record. Big-endian; values shorter than <see cref="Size"/> have none.
/// </summary>
/// <param name="RunId">Tells the records of one run from those of another.</param>
/// <param name="Producer">Which producer of the run.</param>
/// <param name="Sequence">Its number among that producer's records for one partition, from 0.</param>
/// <param name="IntendedNs">When it was due, by <see cref="RunClock"/>.</param>
internal readonly record struct RecordStamp(int RunId, int Producer, long Sequence, long IntendedNs)
{
    public const int Size = 28;

    /// <summary>Writes a stamp into the last bytes of a value.</summary>
    /// <param name="target">The last <see cref="Size"/> bytes.</param>
    /// <param name="fillerCrc">CRC-32C of the value's bytes before them.</param>
    public void Write(Span<byte> target, uint fillerCrc)
    {
        BinaryPrimitives.WriteInt32BigEndian(target, RunId);
        BinaryPrimitives.WriteInt32BigEndian(target[4..], Producer);
        BinaryPrimitives.WriteInt64BigEndian(target[8..], Sequence);
        BinaryPrimitives.WriteInt64BigEndian(target[16..], IntendedNs);
        BinaryPrimitives.WriteUInt32BigEndian(target[24..], Crc32C.Append(fillerCrc, target[..24]));
    }

    /// <summary>Reads the stamp of a value, without its checksum.</summary>
    /// <returns>False where the value is too short for one.</returns>
    public static bool TryRead(ReadOnlySpan<byte> value, out RecordStamp stamp)
    {
        if (value.Length < Size)
        {
            stamp = default;
            return false;
        }

        ReadOnlySpan<byte> source = value[^Size..];
        stamp = new RecordStamp(
            BinaryPrimitives.ReadInt32BigEndian(source),
            BinaryPrimitives.ReadInt32BigEndian(source[4..]),
            BinaryPrimitives.ReadInt64BigEndian(source[8..]),
            BinaryPrimitives.ReadInt64BigEndian(source[16..]));
        return true;
    }

    /// <summary>Whether the value is what was once written; it is at least <see cref="Size"/> long.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> value) =>
        Crc32C.Compute(value[..^4]) == BinaryPrimitives.ReadUInt32BigEndian(value[^4..]);
}
