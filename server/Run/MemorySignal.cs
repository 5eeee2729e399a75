using System.Runtime.InteropServices;
using Millrace.Base;

namespace Millrace.Server;

/// <summary>
/// SIGUSR1 asks a running broker for one log line about its memory, at any time and at no cost in between. An operator
/// sees by it what the broker holds, and a benchmark, asking before and after, what its requests allocate.
/// </summary>
internal static class MemorySignal
{
    // The number of SIGUSR1 on x86-64 and arm64; .NET has no name for it.
    private const PosixSignal UserSignal1 = (PosixSignal)10;

    /// <summary>
    /// Answers the signal until what this returns is disposed. The line is written by a thread of the pool.
    /// </summary>
    public static PosixSignalRegistration Answer(LogArea log) =>
        PosixSignalRegistration.Create(UserSignal1, context =>
        {
            context.Cancel = true;
            Write(log);
        });

    private static void Write(LogArea log)
    {
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        GCMemoryInfo info = GC.GetGCMemoryInfo();
        log.Info(
            $"memory: {allocated} bytes allocated since the start, {info.HeapSizeBytes} in the managed heap, "
            + $"{GC.CollectionCount(0)} collections, {Environment.WorkingSet} resident");
    }
}
