using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;
using Millrace.Protocol.Wire;

namespace Millrace.Loadgen;

/// <content>What becomes of a transaction's requests.</content>
internal sealed partial class TransactionClient
{
    /// <inheritdoc/>
    protected override void Coordinated(
        BrokerConnection connection, in PendingRequest request, ReadOnlySpan<byte> body, long nowNs)
    {
        switch (request.Api)
        {
            case ApiKey.InitProducerId:
                isAnswerAwaited = false;
                OnIdentity(request, body, nowNs);
                break;
            case ApiKey.AddPartitionsToTxn:
                isAnswerAwaited = false;
                OnJoined(request, body, nowNs);
                break;
            case ApiKey.EndTxn:
                isAnswerAwaited = false;
                OnEnded(request, body, nowNs);
                break;
            default:
                OnProduced(request, body, nowNs);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void LostCoordinated(BrokerConnection connection, in PendingRequest request, long nowNs)
    {
        Pause(nowNs);
        if (request.Api != ApiKey.Produce)
        {
            isAnswerAwaited = false;
            return;
        }

        for (RecordBuffer? batch = request.Batches; batch is not null; batch = batch.Next)
        {
            batch.SentNs = 0;
        }

        Landed();
    }

    private void Landed()
    {
        inFlight--;
        isAnswerAwaited = inFlight > 0;
    }

    private void OnIdentity(in PendingRequest request, ReadOnlySpan<byte> body, long nowNs)
    {
        InitProducerIdResponse response = new();
        if (!TryRead(request, body, response) || response.ErrorCode != 0)
        {
            Retry(ApiKey.InitProducerId, (ErrorCode)response.ErrorCode, nowNs);
            return;
        }

        SetIdentity(response.ProducerId, response.ProducerEpoch);
        step = TransactionStep.Idle;
    }

    private void OnJoined(in PendingRequest request, ReadOnlySpan<byte> body, long nowNs)
    {
        if (!TryReadFirstError(request, body, out ErrorCode first))
        {
            GiveUp(nowNs);
            return;
        }

        if (first == ErrorCode.None)
        {
            step = TransactionStep.Producing;
            return;
        }

        Retry(ApiKey.AddPartitionsToTxn, first, nowNs);
    }

    private void OnProduced(in PendingRequest request, ReadOnlySpan<byte> body, long nowNs)
    {
        meter.RequestsAcked++;
        ProduceResponseReader reader = new(body, request.Version);
        ErrorCode worst = reader.Error.IsError ? ErrorCode.UnknownServerError : ErrorCode.None;
        while (reader.NextTopic())
        {
            while (reader.NextPartition())
            {
                RecordBuffer? batch = Find(ref reader);
                if (batch is null || reader.ErrorCode is ErrorCode.None or ErrorCode.DuplicateSequenceNumber)
                {
                    continue;
                }

                batch.SentNs = 0;
                worst = worst == ErrorCode.None || ErrorFacts.Of(worst).IsRetriable ? reader.ErrorCode : worst;
                if (ErrorFacts.Of(reader.ErrorCode).RefreshesMetadata)
                {
                    WantMetadata();
                }
            }
        }

        Landed();
        if (worst != ErrorCode.None)
        {
            Retry(ApiKey.Produce, worst, nowNs);
        }
        else if (!isAnswerAwaited && open.TrueForAll(buffer => buffer.SentNs != 0))
        {
            step = TransactionStep.Ending;
        }
    }

    private RecordBuffer? Find(ref ProduceResponseReader reader)
    {
        foreach (RecordBuffer buffer in open)
        {
            TopicMap topic = Cluster.Topics[buffer.Partition!.Topic];
            if (buffer.Partition.Index == reader.Index && (reader.TopicName.IsEmpty
                ? reader.TopicId == topic.Id
                : reader.TopicName.SequenceEqual(topic.NameBytes)))
            {
                return buffer;
            }
        }

        return null;
    }

    private void OnEnded(in PendingRequest request, ReadOnlySpan<byte> body, long nowNs)
    {
        ErrorCode code = TryRead(request, body, endAnswer)
            ? (ErrorCode)endAnswer.ErrorCode
            : ErrorCode.UnknownServerError;
        if (code != ErrorCode.None)
        {
            Retry(ApiKey.EndTxn, code, nowNs);
            return;
        }

        meter.Operations++;
        meter.Publish.Record(intendedNs, begunNs, nowNs, times: 1);
        foreach (RecordBuffer buffer in open)
        {
            ProducerPartition partition = buffer.Partition!;
            partition.NextSequence = RecordBatch.AddSequence(partition.NextSequence, buffer.Count);
            meter.RecordsAcked += buffer.Count;
            meter.BytesAcked += buffer.PlainBytes;
            meter.WireBytesAcked += buffer.WireLength;
            if (!isAborting)
            {
                partition.NextStamp += buffer.Count;
                ledger?.Sent(partition, buffer.Count);
            }
        }

        if (request.Version >= 5 && endAnswer.ProducerId >= 0)
        {
            // Every end raises the epoch there, so that nothing of the last transaction can reach the next.
            SetIdentity(endAnswer.ProducerId, endAnswer.ProducerEpoch);
        }

        step = TransactionStep.Idle;
    }

    private void SetIdentity(long id, short epoch)
    {
        identity = new ProducerIdentity(id, epoch, IsTransactional: true);
        foreach (ProducerPartition partition in partitions)
        {
            partition.NextSequence = 0;
        }
    }

    /// <summary>Tries the step again where that may help, and begins anew where it may not.</summary>
    private void Retry(ApiKey api, ErrorCode code, long nowNs)
    {
        // The markers of the transaction before are still being written: the usual case after a commit, and no error.
        if (code == ErrorCode.ConcurrentTransactions)
        {
            meter.Retries++;
            Pause(nowNs, ConcurrentPauseNs);
            return;
        }

        Trouble(api, code, nowNs);
        if (!ErrorFacts.Of(code).IsRetriable)
        {
            GiveUp(nowNs);
        }
    }

    /// <summary>What was begun may be committed or not: nobody knows. A new identity ends it.</summary>
    private void GiveUp(long nowNs)
    {
        if (step is not (TransactionStep.Starting or TransactionStep.Idle))
        {
            foreach (RecordBuffer buffer in open)
            {
                meter.RecordsFailed += buffer.Count;
                if (!isAborting)
                {
                    ledger?.Sent(buffer.Partition!, buffer.Count);
                    ledger?.Failed(buffer.Partition!, buffer.Partition!.NextStamp, buffer.Count);
                    buffer.Partition!.NextStamp += buffer.Count;
                }
            }
        }

        step = TransactionStep.Starting;
        Pause(nowNs);
    }
}
