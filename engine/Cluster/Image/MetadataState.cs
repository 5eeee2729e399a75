using Millrace.Protocol.Messages;

namespace Millrace.Cluster;

/// <summary>
/// The image as records arrive: takes batches in, keeps those of an open metadata transaction back until it ends
/// (KIP-868), and swaps the image. One writer; <see cref="Image"/> may be read from any thread.
/// </summary>
public sealed class MetadataState
{
    private MetadataImage image = MetadataImage.Empty;
    private List<MetadataRecord>? transaction;

    /// <summary>The newest image. Any thread.</summary>
    public MetadataImage Image => Volatile.Read(ref image);

    /// <summary>Whether records are kept back for a transaction that has not ended.</summary>
    public bool InTransaction => transaction is not null;

    /// <summary>Begins from an image, such as a snapshot's.</summary>
    public void Reset(MetadataImage to)
    {
        transaction = null;
        Volatile.Write(ref image, to);
    }

    /// <summary>Takes records in.</summary>
    /// <param name="records">In the order of the log.</param>
    /// <param name="lastOffset">Offset of the last one.</param>
    /// <param name="epoch">The quorum's epoch.</param>
    /// <param name="timestampMs">Their batch's time.</param>
    /// <returns>What they changed; null where a transaction keeps all of them back.</returns>
    /// <exception cref="MetadataRefusedException">They cannot be applied. The image is as before.</exception>
    public MetadataDelta? Apply(IReadOnlyList<MetadataRecord> records, long lastOffset, int epoch, long timestampMs)
    {
        MetadataDelta? delta = null;
        foreach (MetadataRecord record in records)
        {
            switch (record.Message)
            {
                case BeginTransactionRecord:
                    Expect(transaction is null, "a metadata transaction begins inside another one");
                    transaction = [];
                    break;
                case EndTransactionRecord:
                    delta ??= new MetadataDelta(image);
                    foreach (MetadataRecord kept in Ended("ends"))
                    {
                        delta.Apply(kept);
                    }

                    break;
                case AbortTransactionRecord:
                    Ended("is aborted");
                    break;
                default:
                    if (transaction is not null)
                    {
                        transaction.Add(record);
                        break;
                    }

                    delta ??= new MetadataDelta(image);
                    delta.Apply(record);
                    break;
            }
        }

        if (delta is null)
        {
            return null;
        }

        Volatile.Write(ref image, delta.Build(lastOffset, epoch, timestampMs));
        return delta;
    }

    private List<MetadataRecord> Ended(string how)
    {
        Expect(transaction is not null, $"a metadata transaction {how} that never began");
        List<MetadataRecord> records = transaction!;
        transaction = null;
        return records;
    }

    private static void Expect(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new MetadataRefusedException(otherwise);
        }
    }
}
