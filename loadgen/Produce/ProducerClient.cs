using Millrace.Loadgen.Measurement;
using Millrace.Protocol;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Messages;

namespace Millrace.Loadgen;

/// <summary>
/// One producer: fills batches with the records that its schedule says are due, and hands them to the partitions'
/// leaders, with the pipelining, retries and numbering of Kafka's own producer. This half decides what is due; the
/// other, what is sent and what becomes of it. Owned by its loop's thread; allocates nothing once it has grown.
/// </summary>
internal sealed partial class ProducerClient : LoopClient
{
    /// <summary>Records of one turn, so that answers are read in between.</summary>
    private const int RecordsPerTurn = 8192;

    /// <summary>
    /// Records that wait for their batch anyhow are gathered for so long, and no longer than a tenth of the linger: a
    /// timer for each would take a processor (6 us each on a virtual machine, where the host has to set it).
    /// </summary>
    private const long GatherNsMax = 200_000;

    private readonly ProduceSpec spec;
    private readonly RecordSource source;
    private readonly WorkerMeter meter;
    private readonly SendLedger? ledger;
    private readonly int index;
    private readonly BufferStock stock;
    private readonly Compressor compressor = new();
    private readonly ProduceFrame frame;
    private readonly long lingerNs;
    private readonly long gatherNs;
    private ProducerPartition[] partitions = [];
    private int[] topicStarts = [];
    private ProducerPartition? firstOpen;
    private ProducerPartition? lastOpen;
    private ProducerPartition? sticky;
    private Chance chance;
    private int nextPartition;
    private long records;
    private BlockedTime blocked;

    /// <param name="loop">Its thread's loop.</param>
    /// <param name="context">The run.</param>
    /// <param name="spec">What to send.</param>
    /// <param name="index">Its number among the producers of the run.</param>
    /// <param name="source">Its records, and when each is due.</param>
    /// <param name="filler">What values are filled with.</param>
    /// <param name="meter">Its thread's counts.</param>
    /// <param name="ledger">Where it notes what was acknowledged; null where nobody asks.</param>
    public ProducerClient(
        EventLoop loop, RunContext context, ProduceSpec spec, int index, RecordSource source, Filler filler,
        WorkerMeter meter, SendLedger? ledger)
        : base(loop, context)
    {
        this.spec = spec;
        this.index = index;
        this.source = source;
        this.meter = meter;
        this.ledger = ledger;
        RecordPlan plan = new(spec, filler, context.RunId);
        stock = new BufferStock(plan, BuffersMax(spec, plan));
        frame = new ProduceFrame(context, spec.Acks);
        lingerNs = (long)(spec.LingerMs * NsPerMs);
        gatherNs = Math.Min(lingerNs / 10, GatherNsMax);
        chance = new Chance(context.Seed + (0x51ED_2701UL * (ulong)(index + 1)));
        isIdentityWanted = spec.IsIdempotent;
        MakePartitions();
    }

    /// <inheritdoc/>
    public override bool IsWriter => true;

    /// <inheritdoc/>
    public override bool IsDone => source.IsOver && stock.Used == 0;

    /// <summary>Batches that were begun and are not done with.</summary>
    public int Unfinished => stock.Used;

    /// <inheritdoc/>
    public override long Turn(long nowNs)
    {
        long dueNs = Maintain(nowNs);
        if (source.IsUnlimited && nowNs >= source.EndNs)
        {
            source.Stop();
        }

        bool isStarved = Fill(nowNs, out bool isMoreDue);
        CloseLingered(nowNs);
        dueNs = Math.Min(dueNs, Deliver(nowNs, out bool isWindowFull));
        blocked.Note(isStarved || isWindowFull, nowNs, meter, Loop.WriterCount);
        if (isMoreDue)
        {
            return nowNs;
        }

        if (!source.IsOver && !isStarved)
        {
            dueNs = Math.Min(dueNs, Math.Max(source.NextNs, nowNs + gatherNs));
        }

        return firstOpen is null ? dueNs : Math.Min(dueNs, firstOpen.Open!.SendDueNs);
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
        stock.Dispose();
        compressor.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>
    /// In an open loop Kafka's buffer.memory; in a closed one twice what may be on its way, so that the next batch is
    /// ready when an answer comes, and no record waits long.
    /// </summary>
    private int BuffersMax(ProduceSpec produce, RecordPlan plan)
    {
        long byMemory = Math.Max(2, produce.BufferMemory / plan.BufferBytes);
        int perRequest = produce.RequestBatches > 0
            ? produce.RequestBatches
            : Math.Max(1, produce.RequestBytesMax / plan.BufferBytes);
        long inWindow = 2L * produce.InFlight * perRequest * Math.Max(1, Cluster.Brokers.Count);
        return (int)Math.Min(int.MaxValue, produce.Rate.IsUnlimited ? Math.Min(byMemory, inWindow) : byMemory);
    }

    private void MakePartitions()
    {
        topicStarts = new int[Cluster.Topics.Length + 1];
        List<ProducerPartition> all = [];
        for (int topic = 0; topic < Cluster.Topics.Length; topic++)
        {
            topicStarts[topic] = all.Count;
            for (int partition = 0; partition < Cluster.Topics[topic].Leaders.Length; partition++)
            {
                all.Add(new ProducerPartition(index, topic, partition));
            }
        }

        topicStarts[^1] = all.Count;
        partitions = [.. all];
        nextPartition = chance.NextBelow(partitions.Length);
        OnCluster(0);
    }

    /// <summary>Takes the records that are due.</summary>
    /// <returns>True where one is due and there is no memory for it: the broker is behind.</returns>
    private bool Fill(long nowNs, out bool isMoreDue)
    {
        isMoreDue = false;
        for (int taken = 0; !source.IsOver && source.NextNs <= nowNs; taken++)
        {
            if (taken == RecordsPerTurn)
            {
                isMoreDue = true;
                return false;
            }

            long intendedNs = source.IsUnlimited ? nowNs : source.NextNs;
            ProducerPartition partition = ChoosePartition();
            if (partition.Open is { } open && !open.HasRoom(source.ValueBytes, source.Key >= 0))
            {
                Close(partition, intendedNs);
                partition = ChoosePartition();
            }

            if (partition.Open is null && !TryOpen(partition, nowNs))
            {
                return true;
            }

            partition.Open!.Append(source.ValueBytes, source.Key, intendedNs);
            records++;
            source.Advance();
        }

        return false;
    }

    private ProducerPartition ChoosePartition()
    {
        if (source.Partition >= 0)
        {
            return partitions[topicStarts[source.Topic] + source.Partition];
        }

        if (source.Key >= 0)
        {
            int topic = source.Topic >= 0 ? source.Topic : (int)(records % Cluster.Topics.Length);
            Span<byte> bytes = stackalloc byte[KeyChoice.KeyBytes];
            KeyChoice.Write(source.Key, bytes);
            int start = topicStarts[topic];
            return partitions[start + Murmur2.Partition(bytes, topicStarts[topic + 1] - start)];
        }

        if (sticky is null || (source.Topic >= 0 && sticky.Topic != source.Topic))
        {
            do
            {
                sticky = partitions[nextPartition];
                nextPartition = nextPartition + 1 == partitions.Length ? 0 : nextPartition + 1;
            }
            while (source.Topic >= 0 && sticky.Topic != source.Topic);
        }

        return sticky;
    }

    private bool TryOpen(ProducerPartition partition, long nowNs)
    {
        RecordBuffer? buffer = stock.Take();
        if (buffer is null)
        {
            // Kafka's producer sends early what it has begun, too, when its memory is used up.
            if (firstOpen is not null)
            {
                Close(firstOpen, nowNs);
            }

            return false;
        }

        buffer.Begin(partition, partition.NextStamp, nowNs);
        buffer.SendDueNs = nowNs + lingerNs;
        partition.Open = buffer;
        partition.PreviousOpen = lastOpen;
        partition.NextOpen = null;
        if (lastOpen is null)
        {
            firstOpen = partition;
        }
        else
        {
            lastOpen.NextOpen = partition;
        }

        lastOpen = partition;
        return true;
    }

    private void CloseLingered(long nowNs)
    {
        while (firstOpen is { } partition && (partition.Open!.SendDueNs <= nowNs || source.IsOver))
        {
            Close(partition, Math.Min(partition.Open!.SendDueNs, nowNs));
        }
    }

    /// <summary>Ends the partition's open batch and puts it into the queue.</summary>
    private void Close(ProducerPartition partition, long sendDueNs)
    {
        RecordBuffer batch = partition.Open!;
        partition.Open = null;
        Unlink(partition);
        sticky = sticky == partition ? null : sticky;
        batch.SendDueNs = sendDueNs;
        partition.NextStamp += batch.Count;
        ledger?.Sent(partition, batch.Count);
        partition.Enqueue(batch);
        List(partition);
        if (IsIdentityKnown)
        {
            Seal(batch);
        }
    }

    private void Unlink(ProducerPartition partition)
    {
        if (partition.PreviousOpen is { } previous)
        {
            previous.NextOpen = partition.NextOpen;
        }
        else
        {
            firstOpen = partition.NextOpen;
        }

        if (partition.NextOpen is { } next)
        {
            next.PreviousOpen = partition.PreviousOpen;
        }
        else
        {
            lastOpen = partition.PreviousOpen;
        }
    }
}
