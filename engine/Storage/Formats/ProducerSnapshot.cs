using System.Buffers.Binary;
using Millrace.Base;

namespace Millrace.Storage;

/// <summary>
/// What a snapshot keeps of one producer: its last batch, not the five that are cached while it is live.
/// </summary>
/// <param name="ProducerId">0 or more.</param>
/// <param name="ProducerEpoch">The newest epoch seen.</param>
/// <param name="LastSequence">Last sequence of the last batch; -1 where there is none.</param>
/// <param name="LastOffset">Last offset of the last batch; -1 where there is none.</param>
/// <param name="OffsetDelta">Last offset of the last batch less its first.</param>
/// <param name="Timestamp">Largest timestamp of the last batch, in milliseconds; producers expire by it.</param>
/// <param name="CoordinatorEpoch">Epoch of the transaction coordinator that wrote the last marker; -1 where none
/// did.</param>
/// <param name="CurrentTransactionFirstOffset">Where the open transaction begins; -1 where none is open.</param>
public readonly record struct ProducerSnapshotEntry(
    long ProducerId,
    short ProducerEpoch,
    int LastSequence,
    long LastOffset,
    int OffsetDelta,
    long Timestamp,
    int CoordinatorEpoch,
    long CurrentTransactionFirstOffset);

/// <summary>
/// Owns the format of a producer snapshot, <c>OFFSET.snapshot</c>, version 1: the state of all producers of a partition
/// just before that offset. Version, CRC-32C of all that follows, count, then 46 bytes a producer, big-endian. Any
/// damage shows; the state can be made again from the log.
/// </summary>
public static class ProducerSnapshot
{
    private const short Version = 1;
    private const int CrcPosition = 2;
    private const int SummedPosition = 6;
    private const int HeaderBytes = 10;
    private const int EntryBytes = 46;

    /// <summary>Reads a file of this format.</summary>
    public static SmallFileRead<ProducerSnapshotEntry[]> Read(IFileSystem fileSystem, string path) =>
        SmallFile.Read<ProducerSnapshotEntry[]>(fileSystem, path, Parse);

    /// <summary>Parses a file's bytes; the entries come in the order of the file.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public static string? Parse(ReadOnlySpan<byte> bytes, out ProducerSnapshotEntry[]? entries)
    {
        entries = null;
        if (bytes.Length < HeaderBytes)
        {
            return "it is shorter than its header";
        }

        if (BinaryPrimitives.ReadInt16BigEndian(bytes) != Version)
        {
            return "unknown version";
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(bytes[CrcPosition..]) != Crc32C.Compute(bytes[SummedPosition..]))
        {
            return "the checksum does not match";
        }

        int count = BinaryPrimitives.ReadInt32BigEndian(bytes[SummedPosition..]);
        if (count < 0 || HeaderBytes + ((long)count * EntryBytes) != bytes.Length)
        {
            return "its length does not match its count";
        }

        entries = new ProducerSnapshotEntry[count];
        for (int index = 0; index < count; index++)
        {
            entries[index] = ReadEntry(bytes.Slice(HeaderBytes + (index * EntryBytes), EntryBytes));
        }

        return null;
    }

    private static ProducerSnapshotEntry ReadEntry(ReadOnlySpan<byte> bytes)
    {
        ByteReader reader = new(bytes);
        return new ProducerSnapshotEntry(
            reader.ReadInt64(),
            reader.ReadInt16(),
            reader.ReadInt32(),
            reader.ReadInt64(),
            reader.ReadInt32(),
            reader.ReadInt64(),
            reader.ReadInt32(),
            reader.ReadInt64());
    }

    /// <summary>The file's bytes, entries in the order given.</summary>
    public static byte[] Format(ReadOnlySpan<ProducerSnapshotEntry> entries)
    {
        byte[] bytes = new byte[HeaderBytes + (entries.Length * EntryBytes)];
        ByteWriter writer = new(bytes);
        writer.WriteInt16(Version);
        writer.WriteInt32(0);
        writer.WriteInt32(entries.Length);
        foreach (ref readonly ProducerSnapshotEntry entry in entries)
        {
            writer.WriteInt64(entry.ProducerId);
            writer.WriteInt16(entry.ProducerEpoch);
            writer.WriteInt32(entry.LastSequence);
            writer.WriteInt64(entry.LastOffset);
            writer.WriteInt32(entry.OffsetDelta);
            writer.WriteInt64(entry.Timestamp);
            writer.WriteInt32(entry.CoordinatorEpoch);
            writer.WriteInt64(entry.CurrentTransactionFirstOffset);
        }

        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(CrcPosition), Crc32C.Compute(bytes.AsSpan(SummedPosition)));
        return bytes;
    }
}
