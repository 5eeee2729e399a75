using Millrace.Loadgen.Measurement;

namespace Millrace.Loadgen;

/// <summary>
/// Makes the clients that a plan asks for and deals them to the workers: where both are there, producers to the first
/// half and readers to the other, so that a large answer makes no record late. Used by the run's thread before the
/// workers start.
/// </summary>
internal sealed class ClientCast(RunPlan plan, RunContext context, IReadOnlyList<Worker> workers) : IDisposable
{
    private readonly List<Schedule> schedules = [];
    private readonly List<RecordSource> sources = [];
    private readonly List<LoopClient> active = [];
    private readonly List<LoopClient> readers = [];
    private readonly List<ConsumerClient[]> checkedGroups = [];
    private readonly List<RecordChecks> checks = [];
    private Filler? filler;

    /// <summary>Those whose work ends soon after the schedule, and is waited for.</summary>
    public IReadOnlyList<LoopClient> Active => active;

    /// <summary>Those who read to an end, and are waited for no longer than the run's time.</summary>
    public IReadOnlyList<LoopClient> Readers => readers;

    /// <summary>The consumers that check every record, by group.</summary>
    public IReadOnlyList<ConsumerClient[]> CheckedGroups => checkedGroups;

    /// <summary>What they see, by group.</summary>
    public IReadOnlyList<RecordChecks> Checks => checks;

    /// <summary>What was sent; null where nobody produces or nobody checks.</summary>
    public SendLedger? Ledger { get; private set; }

    /// <summary>Nothing more is due, from any thread.</summary>
    public void StopSchedules()
    {
        foreach (Schedule schedule in schedules)
        {
            schedule.Stop();
        }

        foreach (RecordSource source in sources)
        {
            source.Stop();
        }
    }

    public void AddProducers(ProduceSpec spec, long startNs)
    {
        Ledger = plan.Verifies ? new SendLedger(spec.Producers) : null;
        filler = new Filler(plan.Seed, spec.ValueBytesMax, spec.RandomShare);
        for (int index = 0; index < spec.Producers; index++)
        {
            RecordSource source = plan.Recorded is null
                ? new DrawnRecords(
                    MakeSchedule(spec.Rate, spec.IsPoisson, index, spec.Producers, startNs),
                    spec,
                    (spec.Records + spec.Producers - 1 - index) / spec.Producers,
                    new Chance(plan.Seed + (0x51ED_2701UL * (ulong)(index + 1))))
                : new RecordedRecords(plan.Recorded, plan.Speed, startNs, plan.Verifies ? RecordStamp.Size : 0);
            sources.Add(source);
            Worker worker = workers[index % WorkersOfProducers];
            ProducerClient client = new(
                worker.Loop, context, spec, index, source, filler, worker.Meter, Ledger);
            worker.Loop.Add(client);
            active.Add(client);
        }
    }

    /// <summary>Adds transactional producers, in place of the others.</summary>
    public void AddTransactions(TransactionSpec spec, ProduceSpec records, long startNs)
    {
        Ledger = plan.Verifies ? new SendLedger(spec.Producers) : null;
        filler = new Filler(plan.Seed, records.ValueBytesMax, records.RandomShare);
        for (int index = 0; index < spec.Producers; index++)
        {
            Worker worker = workers[index % WorkersOfProducers];
            Schedule schedule = MakeSchedule(spec.Rate, records.IsPoisson, index, spec.Producers, startNs);
            TransactionClient client = new(
                worker.Loop, context, spec, records, index, schedule, filler, worker.Meter, Ledger);
            worker.Loop.Add(client);
            active.Add(client);
        }
    }

    /// <summary>Adds members of groups, which share the rate of commits.</summary>
    public void AddGroups(GroupSpec spec, long startNs)
    {
        int count = spec.Groups * spec.Members;
        for (int index = 0; index < count; index++)
        {
            Worker worker = workers[index % workers.Count];
            Schedule schedule = MakeSchedule(spec.CommitRate, isPoisson: false, index, count, startNs);
            GroupMember member = new(
                worker.Loop, context, spec, index / spec.Members, index % spec.Members, schedule, worker.Meter);
            worker.Loop.Add(member);
            active.Add(member);
        }
    }

    /// <summary>Adds connections that are held.</summary>
    public void AddConnections(ConnectionSpec spec, long startNs)
    {
        int holders = Math.Min(workers.Count, spec.Count);
        for (int index = 0; index < holders; index++)
        {
            int count = (spec.Count / holders) + (index < spec.Count % holders ? 1 : 0);
            Worker worker = workers[index];
            Schedule schedule = MakeSchedule(spec.Rate, isPoisson: false, index, holders, startNs);
            worker.Loop.Add(new ConnectionHolder(worker.Loop, context, spec, count, schedule, worker.Meter));
        }
    }

    /// <summary>Adds groups of readers.</summary>
    /// <param name="spec">How they read.</param>
    /// <param name="offsets">Where each partition begins and ends.</param>
    public void AddConsumers(ConsumeSpec spec, (long Start, long End)[][] offsets)
    {
        for (int group = 0; group < spec.Groups; group++)
        {
            RecordChecks? seen = spec.Verifies ? new RecordChecks() : null;
            ConsumedPartition[] all = [.. Partitions(spec, offsets, seen)];
            ConsumerClient[] members = new ConsumerClient[spec.Consumers];
            for (int index = 0; index < members.Length; index++)
            {
                int number = (group * spec.Consumers) + index;
                Worker worker = workers[workers.Count - 1 - (number % WorkersOfConsumers)];
                ConsumedPartition[] own = [.. all.Where((_, place) => place % members.Length == index)];
                members[index] = new ConsumerClient(worker.Loop, context, spec, own, worker.Meter);
                worker.Loop.Add(members[index]);
                if (spec.EndsAtEnd)
                {
                    readers.Add(members[index]);
                }
            }

            if (seen is not null)
            {
                checks.Add(seen);
                checkedGroups.Add(members);
            }
        }
    }

    public void Dispose() => filler?.Dispose();

    private bool HasBoth => plan.Produce is not null && (plan.Consume is not null || plan.Replay is not null);

    private int WorkersOfProducers => HasBoth ? Math.Max(1, workers.Count / 2) : workers.Count;

    private int WorkersOfConsumers =>
        HasBoth && workers.Count > 1 ? workers.Count - WorkersOfProducers : workers.Count;

    private Schedule MakeSchedule(RateProfile rate, bool isPoisson, int index, int count, long startNs)
    {
        double share = 1.0 / count;
        double phase = (double)index / count;
        Schedule schedule = isPoisson
            ? new Schedule(rate, share, phase, startNs, plan.LengthNs, new Chance(plan.Seed + (ulong)index + 77))
            : new Schedule(rate, share, phase, startNs, plan.LengthNs);
        schedules.Add(schedule);
        return schedule;
    }

    private IEnumerable<ConsumedPartition> Partitions(
        ConsumeSpec spec, (long Start, long End)[][] offsets, RecordChecks? seen)
    {
        for (int topic = 0; topic < offsets.Length; topic++)
        {
            for (int partition = 0; partition < offsets[topic].Length; partition++)
            {
                (long start, long end) = offsets[topic][partition];
                yield return new ConsumedPartition(topic, partition, spec.IsFromBeginning ? start : end, end)
                {
                    Check = seen?.Add(topic, partition, plan.Transactions?.Producers ?? plan.Produce?.Producers ?? 0),
                };
            }
        }
    }
}
