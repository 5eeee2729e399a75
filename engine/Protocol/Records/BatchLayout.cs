namespace Millrace.Protocol.Records;

/// <summary>
/// Where the fields of a record batch lie, in bytes from its start. The first 17 bytes mean the same in all three
/// magics: offset, length of what follows the length, four bytes of their own, magic.
/// </summary>
public static class BatchLayout
{
    public const int BaseOffset = 0;
    public const int Length = 8;

    /// <summary>Offset and length: what stands in front of the counted bytes.</summary>
    public const int LogOverhead = 12;

    public const int PartitionLeaderEpoch = 12;
    public const int Magic = 16;

    /// <summary>From here on a walker knows the magic.</summary>
    public const int HeaderSizeUpToMagic = 17;

    public const int Crc = 17;

    /// <summary>
    /// The CRC covers everything from here to the end; offset, length, leader epoch and magic lie outside.
    /// </summary>
    public const int Attributes = 21;

    public const int LastOffsetDelta = 23;
    public const int BaseTimestamp = 27;
    public const int MaxTimestamp = 35;
    public const int ProducerId = 43;
    public const int ProducerEpoch = 51;
    public const int BaseSequence = 53;
    public const int Count = 57;

    /// <summary>Size of a magic-2 header; the records follow.</summary>
    public const int HeaderSize = 61;

    /// <summary>Smallest length field of any magic: the 14 bytes of a magic-0 message without key and value.</summary>
    public const int LengthMin = 14;

    public const short CodecMask = 0x07;
    public const short TimestampTypeBit = 0x08;
    public const short TransactionalBit = 0x10;
    public const short ControlBit = 0x20;
    public const short DeleteHorizonBit = 0x40;

    public const byte MagicMax = 2;

    public const long NoProducerId = -1;
    public const short NoProducerEpoch = -1;
    public const int NoSequence = -1;
    public const int NoLeaderEpoch = -1;
    public const long NoTimestamp = -1;

    /// <summary>
    /// Smallest encoding of one record of magic 2: size, attributes, two deltas, two lengths, header count.
    /// </summary>
    public const int RecordSizeMin = 7;
}
