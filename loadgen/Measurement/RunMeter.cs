using Millrace.Base;

namespace Millrace.Loadgen.Measurement;

/// <summary>
/// Turns what the workers count into intervals and totals, without disturbing them. Owned by one thread, which calls
/// <see cref="Tick"/> at every interval's end, <see cref="BeginMeasuring"/> when the warm-up is over, and
/// <see cref="Finish"/> once.
/// </summary>
internal sealed class RunMeter
{
    private const double NanosecondsPerSecond = 1e9;

    private readonly IReadOnlyList<WorkerMeter> workers;
    private readonly ServerProbe? server;
    private readonly IClock clock;
    private readonly HistogramLogWriter? log;
    private readonly int consumerGroups;

    private readonly MeterReading begin = new();
    private readonly MeterReading last = new();
    private readonly MeterReading now = new();
    private readonly MeterReading interval = new();
    private readonly List<IntervalSample> intervals = [];
    private readonly Dictionary<int, long> workerRunNs = [];

    private bool isMeasuring;
    private long beginNs;
    private long beginMs;
    private long lastNs;
    private long beginCpuNs;
    private ServerSample? serverBegin;
    private ServerSample? serverLast;

    /// <param name="workers">One meter per thread of the load generator; threads may still come to run.</param>
    /// <param name="server">The broker to watch; null where it is on another machine.</param>
    /// <param name="clock">The clock that latencies are measured with.</param>
    /// <param name="log">Where each measured interval's histograms go; not disposed here.</param>
    /// <param name="consumerGroups">Groups that each consume every record; 0 where none does.</param>
    public RunMeter(
        IReadOnlyList<WorkerMeter> workers,
        ServerProbe? server,
        IClock clock,
        HistogramLogWriter? log = null,
        int consumerGroups = 0)
    {
        this.workers = workers;
        this.server = server;
        this.clock = clock;
        this.log = log;
        this.consumerGroups = consumerGroups;
        Restart();
    }

    /// <summary>Leaves out all that was counted until now.</summary>
    public void BeginMeasuring()
    {
        isMeasuring = true;
        Restart();
    }

    /// <summary>
    /// Ends an interval and begins the next one. What is within the warm-up is answered, but not kept.
    /// </summary>
    public IntervalSample Tick()
    {
        long atNs = clock.MonotonicNs;
        now.Read(workers);
        interval.SetToDifference(now, last);
        ServerSample? seen = server?.Take();
        double seconds = Math.Max(atNs - lastNs, 1) / NanosecondsPerSecond;
        IntervalSample sample = new(
            (lastNs - beginNs) / NanosecondsPerSecond,
            seconds,
            interval.Counts,
            LatencySummary.InMs(interval.Intended),
            LatencySummary.InMs(interval.Service),
            LatencySummary.InMs(interval.EndToEnd),
            LatencySummary.InUs(interval.Lateness),
            Backlog(now.Counts),
            Cores(serverLast, seen),
            seen?.ResidentBytes ?? -1);
        if (isMeasuring)
        {
            intervals.Add(sample);
            Log(sample);
        }

        last.CopyFrom(now);
        lastNs = atNs;
        serverLast = seen;
        return sample;
    }

    /// <summary>
    /// Ends measuring. What was counted since the last tick is an interval of its own where it is long enough to tell
    /// a rate from, and else only in the totals.
    /// </summary>
    public RunMeasures Finish()
    {
        const double tooShort = 0.5;
        if ((clock.MonotonicNs - lastNs) / NanosecondsPerSecond >= tooShort)
        {
            Tick();
        }

        long endNs = clock.MonotonicNs;
        now.Read(workers);
        MeterReading whole = new();
        whole.SetToDifference(now, begin);
        double seconds = Math.Max(endNs - beginNs, 1) / NanosecondsPerSecond;
        return new RunMeasures
        {
            BeginMs = beginMs,
            Seconds = seconds,
            Intervals = intervals,
            Whole = whole,
            ServerBegin = serverBegin,
            ServerEnd = server?.Take(),
            LoadgenCpuSeconds = (CpuClock.ProcessNs(Environment.ProcessId) - beginCpuNs) / NanosecondsPerSecond,
            LoadgenBusiestWorker = BusiestWorker(seconds),
        };
    }

    private void Restart()
    {
        intervals.Clear();
        begin.Read(workers);
        last.CopyFrom(begin);
        beginNs = clock.MonotonicNs;
        beginMs = clock.WallMs;
        lastNs = beginNs;
        beginCpuNs = CpuClock.ProcessNs(Environment.ProcessId);
        serverBegin = server?.Take();
        serverLast = serverBegin;
        foreach (WorkerMeter worker in workers)
        {
            if (worker.ThreadId != 0)
            {
                workerRunNs[worker.ThreadId] = RunNs(worker.ThreadId);
            }
        }
    }

    private void Log(IntervalSample sample)
    {
        LogWhereCounted("publish", sample, interval.Intended);
        LogWhereCounted("publish-service", sample, interval.Service);
        LogWhereCounted("end-to-end", sample, interval.EndToEnd);
        LogWhereCounted("lateness", sample, interval.Lateness);
    }

    private void LogWhereCounted(string tag, IntervalSample sample, Histogram histogram)
    {
        if (histogram.Total > 0)
        {
            log?.Write(tag, sample.StartSeconds, sample.Seconds, histogram);
        }
    }

    private long Backlog(MeterCounts counts) =>
        consumerGroups == 0 ? 0 : Math.Max(0, (counts.RecordsAcked * consumerGroups) - counts.RecordsConsumed);

    private static double Cores(ServerSample? before, ServerSample? after) =>
        before is { } first && after is { } second && second.AtNs > first.AtNs
            ? (second.CpuSeconds - first.CpuSeconds) / ((second.AtNs - first.AtNs) / NanosecondsPerSecond)
            : -1;

    private double BusiestWorker(double seconds)
    {
        double busiest = -1;
        foreach (WorkerMeter worker in workers)
        {
            if (worker.ThreadId != 0 && RunNs(worker.ThreadId) is > 0 and long runNs)
            {
                long before = workerRunNs.GetValueOrDefault(worker.ThreadId);
                busiest = Math.Max(busiest, (runNs - before) / NanosecondsPerSecond / seconds);
            }
        }

        return busiest;
    }

    private static long RunNs(int threadId)
    {
        string path = $"/proc/self/task/{threadId}/schedstat";
        return File.Exists(path) ? ProcText.RunNs(File.ReadAllText(path)) : 0;
    }
}
