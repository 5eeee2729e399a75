namespace Millrace.Protocol.Records;

/// <summary>
/// What is wrong with record data. <see cref="RecordFaults.ToErrorCode"/> gives the error that Kafka answers; where
/// Kafka answers UNKNOWN_SERVER_ERROR by accident of a Java exception, a clear one.
/// </summary>
public enum RecordFault : byte
{
    None = 0,

    // The walk over batches.

    /// <summary>A length below 14, the least of any magic.</summary>
    LengthBelowMinimum,

    /// <summary>A length that overflows 31 bits together with the 12 bytes in front of it.</summary>
    LengthOverflow,

    /// <summary>A magic other than 0, 1 and 2.</summary>
    UnknownMagic,

    /// <summary>A magic-2 batch shorter than its own header.</summary>
    BatchBelowHeader,

    /// <summary>The stored checksum is not that of the bytes.</summary>
    BadChecksum,

    /// <summary>Codec ids 5, 6 and 7.</summary>
    UnknownCodec,

    // The records inside a batch.

    /// <summary>The batch counts less than 0 records.</summary>
    NegativeCount,

    /// <summary>The payload ended before the counted records did.</summary>
    TooFewRecords,

    /// <summary>Bytes are left behind the counted records.</summary>
    TooManyRecords,

    /// <summary>A record's size is negative, larger than what remains, or not what its fields take.</summary>
    BadRecordSize,

    /// <summary>A length inside a record runs beyond the record.</summary>
    BadRecordStructure,

    /// <summary>A varint has too many bytes.</summary>
    BadVarint,

    /// <summary>The number of headers is negative, or larger than the bytes that remain.</summary>
    BadHeaderCount,

    /// <summary>A header's key is null.</summary>
    NullHeaderKey,

    /// <summary>
    /// Offset deltas are not 0, 1, 2 and so on. Kafka accepts that uncompressed; readers then lose records.
    /// </summary>
    BadOffsetDelta,

    /// <summary>A record is larger than <c>max.decompressed.message.bytes</c> allows.</summary>
    RecordTooLarge,

    /// <summary>The compressed payload cannot be decompressed, or ends early.</summary>
    BadCompressedData,

    /// <summary>The payload decompresses to more than the absolute or the ratio limit.</summary>
    DecompressedTooLarge,

    // What a client may not append.

    /// <summary>The batch is larger than <c>max.message.bytes</c>.</summary>
    BatchTooLarge,

    /// <summary>Clients count their offsets from 0.</summary>
    NonZeroBaseOffset,

    /// <summary>The last offset delta is negative.</summary>
    BadOffsetRange,

    /// <summary>The count is 0 or less.</summary>
    BadCount,

    /// <summary>Count and offset range disagree.</summary>
    CountRangeMismatch,

    /// <summary>Only brokers write control batches.</summary>
    ControlFromClient,

    /// <summary>A producer id without a sequence.</summary>
    NegativeSequence,

    /// <summary>A batch of another leader epoch than the quorum's leader writes.</summary>
    WrongLeaderEpoch,

    /// <summary>Magic 0 or 1 where the Produce version demands 2.</summary>
    WrongMagic,

    /// <summary>No batch at all.</summary>
    NoBatch,

    /// <summary>More than one batch where exactly one is allowed.</summary>
    SeveralBatches,

    /// <summary>zstd in a Produce request below version 7.</summary>
    CodecNeedsNewerVersion,

    /// <summary>A record with a timestamp out of range, or marked LogAppendTime by the producer.</summary>
    BadTimestamp,

    /// <summary>A record without key on a compacted topic.</summary>
    MissingKey,

    /// <summary>A compressed message inside a compressed message of magic 0 or 1.</summary>
    NestedCompression,

    /// <summary>Offsets of an append as follower do not rise.</summary>
    OffsetsOutOfOrder,
}
