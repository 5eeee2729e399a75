namespace Millrace.Loadgen.Measurement;

/// <summary>
/// What a broker has used up to one moment, as the kernel counts it: running totals, but for the memory. -1 stands for
/// what this kernel, or these permissions, do not say.
/// </summary>
internal readonly record struct ServerSample
{
    /// <summary>When it was taken, on the monotonic clock, nanoseconds.</summary>
    public required long AtNs { get; init; }

    /// <summary>
    /// All processor time, seconds: from the process's own clock where it can be read, to the nanosecond.
    /// </summary>
    public required double CpuSeconds { get; init; }

    /// <summary>Processor time outside and inside of the kernel, seconds, in ticks of 10 ms.</summary>
    public required double UserSeconds { get; init; }

    public required double SystemSeconds { get; init; }

    /// <summary>
    /// Nanoseconds on a processor of each thread that lives, by the kernel's id; empty where not to be seen.
    /// </summary>
    public required IReadOnlyDictionary<int, long> ThreadRunNs { get; init; }

    public required long ResidentBytes { get; init; }

    /// <summary>The most that was ever resident.</summary>
    public required long ResidentBytesPeak { get; init; }

    public required long ContextSwitchesVoluntary { get; init; }

    public required long ContextSwitchesForced { get; init; }

    /// <summary>
    /// System calls of the families of read(2) and write(2); the kernel counts no others for a process.
    /// </summary>
    public required long ReadCalls { get; init; }

    public required long WriteCalls { get; init; }

    /// <summary>Bytes that really went from and to a block device.</summary>
    public required long DiskBytesRead { get; init; }

    public required long DiskBytesWritten { get; init; }

    /// <summary>
    /// Bytes through all interfaces of the network namespace, loopback included: other programs' too.
    /// </summary>
    public required long NetworkBytesReceived { get; init; }

    public required long NetworkBytesSent { get; init; }

    public required int Threads { get; init; }

    /// <summary>
    /// Nanoseconds that the busiest thread was on a processor since an earlier sample; -1 where unknown.
    /// </summary>
    public long BusiestThreadNsSince(ServerSample before)
    {
        long busiest = -1;
        foreach ((int thread, long runNs) in ThreadRunNs)
        {
            busiest = Math.Max(busiest, runNs - before.ThreadRunNs.GetValueOrDefault(thread));
        }

        return busiest;
    }
}
