using Millrace.Protocol.Compression;

namespace Millrace.Protocol.Records;

/// <summary>
/// Builds the batch that a leader stores in place of what was sent: in the codec that the topic asks for, or in magic 2
/// where magic 0 or 1 came. Owned by one thread, and for the control plane's pace: it decompresses and compresses whole
/// batches.
/// </summary>
public sealed class BatchRewriter : IDisposable
{
    /// <summary>
    /// Plain bytes of one batch that is rewritten. Kafka has no such bound and holds all of it on its heap; a topic
    /// with
    /// <c>compression.type=producer</c> takes any batch without a rewrite.
    /// </summary>
    private const long PlainBytesMax = 256 * 1024 * 1024;

    /// <summary>Memory for batches up to this size is kept.</summary>
    private const int KeptBytes = 4 * 1024 * 1024;

    private readonly BatchDecoder decoder = new(new DecompressionLimits(PlainBytesMax, int.MaxValue));

    /// <summary>Rewrites an append that passed <see cref="BatchValidator.CheckLeaderAppend"/>.</summary>
    /// <param name="bytes">The bytes that were checked, unchanged.</param>
    /// <param name="check">The check's answer.</param>
    /// <param name="rules">Of the check.</param>
    /// <param name="firstOffset">The log's end.</param>
    /// <param name="leaderEpoch">Ours.</param>
    /// <param name="nowMs">Of the check.</param>
    /// <param name="builder">Gives the memory: the batch is good until it begins another.</param>
    /// <param name="batch">The new batch, empty after a fault.</param>
    /// <returns>A fault where the new batch is too large for the topic.</returns>
    public RecordFault Rewrite(
        ReadOnlySpan<byte> bytes, in AppendCheck check, AppendRules rules, long firstOffset, int leaderEpoch,
        long nowMs, BatchBuilder builder, out Span<byte> batch)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(builder);
        batch = default;
        RecordBatches batches = new(bytes[..check.ValidBytes]);
        long offset = firstOffset;
        while (batches.MoveNext())
        {
            if (offset == firstOffset)
            {
                builder.Begin(HeaderFor(batches.Current, rules, leaderEpoch, firstOffset, nowMs));
            }

            RecordReader records = decoder.Read(batches.Current);
            while (records.MoveNext())
            {
                builder.Append(offset++, records.Current.Timestamp, records.Current);
            }

            if (records.Fault != RecordFault.None)
            {
                return records.Fault;
            }
        }

        batch = builder.Finish();
        decoder.ShrinkTo(KeptBytes);
        if (batch.Length <= rules.MaxMessageBytes)
        {
            return RecordFault.None;
        }

        batch = default;
        builder.ShrinkTo(KeptBytes);
        return RecordFault.BatchTooLarge;
    }

    public void Dispose() => decoder.Dispose();

    private static NewBatch HeaderFor(
        RecordBatch first, AppendRules rules, int leaderEpoch, long firstOffset, long nowMs) => new()
        {
            BaseOffset = firstOffset,
            PartitionLeaderEpoch = leaderEpoch,
            Codec = rules.TargetCodec ?? new Codec(first.Codec),
            TimestampType = rules.TimestampType,
            AppendTimeMs = nowMs,
            ProducerId = first.ProducerId,
            ProducerEpoch = first.ProducerEpoch,
            BaseSequence = first.BaseSequence,
            IsTransactional = first.IsTransactional,
            IsControl = first.IsControl,
        };
}
