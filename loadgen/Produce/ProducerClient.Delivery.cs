using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;
using Millrace.Protocol.Wire;

namespace Millrace.Loadgen;

/// <content>What is sent, and what becomes of it.</content>
internal sealed partial class ProducerClient
{
    /// <summary>Kafka's own <c>retry.backoff.ms</c>.</summary>
    private const long BackOffNs = 100 * NsPerMs;

    private const long UnconnectedPauseNs = 10 * NsPerMs;
    private const long ExpiryPauseNs = 1000 * NsPerMs;

    private readonly Dictionary<int, ReadyList> readyLists = [];
    private readonly List<ProducerPartition> paused = [];
    private ProducerIdentity identity = ProducerIdentity.None;
    private int identityCount = 1;
    private bool isIdentityWanted;
    private bool isIdentityAsked;
    private long identityNotBeforeNs;
    private long requests;
    private long nextExpiryNs;
    private int inFlight;

    private bool IsIdentityKnown => !isIdentityWanted;

    /// <inheritdoc/>
    protected override void Answer(
        BrokerConnection connection, in PendingRequest request, ReadOnlySpan<byte> body, long nowNs)
    {
        if (request.Api == ApiKey.InitProducerId)
        {
            OnIdentity(request.Version, body, nowNs);
            return;
        }

        Landed(connection, nowNs);
        meter.RequestsAcked++;
        RecordBuffer? rest = request.Batches;
        if (!request.HasAnswer)
        {
            while (rest is not null)
            {
                RecordBuffer batch = rest;
                rest = batch.Next;
                Succeed(batch, nowNs);
            }

            return;
        }

        ProduceResponseReader reader = new(body, request.Version);
        if (reader.Error.IsError)
        {
            Context.Errors.Count("a Produce answer cannot be read");
        }

        while (reader.NextTopic())
        {
            while (reader.NextPartition())
            {
                if (TakeFrom(ref rest, ref reader) is { } batch)
                {
                    Settle(batch, reader.ErrorCode, nowNs);
                }
            }
        }

        RetryAll(rest, ErrorCode.NetworkException, nowNs);
    }

    /// <inheritdoc/>
    protected override void Lost(BrokerConnection connection, in PendingRequest request, long nowNs)
    {
        if (request.Api == ApiKey.InitProducerId)
        {
            isIdentityAsked = false;
            return;
        }

        Landed(connection, nowNs);
        WantMetadata();
        RetryAll(request.Batches, ErrorCode.NetworkException, nowNs);
    }

    private void Landed(BrokerConnection connection, long nowNs)
    {
        ReadyList ready = readyLists[connection.BrokerId];
        ready.RoomSinceNs = ready.InFlight == spec.InFlight ? nowNs : ready.RoomSinceNs;
        ready.InFlight--;
        inFlight--;
    }

    /// <summary>Sends what may be sent.</summary>
    /// <returns>When to look again, where it is not an answer that is waited for.</returns>
    private long Deliver(long nowNs, out bool isWindowFull)
    {
        isWindowFull = false;
        if (isIdentityWanted)
        {
            Expire(nowNs);
            return AskIdentity(nowNs);
        }

        long dueNs = Resume(nowNs);
        if (paused.Count > 0)
        {
            Expire(nowNs);
        }

        foreach (ReadyList ready in readyLists.Values)
        {
            if (ready.Count == 0)
            {
                continue;
            }

            BrokerConnection? connection = ConnectionTo(ready.BrokerId, nowNs);
            while (connection is not null && ready.Count > 0 && ready.InFlight < spec.InFlight && !isIdentityWanted)
            {
                SendOne(ready, connection, nowNs);
            }

            isWindowFull |= ready.Count > 0 && ready.InFlight >= spec.InFlight;
            if (connection is null)
            {
                Expire(nowNs);
                dueNs = Math.Min(dueNs, nowNs + UnconnectedPauseNs);
            }
        }

        return dueNs;
    }

    /// <summary>One request of the batches that stand first.</summary>
    private void SendOne(ReadyList ready, BrokerConnection connection, long nowNs)
    {
        int most = spec.RequestBatches > 0 ? spec.RequestBatches : int.MaxValue;
        long request = ++requests;
        while (ready.Count > 0 && frame.Count < most)
        {
            ProducerPartition partition = ready.Peek();
            if (partition.LastRequest == request)
            {
                break;
            }

            RecordBuffer? batch = partition.First;
            if (batch is null || partition.Leader != ready.BrokerId || partition.RetryNs > nowNs)
            {
                ready.Dequeue();
                partition.IsListed = false;
                List(partition);
                continue;
            }

            if (frame.Count > 0 && frame.BatchBytes + batch.WireLength > spec.RequestBytesMax)
            {
                break;
            }

            ready.Dequeue();
            partition.IsListed = false;
            partition.LastRequest = request;
            partition.Dequeue();
            List(partition);
            NoteSent(batch, ready, nowNs);
            frame.Add(batch);
        }

        if (frame.Count > 0)
        {
            ready.InFlight++;
            inFlight++;
            frame.Send(connection, Cluster, nowNs);
        }
    }

    private void NoteSent(RecordBuffer batch, ReadyList ready, long nowNs)
    {
        batch.Attempts++;
        if (batch.Attempts > 1)
        {
            meter.Retries++;
            return;
        }

        meter.RecordsSent += batch.Count;
        if (!source.IsUnlimited)
        {
            // The wait for room is the broker's.
            long since = Math.Max(batch.SendDueNs, ready.RoomSinceNs);
            meter.Lateness.Record(Math.Max(0, nowNs - since), batch.Count);
        }
    }

    /// <summary>Gives the batch its numbers, unless it has them, and its checksum.</summary>
    private void Seal(RecordBuffer batch)
    {
        ProducerPartition partition = batch.Partition!;
        batch.BaseSequence = partition.NextSequence;
        partition.NextSequence = RecordBatch.AddSequence(partition.NextSequence, batch.Count);
        batch.SealedBy = identityCount;
        batch.Seal(identity, compressor);
    }

    /// <summary>Puts a partition with batches where it will be found.</summary>
    private void List(ProducerPartition partition)
    {
        if (partition.IsListed || partition.First is null)
        {
            return;
        }

        partition.IsListed = true;
        if (partition.Leader < 0 || partition.RetryNs > 0)
        {
            if (partition.Leader < 0)
            {
                WantMetadata();
            }

            paused.Add(partition);
            return;
        }

        if (!readyLists.TryGetValue(partition.Leader, out ReadyList? ready))
        {
            ready = new ReadyList(partition.Leader);
            readyLists[partition.Leader] = ready;
        }

        ready.Enqueue(partition);
    }

    /// <summary>Partitions whose pause is over may be sent to again.</summary>
    private long Resume(long nowNs)
    {
        long dueNs = long.MaxValue;
        for (int at = paused.Count - 1; at >= 0; at--)
        {
            ProducerPartition partition = paused[at];
            if (partition.Leader < 0 || partition.RetryNs > nowNs)
            {
                WantMetadataFor(partition);
                dueNs = Math.Min(dueNs, Math.Max(partition.RetryNs, nowNs + UnconnectedPauseNs));
                continue;
            }

            paused.RemoveAt(at);
            partition.RetryNs = 0;
            partition.IsListed = false;
            List(partition);
        }

        return dueNs;
    }

    /// <summary>Gives up what cannot be sent, once it has waited too long.</summary>
    private void Expire(long nowNs)
    {
        if (nowNs < nextExpiryNs)
        {
            return;
        }

        nextExpiryNs = nowNs + ExpiryPauseNs;
        foreach (ProducerPartition partition in partitions)
        {
            Expire(partition, nowNs);
        }
    }

    private void Expire(ProducerPartition partition, long nowNs)
    {
        while (partition.First is { } oldest && nowNs - oldest.BegunNs > spec.DeliveryTimeoutMs * NsPerMs)
        {
            Context.Errors.Count("Produce: gave up a batch that could not be sent in time");
            isIdentityWanted |= spec.IsIdempotent;
            Fail(partition.Dequeue());
        }
    }

    private void WantMetadataFor(ProducerPartition partition)
    {
        if (partition.Leader < 0)
        {
            WantMetadata();
        }
    }

    /// <summary>The batch that an answer's partition is about, taken out of its request.</summary>
    private RecordBuffer? TakeFrom(ref RecordBuffer? rest, ref ProduceResponseReader reader)
    {
        RecordBuffer? before = null;
        for (RecordBuffer? at = rest; at is not null; before = at, at = at.Next)
        {
            ProducerPartition partition = at.Partition!;
            TopicMap topic = Cluster.Topics[partition.Topic];
            bool isIt = partition.Index == reader.Index && (reader.TopicName.IsEmpty
                ? reader.TopicId == topic.Id
                : reader.TopicName.SequenceEqual(topic.NameBytes));
            if (!isIt)
            {
                continue;
            }

            if (before is null)
            {
                rest = at.Next;
            }
            else
            {
                before.Next = at.Next;
            }

            return at;
        }

        return null;
    }

    private void Settle(RecordBuffer batch, ErrorCode code, long nowNs)
    {
        // A number that the broker has seen: the first attempt arrived, and only its answer was lost.
        if (code is ErrorCode.None or ErrorCode.DuplicateSequenceNumber)
        {
            Succeed(batch, nowNs);
            return;
        }

        Context.Errors.Broker(ApiKey.Produce, code);
        ErrorFacts facts = ErrorFacts.Of(code);
        bool isOutOfOrder = code is ErrorCode.OutOfOrderSequenceNumber or ErrorCode.UnknownProducerId;
        if (facts.RefreshesMetadata)
        {
            WantMetadata();
        }

        if (facts.IsRetriable || (isOutOfOrder && spec.IsIdempotent))
        {
            // Behind a batch that is tried again, its followers are out of order until that one has arrived.
            bool isFirst = batch.Partition!.First is not { } waiting || waiting.Order > batch.Order;
            isIdentityWanted |= isOutOfOrder && isFirst && batch.SealedBy == identityCount;
            Retry(batch, code, nowNs);
            return;
        }

        isIdentityWanted |= spec.IsIdempotent;
        Fail(batch);
    }

    private void Succeed(RecordBuffer batch, long nowNs)
    {
        meter.RecordsAcked += batch.Count;
        meter.BytesAcked += batch.PlainBytes;
        meter.WireBytesAcked += batch.WireLength;
        meter.Publish.Service.Record(nowNs - batch.SentNs, batch.Count);
        if (source.IsUnlimited)
        {
            meter.Publish.Intended.Record(nowNs - batch.SentNs, batch.Count);
        }
        else
        {
            for (int record = 0; record < batch.Count; record++)
            {
                meter.Publish.Intended.Record(nowNs - batch.IntendedNs(record));
            }
        }

        stock.Return(batch);
    }

    private void RetryAll(RecordBuffer? chain, ErrorCode why, long nowNs)
    {
        while (chain is not null)
        {
            RecordBuffer batch = chain;
            chain = batch.Next;
            Retry(batch, why, nowNs);
        }
    }

    private void Retry(RecordBuffer batch, ErrorCode why, long nowNs)
    {
        if (spec.Acks == 0 || nowNs - batch.BegunNs > spec.DeliveryTimeoutMs * NsPerMs)
        {
            Context.Errors.Count($"Produce: gave up a batch after {ErrorFacts.Of(why).Name}");
            isIdentityWanted |= spec.IsIdempotent;
            Fail(batch);
            return;
        }

        ProducerPartition partition = batch.Partition!;
        partition.Requeue(batch);
        partition.RetryNs = nowNs + BackOffNs;
        List(partition);
    }

    private void Fail(RecordBuffer batch)
    {
        meter.RecordsFailed += batch.Count;
        ledger?.Failed(batch.Partition!, batch.FirstSequence, batch.Count);
        stock.Return(batch);
    }

    /// <summary>
    /// Asks for an identity, the first or, after numbers were lost, another one; not before all is back that was sent
    /// under the old one.
    /// </summary>
    private long AskIdentity(long nowNs)
    {
        if (isIdentityAsked || inFlight > 0)
        {
            return long.MaxValue;
        }

        if (nowNs < identityNotBeforeNs || AnyConnection(nowNs) is not { } connection)
        {
            return Math.Max(identityNotBeforeNs, nowNs + UnconnectedPauseNs);
        }

        isIdentityAsked = true;
        InitProducerIdRequest request = new() { TransactionalId = null, TransactionTimeoutMs = 60_000 };
        connection.Send(
            ApiKey.InitProducerId, Context.Versions.Of(ApiKey.InitProducerId), request, nowNs);
        return long.MaxValue;
    }

    private void OnIdentity(short version, ReadOnlySpan<byte> body, long nowNs)
    {
        isIdentityAsked = false;
        identityNotBeforeNs = nowNs + BackOffNs;
        InitProducerIdResponse response = new();
        if (MessageCodec.Decode(body, version, response).IsError)
        {
            Context.Errors.Count("an InitProducerId answer cannot be read");
            return;
        }

        if (response.ErrorCode != 0)
        {
            Context.Errors.Broker(ApiKey.InitProducerId, (ErrorCode)response.ErrorCode);
            return;
        }

        identity = new ProducerIdentity(response.ProducerId, response.ProducerEpoch, IsTransactional: false);
        identityCount++;
        isIdentityWanted = false;
        foreach (ProducerPartition partition in partitions)
        {
            // What waits is numbered anew, in its order, before anything that comes behind it.
            partition.NextSequence = 0;
            for (RecordBuffer? batch = partition.First; batch is not null; batch = batch.Next)
            {
                Seal(batch);
            }
        }
    }
}
