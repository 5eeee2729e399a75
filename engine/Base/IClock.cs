namespace Millrace.Base;

/// <summary>
/// The time, as a parameter: real in a server, moved by hand in tests and simulations. Thread-safe. Randomness is a
/// parameter likewise, as a seeded <see cref="Random"/> that its owner alone uses.
/// </summary>
public interface IClock
{
    /// <summary>Wall time, in milliseconds since 1970 UTC. It may jump, back as well: for timestamps only.</summary>
    long WallMs { get; }

    /// <summary>
    /// Time since some fixed moment, in nanoseconds. It never goes back: for timeouts and measurements.
    /// </summary>
    long MonotonicNs { get; }

    /// <summary><see cref="MonotonicNs"/> in milliseconds, rounded down.</summary>
    long MonotonicMs => MonotonicNs / NanosecondsPerMillisecond;

    /// <summary>What one millisecond has of nanoseconds.</summary>
    const long NanosecondsPerMillisecond = 1_000_000;
}
