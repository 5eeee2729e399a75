using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Millrace.Protocol.Compression;

namespace Millrace.Protocol.Records;

/// <summary>
/// A view of one entry of a log: a record batch of magic 2, or a message or compressed wrapper of magic 0 or 1. It may
/// stand over the whole entry, or over its first <see cref="BatchLayout.HeaderSize"/> bytes where only the header was
/// read from a file; then <see cref="Payload"/> and the checksum are out of reach. Fields that a magic lacks answer
/// Kafka's "none" (-1). Nothing here is checked against the records.
/// </summary>
public readonly ref struct RecordBatch
{
    private readonly ReadOnlySpan<byte> bytes;

    /// <param name="bytes">
    /// From the entry's first byte; at least its header (<see cref="HeaderSizeOf"/>), which
    /// <see cref="RecordBatches"/> has made sure of.
    /// </param>
    public RecordBatch(ReadOnlySpan<byte> bytes)
    {
        // The one look at the length: every fixed field is read without another.
        if (bytes.Length < BatchLayout.HeaderSizeUpToMagic || bytes.Length < HeaderSizeOf(bytes[BatchLayout.Magic]))
        {
            ThrowTooShort(bytes.Length);
        }

        this.bytes = bytes;
    }

    /// <summary>Smallest number of bytes that holds every fixed field of an entry of this magic.</summary>
    public static int HeaderSizeOf(byte magic) => magic >= 2 ? BatchLayout.HeaderSize : LegacyLayout.FieldsEnd(magic);

    /// <summary>Size of the smallest entry of this magic.</summary>
    public static int SizeMin(byte magic) => magic >= 2 ? BatchLayout.HeaderSize : LegacyLayout.SizeMin(magic);

    /// <summary>The bytes that the view stands over.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>0, 1 or 2.</summary>
    public byte Magic => Byte(BatchLayout.Magic);

    /// <summary>Magic 0 or 1.</summary>
    public bool IsLegacy => Magic < 2;

    /// <summary>Size of the whole entry, its first 12 bytes included.</summary>
    public int SizeInBytes => Int32(BatchLayout.Length) + BatchLayout.LogOverhead;

    /// <summary>
    /// The first offset. Of a compressed wrapper of magic 0 or 1, whose first offset only its content knows, the last
    /// one.
    /// </summary>
    public long BaseOffset => Int64(BatchLayout.BaseOffset);

    /// <summary>The last offset; wraps around where a corrupt batch says so.</summary>
    public long LastOffset => IsLegacy ? BaseOffset : BaseOffset + Int32(BatchLayout.LastOffsetDelta);

    /// <summary>The offset behind the batch.</summary>
    public long NextOffset => LastOffset + 1;

    public int LastOffsetDelta => IsLegacy ? 0 : Int32(BatchLayout.LastOffsetDelta);

    /// <summary>Epoch of the leader that appended it; -1 before magic 2.</summary>
    public int PartitionLeaderEpoch =>
        IsLegacy ? BatchLayout.NoLeaderEpoch : Int32(BatchLayout.PartitionLeaderEpoch);

    /// <summary>The stored checksum.</summary>
    public uint Crc => (uint)Int32(IsLegacy ? LegacyLayout.Crc : BatchLayout.Crc);

    /// <summary>All attribute bits; one byte of them before magic 2.</summary>
    public short Attributes => IsLegacy
        ? (sbyte)Byte(LegacyLayout.Attributes)
        : Int16(BatchLayout.Attributes);

    /// <summary>The codec; values above <see cref="CompressionCodec.Zstd"/> are unknown ones.</summary>
    public CompressionCodec Codec => (CompressionCodec)(Attributes & BatchLayout.CodecMask);

    public bool IsCompressed => Codec != CompressionCodec.None;

    public TimestampType TimestampType => Magic == 0
        ? TimestampType.None
        : (Attributes & BatchLayout.TimestampTypeBit) != 0 ? TimestampType.LogAppendTime : TimestampType.CreateTime;

    public bool IsTransactional => HasBit(BatchLayout.TransactionalBit);

    public bool IsControl => HasBit(BatchLayout.ControlBit);

    /// <summary>
    /// Compaction met tombstones here and put the time they may go at in place of the base timestamp (KIP-534).
    /// </summary>
    public bool HasDeleteHorizon => HasBit(BatchLayout.DeleteHorizonBit);

    /// <summary>When tombstones and markers of this batch may go, in ms; -1 for none.</summary>
    public long DeleteHorizonMs => HasDeleteHorizon ? BaseTimestamp : BatchLayout.NoTimestamp;

    /// <summary>What timestamp deltas count from, in ms; the message's own timestamp in magic 1.</summary>
    public long BaseTimestamp => Magic switch
    {
        0 => BatchLayout.NoTimestamp,
        1 => Int64(LegacyLayout.Timestamp),
        _ => Int64(BatchLayout.BaseTimestamp),
    };

    /// <summary>
    /// The largest timestamp, in ms; under <see cref="TimestampType.LogAppendTime"/> that of every record.
    /// </summary>
    public long MaxTimestamp => Magic switch
    {
        0 => BatchLayout.NoTimestamp,
        1 => Int64(LegacyLayout.Timestamp),
        _ => Int64(BatchLayout.MaxTimestamp),
    };

    public long ProducerId => IsLegacy ? BatchLayout.NoProducerId : Int64(BatchLayout.ProducerId);

    public bool HasProducerId => ProducerId > BatchLayout.NoProducerId;

    public short ProducerEpoch => IsLegacy
        ? BatchLayout.NoProducerEpoch
        : Int16(BatchLayout.ProducerEpoch);

    public int BaseSequence => IsLegacy ? BatchLayout.NoSequence : Int32(BatchLayout.BaseSequence);

    /// <summary>Sequence of the last record; goes on at 0 behind 2^31-1. -1 where there is none.</summary>
    public int LastSequence =>
        BaseSequence == BatchLayout.NoSequence ? BatchLayout.NoSequence : AddSequence(BaseSequence, LastOffsetDelta);

    /// <summary>
    /// Records that the header counts; 0 is honest after compaction. 1 for a plain message of magic 0 or 1, and -1 for
    /// a wrapper, whose content is not counted anywhere.
    /// </summary>
    public int Count => IsLegacy ? (IsCompressed ? -1 : 1) : Int32(BatchLayout.Count);

    /// <summary>
    /// The records of magic 2, or the value of a message of magic 0 or 1 with its key and lengths in front; compressed
    /// where
    /// <see cref="IsCompressed"/>. Needs the whole entry.
    /// </summary>
    public ReadOnlySpan<byte> Payload => bytes[(IsLegacy ? LegacyLayout.FieldsEnd(Magic) : BatchLayout.HeaderSize)..];

    /// <summary>
    /// Checks what Kafka checks of every batch that it reads: the checksum, and that the codec is a known one. Needs
    /// the whole entry.
    /// </summary>
    public RecordFault Check()
    {
        byte magic = Magic;
        uint computed = magic == 2
            ? BatchChecksum.Compute(bytes)
            : MessageChecksum.Compute(bytes[BatchLayout.Magic..]);
        if (computed != Crc)
        {
            return RecordFault.BadChecksum;
        }

        return Codec > (magic == 2 ? CompressionCodec.Zstd : CompressionCodec.Lz4)
            ? RecordFault.UnknownCodec
            : RecordFault.None;
    }

    /// <summary>Sequence numbers run from 0 to 2^31-1 and begin again.</summary>
    public static int AddSequence(int sequence, int increment) => (int)(((long)sequence + increment) & int.MaxValue);

    private byte Byte(int at) => Field(at);

    private short Int16(int at) => FromBigEndian(Unsafe.ReadUnaligned<short>(in Field(at)));

    private int Int32(int at) => FromBigEndian(Unsafe.ReadUnaligned<int>(in Field(at)));

    private long Int64(int at) => FromBigEndian(Unsafe.ReadUnaligned<long>(in Field(at)));

    private ref byte Field(int at) => ref Unsafe.Add(ref MemoryMarshal.GetReference(bytes), at);

    private static short FromBigEndian(short value) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;

    private static int FromBigEndian(int value) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;

    private static long FromBigEndian(long value) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;

    private bool HasBit(short bit) => !IsLegacy && (Attributes & bit) != 0;

    private static void ThrowTooShort(int length) =>
        throw new ArgumentException($"{length} bytes are less than a batch's header");
}
