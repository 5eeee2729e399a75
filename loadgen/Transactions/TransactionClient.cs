using System.Text;
using Millrace.Loadgen.Measurement;
using Millrace.Protocol;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;
using Millrace.Protocol.Wire;

namespace Millrace.Loadgen;

/// <summary>
/// A transactional producer: one transaction after another, each a batch to some partitions and a commit or an abort.
/// Publish latency is from when a transaction was due to the answer to its end. Owned by its loop's thread.
/// </summary>
internal sealed partial class TransactionClient : CoordinatedClient
{
    private const long ConcurrentPauseNs = 20 * NsPerMs;

    private readonly TransactionSpec spec;
    private readonly ProduceSpec records;
    private readonly Schedule schedule;
    private readonly WorkerMeter meter;
    private readonly SendLedger? ledger;
    private readonly int index;
    private readonly string transactionalId;
    private readonly ProduceFrame frame;
    private readonly Compressor compressor = new();
    private readonly RecordBuffer[] buffers;
    private readonly List<RecordBuffer> open = [];
    private readonly bool joinsByItself;

    // Used again, so that a transaction allocates nothing. The answer has the same fields set each time, as its version
    // is the same.
    private readonly AddPartitionsToTxnRequest join;
    private readonly EndTxnRequest end;
    private readonly EndTxnResponse endAnswer = new();

    /// <summary>What a transaction that begins at a partition joins; made when it first does.</summary>
    private AddPartitionsToTxnRequest.AddPartitionsToTxnTopic[]?[] joined = [];
    private ProducerPartition[] partitions = [];
    private ProducerIdentity identity = ProducerIdentity.None;
    private TransactionStep step = TransactionStep.Starting;
    private Chance chance;
    private bool isAnswerAwaited;
    private int firstPartition;
    private int nextPartition;
    private bool isAborting;
    private long intendedNs;
    private long begunNs;
    private int inFlight;
    private BlockedTime blocked;

    /// <param name="loop">Its thread's loop.</param>
    /// <param name="context">The run.</param>
    /// <param name="spec">What its transactions are.</param>
    /// <param name="records">What is in them.</param>
    /// <param name="index">Its number among the producers of the run.</param>
    /// <param name="schedule">When each transaction is due.</param>
    /// <param name="filler">What values are filled with.</param>
    /// <param name="meter">Its thread's counts.</param>
    /// <param name="ledger">Where it notes what was committed; null where nobody asks.</param>
    public TransactionClient(
        EventLoop loop, RunContext context, TransactionSpec spec, ProduceSpec records, int index, Schedule schedule,
        Filler filler, WorkerMeter meter, SendLedger? ledger)
        : base(loop, context, $"{spec.IdPrefix}-{index}", CoordinatorKind.Transaction)
    {
        this.spec = spec;
        this.records = records;
        this.index = index;
        this.schedule = schedule;
        this.meter = meter;
        this.ledger = ledger;
        transactionalId = CoordinatorKey;
        join = new AddPartitionsToTxnRequest { V3AndBelowTransactionalId = transactionalId };
        end = new EndTxnRequest { TransactionalId = transactionalId };
        joinsByItself = context.Versions.TransactionVersion >= 2 && context.Versions.Of(ApiKey.Produce) >= 12;
        frame = new ProduceFrame(
            context, acks: -1, Encoding.UTF8.GetBytes(transactionalId), joinsByItself ? short.MaxValue : (short)11);
        chance = new Chance(context.Seed + (0x7A31UL * (ulong)(index + 1)));
        MakePartitions();
        RecordPlan plan = new(records with { BatchBytes = BatchBytes() }, filler, context.RunId);
        buffers = new RecordBuffer[Math.Min(spec.Partitions, partitions.Length)];
        for (int at = 0; at < buffers.Length; at++)
        {
            buffers[at] = new RecordBuffer(plan);
        }
    }

    /// <inheritdoc/>
    public override bool IsWriter => true;

    /// <inheritdoc/>
    public override bool IsDone => schedule.IsOver && step is TransactionStep.Idle or TransactionStep.Starting;

    /// <inheritdoc/>
    public override long Turn(long nowNs)
    {
        long dueNs = Maintain(nowNs);
        if (schedule.IsUnlimited && nowNs >= schedule.EndNs)
        {
            schedule.Stop();
        }

        blocked.Note(step != TransactionStep.Idle && schedule.NextNs <= nowNs, nowNs, meter, Loop.WriterCount);
        if (isAnswerAwaited)
        {
            return dueNs;
        }

        return Math.Min(dueNs, step switch
        {
            TransactionStep.Starting => Start(nowNs),
            TransactionStep.Idle => BeginWhenDue(nowNs),
            TransactionStep.Joining => Join(nowNs),
            TransactionStep.Producing => Produce(nowNs),
            _ => End(nowNs),
        });
    }

    /// <inheritdoc/>
    protected override void OnCluster(long nowNs)
    {
        foreach (ProducerPartition partition in partitions)
        {
            int[] leaders = Cluster.Topics[partition.Topic].Leaders;
            partition.Leader = partition.Index < leaders.Length ? leaders[partition.Index] : -1;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Array.ForEach(buffers, buffer => buffer.Dispose());
        compressor.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Room for a partition's share of a transaction in one batch.</summary>
    private int BatchBytes()
    {
        int most = Math.Min(spec.Partitions, Math.Max(1, partitions.Length));
        long share = ((spec.Records + most - 1L) / most * (records.ValueBytesMax + 64L)) + BatchLayout.HeaderSize;
        return (int)Math.Min(share, RecordSizes.BytesMax);
    }

    private void MakePartitions()
    {
        List<ProducerPartition> all = [];
        for (int topic = 0; topic < Cluster.Topics.Length; topic++)
        {
            for (int partition = 0; partition < Cluster.Topics[topic].Leaders.Length; partition++)
            {
                all.Add(new ProducerPartition(index, topic, partition));
            }
        }

        partitions = [.. all];
        joined = new AddPartitionsToTxnRequest.AddPartitionsToTxnTopic[partitions.Length][];
        nextPartition = chance.NextBelow(partitions.Length);
        OnCluster(0);
    }

    private long Start(long nowNs)
    {
        if (schedule.IsOver || Coordinator(nowNs, out long dueNs) is not { } connection)
        {
            return schedule.IsOver ? long.MaxValue : nowNs + ConcurrentPauseNs;
        }

        InitProducerIdRequest request = new()
        {
            TransactionalId = transactionalId,
            TransactionTimeoutMs = spec.TimeoutMs,
        };
        connection.Send(ApiKey.InitProducerId, Context.Versions.Of(ApiKey.InitProducerId), request, nowNs);
        isAnswerAwaited = true;
        return dueNs;
    }

    private long BeginWhenDue(long nowNs)
    {
        if (schedule.IsOver || schedule.NextNs > nowNs)
        {
            return schedule.IsOver ? long.MaxValue : schedule.NextNs;
        }

        intendedNs = schedule.IsUnlimited ? nowNs : schedule.NextNs;
        meter.Lateness.Record(nowNs - intendedNs);
        schedule.Advance();
        begunNs = nowNs;
        isAborting = chance.NextUnit() < spec.AbortShare;
        Fill(nowNs);
        step = joinsByItself ? TransactionStep.Producing : TransactionStep.Joining;
        return joinsByItself ? Produce(nowNs) : Join(nowNs);
    }

    /// <summary>Makes the transaction's records, dealt evenly to the partitions whose turn it is.</summary>
    private void Fill(long nowNs)
    {
        open.Clear();
        firstPartition = nextPartition;
        for (int at = 0; at < buffers.Length && at < spec.Records; at++)
        {
            ProducerPartition partition = partitions[nextPartition];
            nextPartition = nextPartition + 1 == partitions.Length ? 0 : nextPartition + 1;
            RecordBuffer buffer = buffers[at];

            // Nobody may read an aborted record: under a number that no producer has, it is found if someone does.
            int producer = isAborting ? PartitionCheck.AbortedProducer : index;
            buffer.Begin(partition, partition.NextStamp, nowNs, producer);
            int share = (spec.Records / buffers.Length) + (at < spec.Records % buffers.Length ? 1 : 0);
            for (int record = 0; record < share; record++)
            {
                int size = records.Sizes.Next(ref chance);
                long key = records.Keys.HasKeys ? records.Keys.Next(record, ref chance) : -1;
                buffer.Append(size, key, intendedNs);
            }

            buffer.BaseSequence = partition.NextSequence;
            buffer.Seal(identity, compressor);
            open.Add(buffer);
        }
    }

    private long Join(long nowNs)
    {
        const short lastOfClients = 3;
        if (Coordinator(nowNs, out long dueNs) is not { } connection)
        {
            return dueNs;
        }

        join.V3AndBelowProducerId = identity.Id;
        join.V3AndBelowProducerEpoch = identity.Epoch;
        join.V3AndBelowTopics = joined[firstPartition] ??= OpenTopics();
        short version = Context.Versions.Of(ApiKey.AddPartitionsToTxn, lastOfClients);
        connection.Send(ApiKey.AddPartitionsToTxn, version, join, nowNs);
        isAnswerAwaited = true;
        return long.MaxValue;
    }

    private AddPartitionsToTxnRequest.AddPartitionsToTxnTopic[] OpenTopics() =>
        [.. open.GroupBy(buffer => buffer.Partition!.Topic).Select(topic =>
            new AddPartitionsToTxnRequest.AddPartitionsToTxnTopic
            {
                Name = Cluster.Topics[topic.Key].Name,
                Partitions = [.. topic.Select(buffer => buffer.Partition!.Index)],
            })];

    /// <summary>Sends every batch that is not acknowledged yet, one request to each leader.</summary>
    private long Produce(long nowNs)
    {
        if (nowNs < RetryNs)
        {
            return RetryNs;
        }

        foreach (RecordBuffer buffer in open)
        {
            if (buffer.SentNs != 0)
            {
                continue;
            }

            int leader = buffer.Partition!.Leader;
            if (leader < 0 || ConnectionTo(leader, nowNs) is not { } connection)
            {
                WantMetadata();
                Pause(nowNs, ConcurrentPauseNs);
                continue;
            }

            SendTo(leader, connection, nowNs);
        }

        isAnswerAwaited = inFlight > 0;
        return isAnswerAwaited ? long.MaxValue : RetryNs;
    }

    /// <summary>Sends all that goes to a leader; it counts as sent from then on.</summary>
    private void SendTo(int leader, BrokerConnection connection, long nowNs)
    {
        foreach (RecordBuffer buffer in open)
        {
            if (buffer.SentNs == 0 && buffer.Partition!.Leader == leader)
            {
                meter.RecordsSent += buffer.Attempts == 0 ? buffer.Count : 0;
                meter.Retries += buffer.Attempts++ == 0 ? 0 : 1;
                frame.Add(buffer);
            }
        }

        frame.Send(connection, Cluster, nowNs);
        inFlight++;
    }

    private long End(long nowNs)
    {
        if (Coordinator(nowNs, out long dueNs) is not { } connection)
        {
            return dueNs;
        }

        end.ProducerId = identity.Id;
        end.ProducerEpoch = identity.Epoch;
        end.Committed = !isAborting;
        short version = Context.Versions.Of(ApiKey.EndTxn, joinsByItself ? short.MaxValue : (short)4);
        connection.Send(ApiKey.EndTxn, version, end, nowNs);
        isAnswerAwaited = true;
        return long.MaxValue;
    }
}
