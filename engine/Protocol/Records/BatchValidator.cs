using Millrace.Protocol.Compression;

namespace Millrace.Protocol.Records;

/// <summary>
/// Checks what is appended to a log, with Kafka's checks and error codes (LogValidator, UnifiedLog,
/// DefaultRecordBatch), and is stricter where Kafka would accept a batch that readers then trip over. A check changes
/// nothing;
/// <see cref="Assign"/> then gives the batch its offsets. Owned by one thread; allocates nothing but for refused
/// records.
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
        AppendCheck check = AppendCheck.NothingYet;
        CompressionCodec source = CheckHeaders(bytes, rules, leaderEpoch, ref check);
        if (check.Fault != RecordFault.None || check.BatchCount == 0)
        {
            return check;
        }

        RecordBatch first = new(bytes);
        CompressionCodec target = rules.TargetCodec?.Type ?? source;
        if (check.BatchCount > 1 && !MayBeSeveral(first, source, target))
        {
            check.Fault = RecordFault.SeveralBatches;
            return check;
        }

        // Control batches are never compressed, whatever the topic says.
        bool keepsControl = source == CompressionCodec.None && first.IsControl;
        check.NeedsRewrite = first.IsLegacy || (source != target && !keepsControl);
        check.OffsetCount = 0;
        check.MaxTimestamp = BatchLayout.NoTimestamp;
        CheckRecords(bytes[..check.ValidBytes], rules, nowMs, ref check);
        return check;
    }

    /// <summary>
    /// Checks an append of batches that a leader made: the walk, the checksums, and that offsets rise. What is inside a
    /// batch was the leader's to check.
    /// </summary>
    /// <param name="bytes">One or more batches; only whole ones count.</param>
    /// <param name="nextOffset">Least offset that the first batch may have; -1 not to ask.</param>
    public static AppendCheck CheckFollowerAppend(ReadOnlySpan<byte> bytes, long nextOffset)
    {
        RecordBatches batches = new(bytes);
        AppendCheck check = AppendCheck.NothingYet;
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
                check.Fail(fault, batches.CurrentPosition);
                return check;
            }

            lastOffset = batch.LastOffset;
            check.Extend(batch, batches.Position);
            check.OffsetCount = lastOffset - check.FirstOffset + 1;
        }

        check.Fail(batches.Fault, batches.Position);
        return check;
    }

    /// <summary>
    /// Checks what a Produce request of this version may carry for one partition, before the partition's log is asked:
    /// one batch of magic 2 from version 3 on, and zstd from version 7 on.
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
    /// Gives batches that passed <see cref="CheckLeaderAppend"/> without need of a rewrite their offsets, leader epoch
    /// and timestamps, in place. The checksum is computed anew only where the header's timestamps were not right
    /// already.
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
            long maxTimestamp = appendTime ? nowMs
                : check.BatchCount == 1 ? check.MaxTimestamp
                : MaxTimestampOf(batch, rules);
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

    /// <summary>Walks the batches by their headers and checksums.</summary>
    /// <returns>The codec of what is compressed among them.</returns>
    private static CompressionCodec CheckHeaders(
        ReadOnlySpan<byte> bytes, AppendRules rules, int leaderEpoch, ref AppendCheck check)
    {
        CompressionCodec source = CompressionCodec.None;
        RecordBatches batches = new(bytes);
        while (batches.MoveNext())
        {
            RecordBatch batch = batches.Current;
            RecordFault fault = CheckHeader(batch, rules, leaderEpoch);
            if (fault != RecordFault.None)
            {
                check.Fail(fault, batches.CurrentPosition);
                return source;
            }

            source = batch.IsCompressed ? batch.Codec : source;
            check.Extend(batch, batches.Position);
        }

        check.Fail(batches.Fault, batches.Position);
        return source;
    }

    /// <summary>Plain batches of magic 2, or plain messages of old, may come several at a time.</summary>
    private static bool MayBeSeveral(RecordBatch first, CompressionCodec source, CompressionCodec target) =>
        source == CompressionCodec.None && (first.IsLegacy || target == CompressionCodec.None);

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

    private void CheckRecords(ReadOnlySpan<byte> bytes, AppendRules rules, long nowMs, ref AppendCheck check)
    {
        byte magic = bytes[BatchLayout.Magic];
        int position = 0;
        while (position < bytes.Length)
        {
            RecordBatch batch = RecordBatches.WholeAt(bytes, position);
            long taken = 0;
            RecordFault fault = RecordFault.WrongMagic;
            if (batch.Magic == magic)
            {
                fault = CheckBatch(batch, rules, nowMs, out taken);
            }

            if (fault != RecordFault.None)
            {
                check.Fail(fault, position);
                return;
            }

            position += batch.Bytes.Length;
            check.OffsetCount += taken;
            check.MaxTimestamp = Math.Max(check.MaxTimestamp, records.MaxTimestamp);
        }
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
}
