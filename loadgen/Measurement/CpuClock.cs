using System.Runtime.InteropServices;

namespace Millrace.Loadgen.Measurement;

/// <summary>
/// Processor time to the nanosecond, where <c>/proc/PID/stat</c> has ticks of 10 ms: a short run of a light broker is a
/// few of those. Thread-safe.
/// </summary>
internal static partial class CpuClock
{
    private const string Library = "libc";
    private const int ThisThread = 3; // CLOCK_THREAD_CPUTIME_ID
    private const int ScheduledTime = 2; // CPUCLOCK_SCHED: what the scheduler counted, not ticks
    private const int OfThread = 4; // CPUCLOCK_PERTHREAD_MASK
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Processor time of the calling thread, nanoseconds.</summary>
    public static long ThisThreadNs => Read(ThisThread);

    /// <summary>The kernel's id of the calling thread.</summary>
    public static int ThisThreadId => GetThreadId();

    /// <summary>Processor time of a process, its ended threads included, nanoseconds; -1 where it is gone.</summary>
    public static long ProcessNs(int processId) =>
        // How clock_getcpuclockid(3) makes a clock's number of a process's: the same on every architecture of Linux.
        Read((~processId << 3) | ScheduledTime);

    /// <summary>Processor time of a thread of this process, nanoseconds; -1 where it is gone.</summary>
    public static long ThreadNs(int threadId) => Read((~threadId << 3) | ScheduledTime | OfThread);

    private static unsafe long Read(int clock)
    {
        TimeSpec time;
        return GetTime(clock, &time) == 0 ? (time.Seconds * NanosecondsPerSecond) + time.Nanoseconds : -1;
    }

    [LibraryImport(Library, EntryPoint = "clock_gettime")]
    private static unsafe partial int GetTime(int clock, TimeSpec* time);

    [LibraryImport(Library, EntryPoint = "gettid")]
    private static partial int GetThreadId();

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
