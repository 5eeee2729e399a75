using Millrace.Base;
using Millrace.Loadgen.Measurement;
using Millrace.Loadgen.Report;

namespace Millrace.Loadgen;

/// <summary>
/// Carries a plan out: topics, clients, warm-up, measuring, the delivery of what was begun, the check of every record.
/// One thread drives it; <see cref="Interrupt"/> is for any.
/// </summary>
internal sealed class WorkloadRun(RunPlan plan, ProgressLine progress) : IDisposable
{
    private const double NsPerSecond = 1e9;
    private const int PollMs = 20;

    /// <summary>How long what was begun may take after the schedule's end: Kafka's delivery.timeout.ms, and some.
    /// </summary>
    private const double DrainSecondsMax = 130;

    /// <summary>Consumers that bring nothing for so long have nothing more.</summary>
    private const double SilenceSeconds = 5;

    private readonly List<Worker> workers = [];
    private readonly ManualResetEventSlim interrupted = new();
    private ClientCast? cast;
    private long stoppedNs;

    /// <summary>What went wrong, by kind.</summary>
    public ErrorTally Errors { get; private set; } = new();

    /// <summary>Tells the records of this run from others.</summary>
    public int RunId { get; private set; }

    /// <summary>Ends the run soon and cleanly, with the results so far; from any thread.</summary>
    public void Interrupt() => interrupted.Set();

    /// <summary>Runs from begin to end, once.</summary>
    /// <exception cref="BrokerRefusedException">The run cannot begin.</exception>
    /// <exception cref="IOException">A connection broke before it began.</exception>
    public RunResult Execute()
    {
        for (int index = 0; index < Math.Max(1, plan.Threads); index++)
        {
            workers.Add(new Worker(index));
        }

        long startNs = Cast();
        RunMeasures measures = Measure(startNs);
        AwaitConsumers();
        foreach (Worker worker in workers)
        {
            worker.Loop.Stop();
        }

        foreach (Worker worker in workers)
        {
            worker.Join();
        }

        return Summarize(measures);
    }

    public void Dispose()
    {
        foreach (Worker worker in workers)
        {
            worker.Dispose();
        }

        cast?.Dispose();
        interrupted.Dispose();
    }

    /// <summary>Readies the topics and makes the clients.</summary>
    /// <returns>When the schedule begins.</returns>
    private long Cast()
    {
        using SetupClient setup = SetupClient.Connect(plan.Brokers);
        ClusterMap cluster = TopicSetup.Prepare(setup, plan.Topics);
        RunId = plan.Produce is null && plan.Transactions is null
            ? plan.RunId
            : (int)(Chance.Mix((ulong)RunClock.NowNs + plan.Seed) | 1);
        RunContext context = new()
        {
            Brokers = plan.Brokers,
            Versions = setup.Versions,
            Cluster = cluster,
            Topics = plan.Topics.Names,
            RunId = RunId,
            Seed = plan.Seed,
        };
        Errors = context.Errors;
        cast = new ClientCast(plan, context, workers);
        foreach (ConsumeSpec spec in new[] { plan.Consume, plan.Replay }.OfType<ConsumeSpec>())
        {
            cast.AddConsumers(spec, TopicSetup.Offsets(cluster, spec.IsReadCommitted));
        }

        long startNs = RunClock.NowNs + 20_000_000;
        AddWriters(cast, startNs);
        return startNs;
    }

    private void AddWriters(ClientCast made, long startNs)
    {
        if (plan.Transactions is not null)
        {
            made.AddTransactions(plan.Transactions, plan.Produce ?? new ProduceSpec(), startNs);
        }
        else if (plan.Produce is not null)
        {
            made.AddProducers(plan.Produce, startNs);
        }

        if (plan.Groups is not null)
        {
            made.AddGroups(plan.Groups, startNs);
        }

        if (plan.Connections is not null)
        {
            made.AddConnections(plan.Connections, startNs);
        }
    }

    private RunMeasures Measure(long startNs)
    {
        using HistogramLogWriter? log = plan.HistogramLog is null ? null : OpenLog(plan.HistogramLog, startNs);
        List<WorkerMeter> meters = [.. workers.Select(worker => worker.Meter)];
        RunMeter meter = new(meters, Probe(), SystemClock.Instance, log, plan.Consume?.Groups ?? 0);
        long measureNs = startNs + (long)(plan.WarmUpSeconds * NsPerSecond);
        long endNs = startNs + plan.LengthNs;
        long nextTickNs = startNs + (long)NsPerSecond;
        bool isMeasuring = plan.WarmUpSeconds == 0;
        if (isMeasuring)
        {
            meter.BeginMeasuring();
        }

        workers.ForEach(worker => worker.Start());
        while (!IsOver(endNs))
        {
            interrupted.Wait(PollMs);
            long nowNs = RunClock.NowNs;
            if (!isMeasuring && nowNs >= measureNs)
            {
                isMeasuring = true;
                meter.BeginMeasuring();
                nextTickNs = nowNs + (long)NsPerSecond;
            }
            else if (nowNs >= nextTickNs)
            {
                nextTickNs += (long)NsPerSecond;
                progress.Show(meter.Tick(), (nowNs - startNs) / NsPerSecond, !isMeasuring, Errors.Total);
            }
        }

        return meter.Finish();
    }

    /// <summary>
    /// Whether there is nothing to wait for: all is sent and answered, or, where nobody has an end of his own, the
    /// time is up.
    /// </summary>
    private bool IsOver(long endNs)
    {
        if (interrupted.IsSet)
        {
            // Waiting on an event that stays set would spin.
            Thread.Sleep(PollMs);
            cast!.StopSchedules();
            stoppedNs = stoppedNs == 0 ? RunClock.NowNs : stoppedNs;
        }

        long nowNs = RunClock.NowNs;
        endNs = stoppedNs > 0 ? Math.Min(stoppedNs, endNs) : endNs;
        bool isTimeUp = interrupted.IsSet || nowNs >= endNs;
        if (workers.Exists(worker => !worker.IsAlive && worker.HasFailed)
            || nowNs > endNs + (long)(DrainSecondsMax * NsPerSecond))
        {
            return true;
        }

        return cast!.Active.Count > 0
            ? cast.Active.All(client => client.IsDone)
            : isTimeUp || (cast.Readers.Count > 0 && cast.Readers.All(client => client.IsDone));
    }

    /// <summary>Gives the readers that check time to read what was sent.</summary>
    private void AwaitConsumers()
    {
        if (cast!.Ledger is not { } ledger)
        {
            return;
        }

        long delivered = ledger.Delivered;
        long before = -1;
        long quietSinceNs = RunClock.NowNs;
        while (RunClock.NowNs - quietSinceNs < SilenceSeconds * NsPerSecond)
        {
            if (cast.CheckedGroups.All(group => group.Sum(member => member.OwnRecords) >= delivered))
            {
                return;
            }

            long seen = cast.CheckedGroups.Sum(group => group.Sum(member => member.OwnRecords));
            if (seen != before)
            {
                (before, quietSinceNs) = (seen, RunClock.NowNs);
            }

            Thread.Sleep(PollMs);
        }
    }

    private RunResult Summarize(RunMeasures measures)
    {
        RunSettings settings = new()
        {
            Workload = plan.Name,
            Driver = plan.BrokerName,
            MessageSize = (int)Math.Round(plan.Produce?.Sizes.Mean ?? 0),
            Topics = plan.Topics.Count,
            Partitions = plan.Topics.Partitions,
            ProducersPerTopic = plan.Produce?.Producers ?? 0,
            ConsumersPerTopic = (plan.Consume?.Consumers ?? 0) * (plan.Consume?.Groups ?? 0),
            IntendedRate = IntendedRate(),
            WarmUpSeconds = plan.WarmUpSeconds,
            ScheduledSeconds = interrupted.IsSet || plan.Produce is { Records: > 0 } ? 0 : plan.DurationSeconds,
            Workers = workers.Count,
            Options = plan.Options,
        };
        RunEnvironment environment = RunEnvironment.Read(plan.DataFolder) with
        {
            Durability = plan.Durability,
            Broker = plan.BrokerName,
        };
        return RunResult.From(settings, measures, environment, Verify());
    }

    private double IntendedRate() => plan switch
    {
        { Recorded: not null } => 0,
        { Transactions: { Rate.IsConstant: true } transactions } => transactions.Rate.First * transactions.Records,
        { Transactions: null, Produce.Rate: { IsConstant: true } rate } => rate.First,
        _ => 0,
    };

    /// <summary>What the readers found, over all groups; null where none looked.</summary>
    private VerifyOutcome? Verify()
    {
        if (cast!.Checks.Count == 0)
        {
            return null;
        }

        VerifyOutcome sum = new();
        foreach (VerifyOutcome one in cast.Checks.Select(group => group.Sum(cast.Ledger)))
        {
            sum = new VerifyOutcome
            {
                Checked = sum.Checked + one.Checked,
                Lost = sum.Lost + one.Lost,
                Duplicated = sum.Duplicated + one.Duplicated,
                OutOfOrder = sum.OutOfOrder + one.OutOfOrder,
                Corrupt = sum.Corrupt + one.Corrupt,
            };
        }

        return sum;
    }

    private ServerProbe? Probe()
    {
        if (plan.ServerGroup is not null)
        {
            return ServerProbe.OfGroup(plan.ServerGroup, SystemClock.Instance)
                ?? throw new BrokerRefusedException($"there is no control group {plan.ServerGroup} here");
        }

        return plan.ServerProcessId == 0
            ? null
            : ServerProbe.OfProcess(plan.ServerProcessId, SystemClock.Instance)
                ?? throw new BrokerRefusedException($"there is no process {plan.ServerProcessId} here");
    }

    private static HistogramLogWriter OpenLog(string path, long startNs) =>
        new(new StreamWriter(path), startNs / 1_000_000, "loadgen");
}
