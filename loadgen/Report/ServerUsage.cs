using Millrace.Loadgen.Measurement;

namespace Millrace.Loadgen.Report;

/// <summary>What the broker used for a run: the figures that hold on a noisy machine.</summary>
internal sealed record ServerUsage
{
    /// <summary>Processor seconds per 10^9 bytes of keys and values acknowledged, and of batches consumed.</summary>
    public double CpuSecondsPerGb { get; init; }

    /// <summary>Requests answered for each second of processor time.</summary>
    public double RequestsPerCoreSecond { get; init; }

    public double CpuSeconds { get; init; }

    public double UserSeconds { get; init; }

    public double SystemSeconds { get; init; }

    /// <summary>Processors kept busy, on average.</summary>
    public double Cores { get; init; }

    public long ResidentBytesBegin { get; init; }

    public long ResidentBytesEnd { get; init; }

    /// <summary>The most since the broker's start.</summary>
    public long ResidentBytesPeak { get; init; }

    public double ContextSwitchesPerRequest { get; init; }

    /// <summary>Calls of the families of read(2) and write(2) only; -1 where the kernel does not say.</summary>
    public double ReadAndWriteCallsPerRequest { get; init; }

    public long DiskBytesRead { get; init; }

    public long DiskBytesWritten { get; init; }

    /// <summary>Of the network namespace, loopback and other programs included.</summary>
    public long NetworkBytesReceived { get; init; }

    public long NetworkBytesSent { get; init; }

    public int Threads { get; init; }

    /// <summary>The difference of the two samples of a run; null where the broker was not watched.</summary>
    public static ServerUsage? Of(RunMeasures measures)
    {
        if (measures.ServerBegin is not { } begin || measures.ServerEnd is not { } end)
        {
            return null;
        }

        MeterCounts counts = measures.Whole.Counts;
        double cpu = end.CpuSeconds - begin.CpuSeconds;
        long switches = end.ContextSwitchesVoluntary - begin.ContextSwitchesVoluntary
            + end.ContextSwitchesForced - begin.ContextSwitchesForced;
        bool areCallsKnown = begin.ReadCalls >= 0 && end.ReadCalls >= 0;
        long calls = end.ReadCalls - begin.ReadCalls + end.WriteCalls - begin.WriteCalls;
        return new ServerUsage
        {
            CpuSecondsPerGb = Part(cpu, counts.Bytes / 1e9),
            RequestsPerCoreSecond = Part(counts.Requests, cpu),
            CpuSeconds = cpu,
            UserSeconds = end.UserSeconds - begin.UserSeconds,
            SystemSeconds = end.SystemSeconds - begin.SystemSeconds,
            Cores = Part(cpu, measures.Seconds),
            ResidentBytesBegin = begin.ResidentBytes,
            ResidentBytesEnd = end.ResidentBytes,
            ResidentBytesPeak = end.ResidentBytesPeak,
            ContextSwitchesPerRequest = Part(switches, counts.Requests),
            ReadAndWriteCallsPerRequest = areCallsKnown ? Part(calls, counts.Requests) : -1,
            DiskBytesRead = Known(begin.DiskBytesRead, end.DiskBytesRead),
            DiskBytesWritten = Known(begin.DiskBytesWritten, end.DiskBytesWritten),
            NetworkBytesReceived = end.NetworkBytesReceived - begin.NetworkBytesReceived,
            NetworkBytesSent = end.NetworkBytesSent - begin.NetworkBytesSent,
            Threads = end.Threads,
        };
    }

    private static double Part(double amount, double of) => of == 0 ? 0 : amount / of;

    private static long Known(long begin, long end) => begin < 0 || end < 0 ? -1 : end - begin;
}
