using System.Diagnostics;

namespace Millrace.Base;

/// <summary>The machine's clocks.</summary>
public sealed class SystemClock : IClock
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    private SystemClock()
    {
    }

    /// <summary>The one clock of a process.</summary>
    public static SystemClock Instance { get; } = new();

    public long WallMs => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    // On Linux a tick is a nanosecond; elsewhere the two parts keep the product within 64 bits.
    public long MonotonicNs
    {
        get
        {
            (long seconds, long ticks) = Math.DivRem(Stopwatch.GetTimestamp(), Stopwatch.Frequency);
            return (seconds * NanosecondsPerSecond) + (ticks * NanosecondsPerSecond / Stopwatch.Frequency);
        }
    }
}
