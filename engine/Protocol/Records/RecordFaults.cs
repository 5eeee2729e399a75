using Millrace.Protocol.Compression;

namespace Millrace.Protocol.Records;

/// <summary>From faults to Kafka's error codes.</summary>
public static class RecordFaults
{
    /// <summary>
    /// The error a producer is told. Bad compressed data under a right CRC was made by the producer, so it gets the
    /// final INVALID_RECORD and not CORRUPT_MESSAGE, which clients retry.
    /// </summary>
    public static ErrorCode ToErrorCode(this RecordFault fault) => fault switch
    {
        RecordFault.None => ErrorCode.None,
        RecordFault.LengthBelowMinimum or RecordFault.LengthOverflow or RecordFault.UnknownMagic
            or RecordFault.BatchBelowHeader or RecordFault.BadChecksum => ErrorCode.CorruptMessage,
        RecordFault.UnknownCodec or RecordFault.CodecNeedsNewerVersion => ErrorCode.UnsupportedCompressionType,
        RecordFault.BatchTooLarge => ErrorCode.MessageTooLarge,
        RecordFault.BadTimestamp => ErrorCode.InvalidTimestamp,
        _ => ErrorCode.InvalidRecord,
    };

    internal static RecordFault ToRecordFault(this CodecFault fault) => fault switch
    {
        CodecFault.None => RecordFault.None,
        CodecFault.TooLarge => RecordFault.DecompressedTooLarge,
        CodecFault.UnknownCodec => RecordFault.UnknownCodec,
        _ => RecordFault.BadCompressedData,
    };
}
