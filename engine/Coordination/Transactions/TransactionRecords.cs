using Millrace.Base;
using Millrace.Coordination.Runtime;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Transactions;

/// <summary>States of transactional ids as records of <c>__transaction_state</c>, and back. Stateless.</summary>
internal static class TransactionRecords
{
    /// <summary>A record of a state.</summary>
    /// <param name="transaction">The state.</param>
    /// <param name="serverVersion">The level of <c>transaction.version</c>, which decides the record's version.</param>
    public static CoordinatorRecord Of(Transaction transaction, short serverVersion)
    {
        short version = TransactionVersions.ValueVersionOf(serverVersion);
        TransactionLogValue value = new()
        {
            ProducerId = transaction.ProducerId,
            ProducerEpoch = transaction.ProducerEpoch,
            TransactionTimeoutMs = transaction.TimeoutMs,
            TransactionStatus = (sbyte)transaction.State,
            TransactionPartitions = transaction.State == TransactionState.Empty ? null : Group(transaction.Partitions),
            TransactionLastUpdateTimestampMs = transaction.UpdateMs,
            TransactionStartTimestampMs = transaction.StartMs,
        };
        if (version > 0)
        {
            value.PreviousProducerId = transaction.PreviousProducerId;
            value.NextProducerId = transaction.NextProducerId;
            value.ClientTransactionVersion = transaction.ClientVersion;
        }

        return new CoordinatorRecord(KeyOf(transaction.Id), value, version) { Unwritten = transaction };
    }

    public static CoordinatorRecord Tombstone(string id) => CoordinatorRecord.Tombstone(KeyOf(id));

    public static Transaction Read(string id, TransactionLogValue value)
    {
        Invariant.That(
            value.TransactionStatus is >= (sbyte)TransactionState.Empty and <= (sbyte)TransactionState.CompleteAbort,
            $"Transactional id {id} is in a state that is never written: {value.TransactionStatus}.");
        return new Transaction
        {
            Id = id,
            ProducerId = value.ProducerId,
            PreviousProducerId = value.PreviousProducerId,
            NextProducerId = value.NextProducerId,
            ProducerEpoch = value.ProducerEpoch,
            TimeoutMs = value.TransactionTimeoutMs,
            State = (TransactionState)value.TransactionStatus,
            Partitions = Flatten(value.TransactionPartitions),
            StartMs = value.TransactionStartTimestampMs,
            UpdateMs = value.TransactionLastUpdateTimestampMs,
            ClientVersion = value.ClientTransactionVersion,
        };
    }

    private static TransactionLogKey KeyOf(string id) => new() { TransactionalId = id };

    private static TransactionLogValue.PartitionsSchema[] Group(PartitionSet partitions)
    {
        List<TransactionLogValue.PartitionsSchema> topics = [];
        foreach (IGrouping<string, TransactionPartition> topic in partitions.GroupBy(one => one.Topic))
        {
            topics.Add(new() { Topic = topic.Key, PartitionIds = [.. topic.Select(one => one.Partition)] });
        }

        return [.. topics];
    }

    private static PartitionSet Flatten(TransactionLogValue.PartitionsSchema[]? topics)
    {
        List<TransactionPartition> partitions = [];
        foreach (TransactionLogValue.PartitionsSchema topic in topics ?? [])
        {
            foreach (int partition in topic.PartitionIds)
            {
                partitions.Add(new TransactionPartition(topic.Topic, partition));
            }
        }

        return PartitionSet.Of(partitions);
    }
}
