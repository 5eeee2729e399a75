using System.Globalization;

namespace Millrace.Loadgen.Measurement;

/// <summary>
/// Whether a run measured the broker, or the load generator itself: then its figures are none of the broker's, and
/// nothing may be concluded from them.
/// </summary>
internal sealed record LoadgenHealth
{
    // A worker that is on a processor for all but a twentieth of the time has no room for more: its epoll loop sleeps
    // whenever there is nothing to do.
    private const double WorkerFull = 0.95;
    // A broker with a thread as busy as this is at its end too, and the run says something about it.
    private const double BrokerFull = 0.85;
    // Less of the schedule than this was sent: the run was another one than was asked for.
    private const double RateHeld = 0.98;
    // Waiting for answers more than half of the time is the broker's doing.
    private const double MostlyBlocked = 0.5;
    // On a machine with all processors busy, a thread waits for some milliseconds now and then: measured up to 9.
    private const double LatenessNoiseMs = 10;

    /// <summary>Processor seconds of the load generator.</summary>
    public required double CpuSeconds { get; init; }

    /// <summary>The same per gigabyte that went through.</summary>
    public required double CpuSecondsPerGb { get; init; }

    /// <summary>Part of the time that its busiest worker was on a processor; -1 where unknown.</summary>
    public required double BusiestWorker { get; init; }

    /// <summary>Part of the time that due requests waited because enough were unanswered.</summary>
    public required double Blocked { get; init; }

    /// <summary>How late requests left, 99th percentile, milliseconds.</summary>
    public required double LatenessP99Ms { get; init; }

    public bool IsBottleneck => Reasons.Count > 0;

    /// <summary>Why, in sentences; empty where the run is the broker's.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>Judges a run.</summary>
    /// <param name="measures">What was measured.</param>
    /// <param name="intendedRate">Records a second that were to be sent; 0 where as many as possible.</param>
    /// <param name="workers">Threads that sent.</param>
    /// <param name="scheduledSeconds">
    /// How long the schedule was: measuring ends only when the last answer has come. 0 where that makes no difference.
    /// </param>
    public static LoadgenHealth Judge(
        RunMeasures measures, double intendedRate, int workers, double scheduledSeconds = 0)
    {
        MeterCounts counts = measures.Whole.Counts;
        LoadgenHealth health = new()
        {
            CpuSeconds = measures.LoadgenCpuSeconds,
            CpuSecondsPerGb = counts.Bytes == 0 ? 0 : measures.LoadgenCpuSeconds / (counts.Bytes / 1e9),
            BusiestWorker = measures.LoadgenBusiestWorker,
            Blocked = counts.BlockedNs / (measures.Seconds * 1e9 * Math.Max(1, workers)),
            LatenessP99Ms = measures.Whole.Lateness.ValueAt(99) / 1e6,
        };
        double intendedP99Ms = measures.Whole.Intended.ValueAt(99) / 1e6;
        double sentRate = counts.RecordsSent / (scheduledSeconds > 0 ? scheduledSeconds : measures.Seconds);
        return health with
        {
            Reasons = ReasonsOf(health, intendedRate, sentRate, intendedP99Ms, BusiestBrokerThread(measures)),
        };
    }

    private static List<string> ReasonsOf(
        LoadgenHealth health, double intendedRate, double sentRate, double intendedP99Ms, double brokerThread)
    {
        List<string> reasons = [];
        bool isBrokerFull = brokerThread >= BrokerFull;
        bool isBlocked = health.Blocked >= MostlyBlocked;
        if (health.BusiestWorker >= WorkerFull && !isBrokerFull && !isBlocked)
        {
            string broker = brokerThread < 0 ? "" : $", while the broker's busiest had ({Percent(brokerThread)})";
            reasons.Add($"a worker had no time left ({Percent(health.BusiestWorker)} busy){broker}");
        }

        if (intendedRate > 0 && sentRate < intendedRate * RateHeld && !isBlocked && !isBrokerFull)
        {
            reasons.Add($"only {Percent(sentRate / intendedRate)} of the rate was sent, though the broker kept up");
        }

        bool isLatenessMost = health.LatenessP99Ms > LatenessNoiseMs && health.LatenessP99Ms > intendedP99Ms / 2;
        if (intendedRate > 0 && isLatenessMost && !isBlocked && !isBrokerFull)
        {
            string late = health.LatenessP99Ms.ToString("0.0", CultureInfo.InvariantCulture);
            reasons.Add($"requests left late ({late} ms at p99), which is most of the latency");
        }

        return reasons;
    }

    /// <summary>Part of the time that the broker's busiest thread was on a processor; -1 where unknown.</summary>
    private static double BusiestBrokerThread(RunMeasures measures)
    {
        if (measures.ServerBegin is not { } begin || measures.ServerEnd is not { } end)
        {
            return -1;
        }

        long busiestNs = end.BusiestThreadNsSince(begin);
        return busiestNs < 0 ? -1 : busiestNs / 1e9 / measures.Seconds;
    }

    private static string Percent(double part) => $"{(part * 100).ToString("0", CultureInfo.InvariantCulture)} %";
}
