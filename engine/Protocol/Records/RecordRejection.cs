using System.Globalization;

namespace Millrace.Protocol.Records;

/// <summary>
/// One record that a leader refuses, while its batch is otherwise well-formed: a Produce answer's record error.
/// </summary>
/// <param name="Index">Place in its batch, from 0: the answer's <c>batchIndex</c>.</param>
/// <param name="Fault">Why.</param>
/// <param name="Offset">The offset that the client gave it.</param>
/// <param name="TimestampMs">Its timestamp.</param>
public readonly record struct RecordRejection(int Index, RecordFault Fault, long Offset, long TimestampMs)
{
    /// <summary>The text that Kafka sends with it.</summary>
    /// <param name="partition">As <c>topic-0</c>.</param>
    /// <param name="rules">Of the check.</param>
    /// <param name="nowMs">Of the check.</param>
    public string Message(string partition, AppendRules rules, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return Fault switch
        {
            RecordFault.MissingKey =>
                $"Compacted topic cannot accept message without key in topic partition {partition}.",
            RecordFault.BadTimestamp when rules.TimestampType == TimestampType.LogAppendTime || TimestampMs == -1 =>
                $"Message in topic partition {partition} is marked LogAppendTime, which only brokers may do.",
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"Timestamp {TimestampMs} of message with offset {Offset} is out of range. "
                + $"The timestamp should be within "
                + $"[{nowMs - rules.TimestampBeforeMaxMs}, {nowMs + rules.TimestampAfterMaxMs}]"),
        };
    }
}
