using Millrace.Loadgen.Measurement;

namespace Millrace.Loadgen.Tests.Measurement;

/// <summary>Samples of a broker that was never there.</summary>
internal static class Samples
{
    public static ServerSample Server(long atNs, double cpuSeconds, long threadNs) => new()
    {
        AtNs = atNs,
        CpuSeconds = cpuSeconds,
        UserSeconds = cpuSeconds / 4,
        SystemSeconds = cpuSeconds * 3 / 4,
        ThreadRunNs = new Dictionary<int, long> { [1] = threadNs },
        ResidentBytes = 10 << 20,
        ResidentBytesPeak = 12 << 20,
        ContextSwitchesVoluntary = atNs / 1_000_000,
        ContextSwitchesForced = 0,
        ReadCalls = atNs / 1_000_000,
        WriteCalls = atNs / 1_000_000,
        DiskBytesRead = 0,
        DiskBytesWritten = atNs,
        NetworkBytesReceived = atNs,
        NetworkBytesSent = atNs,
        Threads = 1,
    };
}
