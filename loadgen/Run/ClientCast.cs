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
    private readonly List<LoopClient> active = [];
    private readonly List<ConsumerClient[]> checkedGroups = [];
    private readonly List<RecordChecks> checks = [];
    private Filler? filler;

    /// <summary>Those whose work ends by itself, with the schedule or before.</summary>
    public IReadOnlyList<LoopClient> Active => active;

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
    }

    public void AddProducers(ProduceSpec spec, long startNs)
    {
        Ledger = plan.Verifies ? new SendLedger(spec.Producers) : null;
        filler = new Filler(plan.Seed, spec.ValueBytesMax, spec.RandomShare);
        for (int index = 0; index < spec.Producers; index++)
        {
            Schedule schedule = MakeSchedule(spec.Rate, spec.IsPoisson, index, spec.Producers, startNs);
            Worker worker = workers[index % WorkersOfProducers];
            ProducerClient client = new(
                worker.Loop, context, spec, index, schedule, filler, worker.Meter, Ledger);
            worker.Loop.Add(client);
            active.Add(client);
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
                    active.Add(members[index]);
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
                    Check = seen?.Add(topic, partition, plan.Produce?.Producers ?? 0),
                };
            }
        }
    }
}
