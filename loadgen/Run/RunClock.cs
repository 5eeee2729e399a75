using System.Diagnostics;

namespace Millrace.Loadgen;

/// <summary>
/// The one clock of a run: nanoseconds since 1970 that only ever move forward. The wall clock is asked once, at the
/// start; from there the monotonic one counts, so that a correction of the wall clock is no latency. Any thread.
/// </summary>
internal static class RunClock
{
    private const long NsPerSecond = 1_000_000_000;

    private static readonly long BaseStamp = Stopwatch.GetTimestamp();

    private static readonly long BaseNs =
        (DateTimeOffset.UtcNow.Ticks - DateTimeOffset.UnixEpoch.Ticks) * (NsPerSecond / TimeSpan.TicksPerSecond);

    // Stopwatch counts nanoseconds on Linux.
    public static long NowNs => BaseNs + (Stopwatch.GetTimestamp() - BaseStamp);
}
