using Millrace.Protocol.Compression;

namespace Millrace.Protocol.Records;

/// <summary>
/// Checks what is appended to a log, with Kafka's checks and error codes (LogValidator, UnifiedLog, DefaultRecordBatch), and
/// is stricter where Kafka would accept a batch that readers then trip over. A check changes nothing;
/// <see cref="Assign"/> then gives the batch its offsets. Owned by one thread; allocates nothing but for refused records.
/// </summary>
public sealed class BatchValidator : IDisposable
{
    private readonly PackedRecordWalk packed = new();
    private readonly RecordRules records = new();
    private readonly LegacyWalk legacy = new();

    /// <summary>The records that the last check refused, at most 1024 of them; only where its fault says so.</summary>
    public IReadOnlyList<RecordRejection> Rejections => records.Rejections;

    /// <summary>Checks an append to a log whose leader we are.</summary>
    /// <param name="bytes">One or more batches; only whole ones count.</param>
    /// <param name="rules">The topic's.</param>
    /// <param name="leaderEpoch">Ours: what the quorum's leader has to have written into its batches.</param>
    /// <param name="nowMs">Wall clock.</param>
    public AppendCheck CheckLeaderAppend(ReadOnlySpan<byte> bytes, AppendRules rules, int leaderEpoch, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(rules);
        AppendCheck check = CheckHeaders(bytes, rules, leaderEpoch, out CompressionCodec source);
        if (check.Fault != RecordFault.None || check.BatchCount == 0)
        {
            return check;
        }

        RecordBatch first = new(bytes);
        CompressionCodec target = rules.TargetCodec?.Type ?? source;
        bool isPlain = source == CompressionCodec.None && target == CompressionCodec.None;
        if (check.BatchCount > 1 && !isPlain && (!first.IsLegacy || source != CompressionCodec.None))
        {
            return check with { Fault = RecordFault.SeveralBatches };
        }

        // Control batches are never compressed, whatever the topic says.
        bool keepsControl = source == CompressionCodec.None && first.IsControl;
        check = check with { NeedsRewrite = first.IsLegacy || (source != target && !keepsControl) };
        return CheckRecords(bytes, rules, nowMs, check);
    }

    /// <summary>
    /// Checks an append of batches that a leader made: the walk, the checksums, and that offsets rise. What is inside a batch
    /// was the leader's to check.
    /// </summary>
    /// <param name="bytes">One or more batches; only whole ones count.</param>
    /// <param name="nextOffset">Least offset that the first batch may have; -1 not to ask.</param>
    public static AppendCheck CheckFollowerAppend(ReadOnlySpan<byte> bytes, long nextOffset)
    {
        RecordBatches batches = new(bytes);
        AppendCheck check = NothingYet;
        long lastOffset = nextOffset - 1;
        while (batches.MoveNext())
        {
            RecordBatch batch = batches.Current;
            RecordFault fault = batch.Check();
            bool rises = batch.LastOffset >= batch.BaseOffset && batch.BaseOffset >= 0 && batch.LastOffset > lastOffset
                && (batch.IsLegacy || batch.BaseOffset > lastOffset);
            if (fault == RecordFault.None && !rises)
            {
                fault = RecordFault.OffsetsOutOfOrder;
            }

            if (fault != RecordFault.None)
            {
                return check with { Fault = fault, FaultPosition = batches.CurrentPosition };
            }

            lastOffset = batch.LastOffset;
            check = Extend(check, batch, batches.Position) with { OffsetCount = lastOffset - check.FirstOffset + 1 };
        }

        return Ended(check, batches);
    }

    /// <summary>
    /// Checks what a Produce request of this version may carry for one partition, before the partition's log is asked: one
    /// batch of magic 2 from version 3 on, and zstd from version 7 on.
    /// </summary>
    public static RecordFault CheckProduceVersion(ReadOnlySpan<byte> bytes, short version)
    {
        if (version < 3)
        {
            return RecordFault.None;
        }

        RecordBatches batches = new(bytes);
        if (!batches.MoveNext())
        {
            return batches.Fault != RecordFault.None ? batches.Fault : RecordFault.NoBatch;
        }

        RecordBatch first = batches.Current;
        if (first.IsLegacy)
        {
            return RecordFault.WrongMagic;
        }

        if (version < 7 && first.Codec == CompressionCodec.Zstd)
        {
            return RecordFault.CodecNeedsNewerVersion;
        }

        return batches.MoveNext() ? RecordFault.SeveralBatches : batches.Fault;
    }

    /// <summary>
    /// Gives batches that passed <see cref="CheckLeaderAppend"/> without need of a rewrite their offsets, leader epoch and
    /// timestamps, in place. The checksum is computed anew only where the header's timestamps were not right already.
    /// </summary>
    /// <param name="bytes">The bytes that were checked, unchanged.</param>
    /// <param name="check">The check's answer.</param>
    /// <param name="rules">Of the check.</param>
    /// <param name="firstOffset">The log's end.</param>
    /// <param name="leaderEpoch">Ours.</param>
    /// <param name="nowMs">Of the check.</param>
    /// <returns>The largest timestamp that the log now has from this append, in ms.</returns>
    public long Assign(
        Span<byte> bytes, in AppendCheck check, AppendRules rules, long firstOffset, int leaderEpoch, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(rules);
        long offset = firstOffset;
        bool appendTime = rules.TimestampType == TimestampType.LogAppendTime;
        RecordBatches batches = new(bytes[..check.ValidBytes]);
        while (batches.MoveNext())
        {
            RecordBatch batch = batches.Current;
            long maxTimestamp = appendTime ? nowMs : check.BatchCount == 1 ? check.MaxTimestamp : MaxTimestampOf(batch, rules);
            Span<byte> patched = bytes[batches.CurrentPosition..batches.Position];
            BatchPatch.SetBaseOffset(patched, offset);
            BatchPatch.SetPartitionLeaderEpoch(patched, leaderEpoch);
            offset += (long)batch.LastOffsetDelta + 1;
            BatchPatch.SetMaxTimestamp(patched, rules.TimestampType, maxTimestamp);
        }

        return appendTime ? nowMs : check.MaxTimestamp;
    }

    public void Dispose()
    {
        packed.Dispose();
        legacy.Dispose();
    }

    private static AppendCheck NothingYet => new()
    {
        FirstOffset = -1,
        LastOffset = -1,
        MaxTimestamp = BatchLayout.NoTimestamp,
        LastLeaderEpoch = BatchLayout.NoLeaderEpoch,
    };

    private static AppendCheck CheckHeaders(
        ReadOnlySpan<byte> bytes, AppendRules rules, int leaderEpoch, out CompressionCodec source)
    {
        source = CompressionCodec.None;
        RecordBatches batches = new(bytes);
        AppendCheck check = NothingYet;
        while (batches.MoveNext())
        {
            RecordBatch batch = batches.Current;
            RecordFault fault = CheckHeader(batch, rules, leaderEpoch);
            if (fault != RecordFault.None)
            {
                return check with { Fault = fault, FaultPosition = batches.CurrentPosition };
            }

            source = batch.IsCompressed ? batch.Codec : source;
            check = Extend(check, batch, batches.Position);
        }

        return Ended(check, batches);
    }

    private static RecordFault CheckHeader(RecordBatch batch, AppendRules rules, int leaderEpoch)
    {
        if (rules.Origin == AppendOrigin.RaftLeader && batch.PartitionLeaderEpoch != leaderEpoch)
        {
            return RecordFault.WrongLeaderEpoch;
        }

        if (rules.Origin == AppendOrigin.Client && !batch.IsLegacy && batch.BaseOffset != 0)
        {
            return RecordFault.NonZeroBaseOffset;
        }

        return batch.SizeInBytes > rules.MaxMessageBytes ? RecordFault.BatchTooLarge : batch.Check();
    }

    /// <summary>What a client's batch of magic 2 may not say in its header.</summary>
    private static RecordFault CheckClientHeader(RecordBatch batch)
    {
        if (batch.LastOffsetDelta < 0)
        {
            return RecordFault.BadOffsetRange;
        }

        if (batch.Count <= 0)
        {
            return RecordFault.BadCount;
        }

        if (batch.LastOffsetDelta + 1L != batch.Count)
        {
            return RecordFault.CountRangeMismatch;
        }

        if (batch.IsControl)
        {
            return RecordFault.ControlFromClient;
        }

        return batch.HasProducerId && batch.BaseSequence < 0 ? RecordFault.NegativeSequence : RecordFault.None;
    }

    private AppendCheck CheckRecords(ReadOnlySpan<byte> bytes, AppendRules rules, long nowMs, in AppendCheck headers)
    {
        RecordBatches batches = new(bytes[..headers.ValidBytes]);
        byte magic = bytes[BatchLayout.Magic];
        long maxTimestamp = BatchLayout.NoTimestamp;
        long offsetCount = 0;
        while (batches.MoveNext())
        {
            RecordBatch batch = batches.Current;
            long taken = 0;
            RecordFault fault = RecordFault.WrongMagic;
            if (batch.Magic == magic)
            {
                fault = CheckBatch(batch, rules, nowMs, out taken);
            }

            if (fault != RecordFault.None)
            {
                return headers with { Fault = fault, FaultPosition = batches.CurrentPosition };
            }

            offsetCount += taken;
            maxTimestamp = Math.Max(maxTimestamp, records.MaxTimestamp);
        }

        return headers with { OffsetCount = offsetCount, MaxTimestamp = maxTimestamp };
    }

    private RecordFault CheckBatch(RecordBatch batch, AppendRules rules, long nowMs, out long offsets)
    {
        offsets = 0;
        records.Begin(batch, rules, nowMs);
        RecordFault fault;
        if (batch.IsLegacy)
        {
            fault = legacy.Check(batch, records, out offsets);
        }
        else
        {
            fault = rules.Origin == AppendOrigin.Client ? CheckClientHeader(batch) : CheckOwnHeader(batch);
            if (fault == RecordFault.None)
            {
                offsets = batch.LastOffsetDelta + 1L;
                fault = batch.IsCompressed
                    ? packed.Check(batch, batch.Count, rules.MaxDecompressedRecordBytes, records)
                    : PlainRecordWalk.Check(batch.Payload, batch.Count, int.MaxValue, records);
            }
        }

        return fault != RecordFault.None ? fault : records.Verdict;
    }

    /// <summary>Our own writers make batches without gaps, too; anything else would leave holes in the log.</summary>
    private static RecordFault CheckOwnHeader(RecordBatch batch) =>
        batch.Count <= 0 ? RecordFault.BadCount
        : batch.LastOffsetDelta + 1L != batch.Count ? RecordFault.CountRangeMismatch
        : RecordFault.None;

    private long MaxTimestampOf(RecordBatch batch, AppendRules rules)
    {
        records.Begin(batch, rules, nowMs: 0);
        _ = PlainRecordWalk.Check(batch.Payload, batch.Count, int.MaxValue, records);
        return records.MaxTimestamp;
    }

    private static AppendCheck Extend(in AppendCheck check, RecordBatch batch, int validBytes) => check with
    {
        ValidBytes = validBytes,
        BatchCount = check.BatchCount + 1,
        FirstOffset = check.BatchCount == 0 ? batch.BaseOffset : check.FirstOffset,
        LastOffset = batch.LastOffset,
        MaxTimestamp = Math.Max(check.MaxTimestamp, batch.MaxTimestamp),
        LastLeaderEpoch = batch.PartitionLeaderEpoch,
    };

    private static AppendCheck Ended(in AppendCheck check, RecordBatches batches) =>
        batches.Fault == RecordFault.None
            ? check
            : check with { Fault = batches.Fault, FaultPosition = batches.Position };
}
