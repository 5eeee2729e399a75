namespace Millrace.Base;

/// <summary>A clock that stands still until it is moved: the clock of simulations and tests. Thread-safe.</summary>
/// <param name="wallMs">Wall time to start at, in milliseconds since 1970 UTC.</param>
public sealed class ManualClock(long wallMs = ManualClock.DefaultWallMs) : IClock
{
    // 2023-11-14 22:13:20 UTC: a round number that nobody takes for "now".
    private const long DefaultWallMs = 1_700_000_000_000;

    private long wallMs = wallMs;
    private long monotonicNs;

    public long WallMs => Volatile.Read(ref wallMs);

    public long MonotonicNs => Volatile.Read(ref monotonicNs);

    /// <summary>Lets time pass on both clocks.</summary>
    /// <param name="milliseconds">How much, 0 or more.</param>
    public void Advance(long milliseconds)
    {
        Invariant.That(milliseconds >= 0, "Time never goes back on the monotonic clock.");
        Interlocked.Add(ref monotonicNs, milliseconds * IClock.NanosecondsPerMillisecond);
        Interlocked.Add(ref wallMs, milliseconds);
    }

    /// <summary>Sets the wall clock, as an operator or NTP does: back or forth, the monotonic clock unmoved.</summary>
    public void JumpWallTo(long milliseconds) => Volatile.Write(ref wallMs, milliseconds);
}
