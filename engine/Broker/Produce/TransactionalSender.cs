using Millrace.Protocol.Records;
using Millrace.Protocol.Wire;

namespace Millrace.Broker;

/// <summary>Whose transaction the batches of a Produce request are part of.</summary>
/// <param name="IsPresent">At least one batch is transactional.</param>
/// <param name="IsMixed">They are of different producers, or of different epochs of one.</param>
/// <param name="ProducerId">Of the first transactional batch.</param>
/// <param name="Epoch">Of the same.</param>
internal readonly record struct TransactionalSender(bool IsPresent, bool IsMixed, long ProducerId, short Epoch)
{
    /// <param name="produce">A copy, which is walked.</param>
    public static TransactionalSender Of(ProduceRequestReader produce)
    {
        TransactionalSender found = default;
        while (produce.NextTopic())
        {
            while (produce.NextPartition())
            {
                RecordBatches batches = new(produce.Records);
                while (batches.MoveNext())
                {
                    RecordBatch batch = batches.Current;
                    if (!batch.IsTransactional)
                    {
                        continue;
                    }

                    found = !found.IsPresent
                        ? new TransactionalSender(true, false, batch.ProducerId, batch.ProducerEpoch)
                        : found with
                        {
                            IsMixed = found.IsMixed
                                || batch.ProducerId != found.ProducerId
                                || batch.ProducerEpoch != found.Epoch,
                        };
                }
            }
        }

        return found;
    }

    /// <summary>The sequence that a partition's append begins with.</summary>
    /// <returns>False where none of its batches is in the transaction.</returns>
    public static bool TryGetFirstSequence(ReadOnlySpan<byte> records, out int sequence)
    {
        sequence = -1;
        bool isFirst = true;
        bool isTransactional = false;
        RecordBatches batches = new(records);
        while (batches.MoveNext())
        {
            sequence = isFirst ? batches.Current.BaseSequence : sequence;
            isFirst = false;
            isTransactional |= batches.Current.IsTransactional && batches.Current.HasProducerId;
        }

        return isTransactional;
    }
}
