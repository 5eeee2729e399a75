using System.Buffers.Binary;
using System.Globalization;

namespace Millrace.Protocol.Records;

/// <summary>
/// The texts that a Produce answer carries beside an error code. Everything else that Kafka says goes to its log.
/// </summary>
public static class FaultMessage
{
    /// <summary>
    /// For a fault of <see cref="BatchValidator.CheckProduceVersion"/>; null where Kafka sends no text, which it does
    /// only of the first batch.
    /// </summary>
    /// <param name="bytes">The partition's records.</param>
    public static string? OfWalk(ReadOnlySpan<byte> bytes)
    {
        RecordBatches batches = new(bytes);
        return batches.MoveNext() ? null : OfFirst(batches.Fault, bytes);
    }

    /// <summary>For refused records, whose own texts go beside it.</summary>
    /// <param name="fault">Of the check.</param>
    /// <param name="rejections">How many were refused.</param>
    public static string? OfRejections(RecordFault fault, int rejections) => fault switch
    {
        RecordFault.BadTimestamp => "One or more records have been rejected due to invalid timestamp",
        RecordFault.MissingKey => string.Create(
            CultureInfo.InvariantCulture,
            $"One or more records have been rejected due to {rejections} record errors in total"),
        _ => null,
    };

    private static string? OfFirst(RecordFault fault, ReadOnlySpan<byte> bytes) => fault switch
    {
        RecordFault.LengthBelowMinimum => string.Create(
            CultureInfo.InvariantCulture,
            $"Record size {BinaryPrimitives.ReadInt32BigEndian(bytes[BatchLayout.Length..])} is less than the minimum "
            + $"record overhead ({BatchLayout.LengthMin})"),
        RecordFault.UnknownMagic => string.Create(
            CultureInfo.InvariantCulture, $"Invalid magic found in record: {(sbyte)bytes[BatchLayout.Magic]}"),
        _ => null,
    };
}
