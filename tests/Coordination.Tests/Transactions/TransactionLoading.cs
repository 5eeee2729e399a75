using Millrace.Coordination.Runtime;
using Millrace.Coordination.Transactions;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;

namespace Millrace.Coordination.Tests.Transactions;

/// <summary>States put into a coordinator by way of its log.</summary>
internal static class TransactionLoading
{
    /// <summary>Makes a coordinator load a state of the id of all tests, with producer id 7 and partition 0.</summary>
    public static void LoadState(
        this Transacted one, TransactionState state, short epoch, long nextProducerId = -1, short clientVersion = 2,
        long previousProducerId = -1)
    {
        one.Load(Transacted.Id, new TransactionLogValue
        {
            ProducerId = 7,
            PreviousProducerId = previousProducerId,
            NextProducerId = nextProducerId,
            ProducerEpoch = epoch,
            TransactionTimeoutMs = 60_000,
            TransactionStatus = (sbyte)state,
            TransactionPartitions = state is TransactionState.Ongoing || state.IsEnding()
                ? [new() { Topic = Transacted.P0.Topic, PartitionIds = [Transacted.P0.Partition] }]
                : null,
            TransactionLastUpdateTimestampMs = one.Clock.WallMs,
            TransactionStartTimestampMs = state == TransactionState.Empty ? -1 : one.Clock.WallMs,
            ClientTransactionVersion = clientVersion,
        });
    }

    public static void Load(this Transacted one, string id, TransactionLogValue value)
    {
        CoordinatorRecord record = new(new TransactionLogKey { TransactionalId = id }, value, 1);
        using BatchBuilder builder = new();
        builder.Begin(new NewBatch { Codec = Codec.None, BaseSequence = -1, ProducerId = -1, ProducerEpoch = -1 });
        builder.Append(
            one.Clock.WallMs, CoordinatorRecordFormat.EncodeKey(record), CoordinatorRecordFormat.EncodeValue(record));
        byte[] batch = builder.Finish().ToArray();
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(batch, one.Log.EndOffset);
        one.Resign();
        one.Log.Load(batch);
        one.Lead();
        one.Advance(100);
    }
}
