using Millrace.Coordination.Runtime;
using Millrace.Protocol;

namespace Millrace.Coordination.Transactions;

/// <summary>
/// AddPartitionsToTxn and AddOffsetsToTxn: a transaction begins and grows. Owned by its partition's loop.
/// </summary>
internal sealed class TransactionAdditions(TransactionShard shard)
{
    /// <summary>Adds all of the partitions or none.</summary>
    public Decided<ErrorCode> Add(
        string id, in Producer producer, IReadOnlyCollection<TransactionPartition> partitions, short clientVersion,
        long nowMs)
    {
        if (shard.Find(id) is not { } transaction)
        {
            return Answer(ErrorCode.InvalidProducerIdMapping);
        }

        if (transaction.State.IsEnding())
        {
            // Before the producer is looked at: under version 2 it may have the id and epoch that come with the end.
            return Answer(ErrorCode.ConcurrentTransactions);
        }

        ErrorCode error = Check(transaction, producer);
        if (error != ErrorCode.None
            || (transaction.State == TransactionState.Ongoing && transaction.Partitions.ContainsAll(partitions)))
        {
            return Answer(error);
        }

        return new(ErrorCode.None, shard.Write(transaction.Add(partitions, clientVersion, nowMs)));
    }

    /// <summary>
    /// Whether partitions are in a transaction that is open, so that a write to them may go on (KIP-890).
    /// </summary>
    /// <returns>One error for each of the partitions.</returns>
    public ErrorCode[] Verify(string id, in Producer producer, IReadOnlyList<TransactionPartition> partitions)
    {
        ErrorCode[] errors = new ErrorCode[partitions.Count];
        Transaction? transaction = shard.Find(id);
        ErrorCode error = transaction is null ? ErrorCode.InvalidProducerIdMapping : Check(transaction, producer);
        if (error == ErrorCode.None && transaction!.State.IsEnding())
        {
            error = ErrorCode.ConcurrentTransactions;
        }

        for (int index = 0; index < errors.Length; index++)
        {
            bool isMissing = error == ErrorCode.None && !transaction!.Partitions.Contains(partitions[index]);
            errors[index] = isMissing ? ErrorCode.TransactionAbortable : error;
        }

        return errors;
    }

    private static ErrorCode Check(Transaction transaction, in Producer producer)
    {
        if (transaction.ProducerId != producer.Id)
        {
            return ErrorCode.InvalidProducerIdMapping;
        }

        return transaction.ProducerEpoch == producer.Epoch ? ErrorCode.None : ErrorCode.ProducerFenced;
    }

    private static Decided<ErrorCode> Answer(ErrorCode error) => new(error, Decision.Nothing);
}
