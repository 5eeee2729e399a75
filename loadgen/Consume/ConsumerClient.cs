using Millrace.Loadgen.Measurement;
using Millrace.Protocol;
using Millrace.Protocol.Wire;

namespace Millrace.Loadgen;

/// <summary>
/// One consumer with the partitions that were dealt to it: one fetch at a time to each of their leaders. Owned by its
/// loop's thread; allocates nothing once it has grown.
/// </summary>
internal sealed class ConsumerClient : LoopClient
{
    private const long BackOffNs = 100 * NsPerMs;
    private const long UnconnectedPauseNs = 10 * NsPerMs;

    private readonly ConsumeSpec spec;
    private readonly ConsumedPartition[] partitions;
    private readonly ConsumedPartition?[][] byTopic;
    private readonly FetchedRecords records;
    private readonly WorkerMeter meter;
    private readonly Dictionary<int, FetchSession> sessions = [];
    private long ownRecords;
    private bool isStopped;

    /// <param name="loop">Its thread's loop.</param>
    /// <param name="context">The run.</param>
    /// <param name="spec">How to read.</param>
    /// <param name="partitions">What to read.</param>
    /// <param name="meter">Its thread's counts.</param>
    public ConsumerClient(
        EventLoop loop, RunContext context, ConsumeSpec spec, ConsumedPartition[] partitions, WorkerMeter meter)
        : base(loop, context)
    {
        this.spec = spec;
        this.partitions = partitions;
        this.meter = meter;
        records = new FetchedRecords(spec, context.RunId, meter);
        byTopic = new ConsumedPartition?[Cluster.Topics.Length][];
        for (int topic = 0; topic < byTopic.Length; topic++)
        {
            byTopic[topic] = new ConsumedPartition?[Cluster.Topics[topic].Leaders.Length];
        }

        foreach (ConsumedPartition partition in partitions)
        {
            byTopic[partition.Topic][partition.Index] = partition;
            partition.IsFinished = spec.EndsAtEnd && partition.Position >= partition.End;
        }

        Assign();
    }

    /// <inheritdoc/>
    public override bool IsDone => isStopped || (spec.EndsAtEnd && Array.TrueForAll(partitions, one => one.IsFinished));

    /// <summary>Records of this run that it has read; from any thread.</summary>
    public long OwnRecords => Volatile.Read(ref ownRecords);

    /// <summary>Fetches nothing more, from any thread.</summary>
    public void Stop() => Volatile.Write(ref isStopped, true);

    /// <inheritdoc/>
    public override long Turn(long nowNs)
    {
        long dueNs = Maintain(nowNs);
        if (isStopped)
        {
            return dueNs;
        }

        foreach (FetchSession session in sessions.Values)
        {
            if (session.IsInFlight || session.Count == 0)
            {
                continue;
            }

            if (session.RetryNs > nowNs)
            {
                dueNs = Math.Min(dueNs, session.RetryNs);
            }
            else if (ConnectionTo(session.BrokerId, nowNs) is { } connection)
            {
                session.Send(connection, Cluster, nowNs);
            }
            else
            {
                dueNs = Math.Min(dueNs, nowNs + UnconnectedPauseNs);
            }
        }

        return dueNs;
    }

    /// <inheritdoc/>
    protected override void OnCluster(long nowNs) => Assign();

    /// <inheritdoc/>
    protected override void Answer(
        BrokerConnection connection, in PendingRequest request, ReadOnlySpan<byte> body, long nowNs)
    {
        FetchSession session = sessions[connection.BrokerId];
        session.IsInFlight = false;
        meter.Fetches++;
        FetchResponseReader reader = new(body, request.Version);
        if (reader.Error.IsError)
        {
            Context.Errors.Count("a Fetch answer cannot be read");
            session.RetryNs = nowNs + BackOffNs;
            session.Reset();
            return;
        }

        if (reader.ErrorCode != ErrorCode.None)
        {
            Context.Errors.Broker(ApiKey.Fetch, reader.ErrorCode);
            session.RetryNs = nowNs + BackOffNs;
            session.Reset();
            return;
        }

        session.OnAnswered(reader.SessionId);
        while (reader.NextTopic())
        {
            int topic = FindTopic(ref reader);
            while (topic >= 0 && reader.NextPartition())
            {
                if ((uint)reader.Partition.Index < (uint)byTopic[topic].Length
                    && byTopic[topic][reader.Partition.Index] is { } partition)
                {
                    Take(partition, ref reader, session, nowNs);
                }
            }
        }
    }

    /// <inheritdoc/>
    protected override void Lost(BrokerConnection connection, in PendingRequest request, long nowNs)
    {
        FetchSession session = sessions[connection.BrokerId];
        session.IsInFlight = false;
        session.Reset();
        WantMetadata();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        records.Dispose();
        base.Dispose(disposing);
    }

    private void Take(ConsumedPartition partition, ref FetchResponseReader reader, FetchSession session, long nowNs)
    {
        FetchedPartition fetched = reader.Partition;
        if (fetched.ErrorCode == ErrorCode.OffsetOutOfRange && fetched.LogStartOffset >= 0)
        {
            Context.Errors.Broker(ApiKey.Fetch, fetched.ErrorCode);
            partition.Position = fetched.LogStartOffset;
            partition.IsChanged = true;
            return;
        }

        if (fetched.ErrorCode != ErrorCode.None)
        {
            Context.Errors.Broker(ApiKey.Fetch, fetched.ErrorCode);
            session.RetryNs = nowNs + BackOffNs;
            partition.IsChanged = true;
            WantMetadata();
            return;
        }

        if (reader.Records.IsEmpty)
        {
            return;
        }

        long before = partition.Position;
        records.Read(partition, reader.Records, reader.AbortedTransactions, nowNs);
        Volatile.Write(ref ownRecords, records.OwnRecords);
        partition.IsChanged |= partition.Position != before;
        if (partition.Position >= partition.End)
        {
            Finish(partition, session);
        }
    }

    private void Finish(ConsumedPartition partition, FetchSession session)
    {
        if (spec.IsLooping && partition.End > partition.Start)
        {
            partition.Position = partition.Start;
            partition.IsChanged = true;
        }
        else if (spec.EndsAtEnd)
        {
            partition.IsFinished = true;
            session.SetPartitions(Unfinished(session.BrokerId));
        }
    }

    private int FindTopic(ref FetchResponseReader reader)
    {
        for (int topic = 0; topic < Cluster.Topics.Length; topic++)
        {
            TopicMap known = Cluster.Topics[topic];
            if (reader.TopicName.IsEmpty ? reader.TopicId == known.Id : reader.TopicName.SequenceEqual(known.NameBytes))
            {
                return topic;
            }
        }

        return -1;
    }

    /// <summary>Deals the partitions to their leaders' sessions.</summary>
    private void Assign()
    {
        foreach (ConsumedPartition partition in partitions)
        {
            TopicMap topic = Cluster.Topics[partition.Topic];
            bool isKnown = partition.Index < topic.Leaders.Length;
            partition.Leader = isKnown ? topic.Leaders[partition.Index] : -1;
            partition.LeaderEpoch = isKnown ? topic.LeaderEpochs[partition.Index] : -1;
            if (partition.Leader < 0)
            {
                WantMetadata();
            }
            else if (!sessions.ContainsKey(partition.Leader))
            {
                sessions[partition.Leader] = new FetchSession(Context, spec, partition.Leader);
            }
        }

        foreach (FetchSession session in sessions.Values)
        {
            session.SetPartitions(Unfinished(session.BrokerId));
        }
    }

    private IEnumerable<ConsumedPartition> Unfinished(int broker) =>
        partitions.Where(one => one.Leader == broker && !one.IsFinished);
}
