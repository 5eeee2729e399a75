using System.Runtime.CompilerServices;

namespace Millrace.Protocol.Records;

/// <summary>
/// What a leader asks of each record of one batch: rising offsets, a timestamp in range, a key where the topic is
/// compacted. Refused records are gathered, as a producer is told all of them at once.
/// </summary>
internal sealed class RecordRules
{
    /// <summary>
    /// Rejections that are kept. Kafka answers them all; a batch of a million would make an answer of 100 MB.
    /// </summary>
    private const int RejectionsMax = 1024;

    private readonly List<RecordRejection> rejections = [];
    private long baseOffset;
    private long baseTimestamp;
    private long timestampMin;
    private long timestampMax;
    private bool hasAppendTime;
    private bool refusesAppendTime;
    private bool checksRange;
    private bool requiresKeys;
    private bool anyBadTimestamp;

    /// <summary>Largest timestamp so far, in ms.</summary>
    public long MaxTimestamp { get; private set; }

    public IReadOnlyList<RecordRejection> Rejections => rejections;

    /// <summary>None, or what the refused records amount to: timestamps come first, as in Kafka.</summary>
    public RecordFault Verdict => rejections.Count == 0
        ? RecordFault.None
        : anyBadTimestamp ? RecordFault.BadTimestamp : rejections[0].Fault;

    public void Begin(RecordBatch batch, AppendRules rules, long nowMs)
    {
        rejections.Clear();
        anyBadTimestamp = false;
        MaxTimestamp = BatchLayout.NoTimestamp;
        baseOffset = batch.BaseOffset;
        hasAppendTime = batch.TimestampType == TimestampType.LogAppendTime;
        baseTimestamp = hasAppendTime ? batch.MaxTimestamp : batch.BaseTimestamp;
        checksRange = rules.TimestampType == TimestampType.CreateTime;
        refusesAppendTime = hasAppendTime && !checksRange;
        requiresKeys = rules.RequiresKeys;
        timestampMin = checksRange ? nowMs - rules.TimestampBeforeMaxMs : long.MinValue;
        timestampMax = !checksRange || rules.TimestampAfterMaxMs > long.MaxValue - nowMs
            ? long.MaxValue
            : nowMs + rules.TimestampAfterMaxMs;
    }

    /// <summary>
    /// Takes the first records of a batch of magic 2 all at once, where none of them needs a closer look.
    /// </summary>
    /// <returns>False where they have to be taken one by one.</returns>
    public bool TakeAll(in PlainRecordPrefix records)
    {
        if (records.Count == 0 || hasAppendTime || (requiresKeys && !records.AllHaveKeys))
        {
            return false;
        }

        long min = baseTimestamp + records.MinTimestampDelta;
        long max = baseTimestamp + records.MaxTimestampDelta;
        if (min < timestampMin || max > timestampMax || min > max)
        {
            return false;
        }

        MaxTimestamp = Math.Max(MaxTimestamp, max);
        return true;
    }

    /// <summary>Takes a record of magic 2.</summary>
    /// <returns>A fault where the batch as a whole is lost.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RecordFault Take(int index, long timestampDelta, int offsetDelta, bool hasKey)
    {
        if (offsetDelta != index)
        {
            return RecordFault.BadOffsetDelta;
        }

        TakeTimestamp(index, hasAppendTime ? baseTimestamp : baseTimestamp + timestampDelta, hasKey);
        return RecordFault.None;
    }

    /// <summary>Takes a record by its timestamp alone: before magic 2 a leader gives offsets anew.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void TakeTimestamp(int index, long timestamp, bool hasKey)
    {
        if (timestamp > MaxTimestamp)
        {
            MaxTimestamp = timestamp;
        }

        if (timestamp < timestampMin || timestamp > timestampMax || refusesAppendTime || hasAppendTime
            || (requiresKeys && !hasKey))
        {
            Consider(index, timestamp, hasKey);
        }
    }

    private void Consider(int index, long timestamp, bool hasKey)
    {
        RecordFault fault = FaultOf(timestamp, hasKey);
        if (fault == RecordFault.None)
        {
            return;
        }

        anyBadTimestamp |= fault == RecordFault.BadTimestamp;
        if (rejections.Count < RejectionsMax)
        {
            rejections.Add(new RecordRejection(index, fault, baseOffset + index, timestamp));
        }
    }

    private RecordFault FaultOf(long timestamp, bool hasKey)
    {
        if (requiresKeys && !hasKey)
        {
            return RecordFault.MissingKey;
        }

        // A producer may mark LogAppendTime on a CreateTime topic, and the mark is then taken off; the other way is
        // refused.
        if (checksRange && timestamp != BatchLayout.NoTimestamp)
        {
            return timestamp < timestampMin || timestamp > timestampMax ? RecordFault.BadTimestamp : RecordFault.None;
        }

        return hasAppendTime ? RecordFault.BadTimestamp : RecordFault.None;
    }
}
