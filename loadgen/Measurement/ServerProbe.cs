using System.Globalization;
using Millrace.Base;

namespace Millrace.Loadgen.Measurement;

/// <summary>
/// Looks at a broker from the outside, through <c>/proc</c>, so that a report can say what a gigabyte costs it: that
/// holds on a noisy machine, where throughput does not. The broker may be any program, and is not disturbed. Owned by
/// the thread that takes the samples.
/// </summary>
internal sealed class ServerProbe
{
    private const string Proc = "/proc";
    private const string ControlGroups = "/sys/fs/cgroup";
    private const double NanosecondsPerSecond = 1e9;
    private const double TicksPerSecond = 100;
    private const long BytesPerKilobyte = 1024;

    private readonly string proc;
    private readonly int processId;
    private readonly ControlGroup? group;
    private readonly IClock clock;

    private ServerProbe(string proc, int processId, ControlGroup? group, IClock clock)
    {
        this.proc = proc;
        this.processId = processId;
        this.group = group;
        this.clock = clock;
    }

    /// <summary>A probe of one process.</summary>
    /// <returns>Null where there is none with this id.</returns>
    public static ServerProbe? OfProcess(int processId, IClock clock, string proc = Proc) =>
        File.Exists(Path.Combine(proc, $"{processId}", "stat")) ? new ServerProbe(proc, processId, null, clock) : null;

    /// <summary>A probe of all processes of a control group.</summary>
    /// <returns>Null where there is none of this name.</returns>
    public static ServerProbe? OfGroup(
        string group, IClock clock, string proc = Proc, string groups = ControlGroups) =>
        ControlGroup.Find(groups, group) is { } found ? new ServerProbe(proc, 0, found, clock) : null;

    /// <summary>Looks now.</summary>
    /// <returns>Null where the broker is gone.</returns>
    public ServerSample? Take()
    {
        if (group is null)
        {
            return TakeProcess(processId);
        }

        ServerSample? sum = null;
        foreach (int member in group.ProcessIds)
        {
            if (TakeProcess(member) is { } sample)
            {
                sum = sum is { } others ? Sum(others, sample) : sample;
            }
        }

        return sum is null
            ? null
            : sum.Value with
            {
                CpuSeconds = group.CpuSeconds,
                UserSeconds = group.UserSeconds,
                SystemSeconds = group.SystemSeconds,
                ResidentBytes = group.ResidentBytes,
            };
    }

    private ServerSample? TakeProcess(int id)
    {
        try
        {
            string folder = Path.Combine(proc, $"{id}");
            string status = File.ReadAllText(Path.Combine(folder, "status"));
            (long userTicks, long systemTicks) = ProcText.CpuTicks(File.ReadAllText(Path.Combine(folder, "stat")));
            string io = ReadIfAllowed(Path.Combine(folder, "io"));
            (long received, long sent) = ProcText.NetworkBytes(ReadIfAllowed(Path.Combine(folder, "net", "dev")));
            Threads threads = LookAtThreads(folder);
            long cpuNs = proc == Proc ? CpuClock.ProcessNs(id) : -1;
            double ticksSeconds = (userTicks + systemTicks) / TicksPerSecond;
            return new ServerSample
            {
                AtNs = clock.MonotonicNs,
                CpuSeconds = cpuNs >= 0 ? cpuNs / NanosecondsPerSecond : ticksSeconds,
                UserSeconds = userTicks / TicksPerSecond,
                SystemSeconds = systemTicks / TicksPerSecond,
                ThreadRunNs = threads.RunNs,
                ResidentBytes = Kilobytes(status, "VmRSS"),
                ResidentBytesPeak = Kilobytes(status, "VmHWM"),
                ContextSwitchesVoluntary = threads.Voluntary,
                ContextSwitchesForced = threads.Forced,
                ReadCalls = ProcText.Field(io, "syscr"),
                WriteCalls = ProcText.Field(io, "syscw"),
                DiskBytesRead = ProcText.Field(io, "read_bytes"),
                DiskBytesWritten = ProcText.Field(io, "write_bytes"),
                NetworkBytesReceived = received,
                NetworkBytesSent = sent,
                Threads = threads.RunNs.Count,
            };
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private readonly record struct Threads(Dictionary<int, long> RunNs, long Voluntary, long Forced);

    /// <summary>Context switches of a process are kept for each thread, and nowhere as a sum.</summary>
    private static Threads LookAtThreads(string folder)
    {
        Dictionary<int, long> runNs = [];
        long voluntary = 0;
        long forced = 0;
        foreach (string thread in Directory.EnumerateDirectories(Path.Combine(folder, "task")))
        {
            try
            {
                string status = File.ReadAllText(Path.Combine(thread, "status"));
                long run = ProcText.RunNs(ReadIfAllowed(Path.Combine(thread, "schedstat")));
                voluntary += Math.Max(0, ProcText.Field(status, "voluntary_ctxt_switches"));
                forced += Math.Max(0, ProcText.Field(status, "nonvoluntary_ctxt_switches"));
                runNs[int.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture)] = Math.Max(0, run);
            }
            catch (IOException)
            {
                // A thread that ended between the listing and the look.
            }
        }

        return new Threads(runNs, voluntary, forced);
    }

    private static ServerSample Sum(ServerSample one, ServerSample other) => one with
    {
        ThreadRunNs = new Dictionary<int, long>(one.ThreadRunNs.Concat(other.ThreadRunNs)),
        ResidentBytesPeak = one.ResidentBytesPeak + other.ResidentBytesPeak,
        ContextSwitchesVoluntary = one.ContextSwitchesVoluntary + other.ContextSwitchesVoluntary,
        ContextSwitchesForced = one.ContextSwitchesForced + other.ContextSwitchesForced,
        ReadCalls = one.ReadCalls + other.ReadCalls,
        WriteCalls = one.WriteCalls + other.WriteCalls,
        DiskBytesRead = one.DiskBytesRead + other.DiskBytesRead,
        DiskBytesWritten = one.DiskBytesWritten + other.DiskBytesWritten,
        Threads = one.Threads + other.Threads,
    };

    private static long Kilobytes(string status, string name) =>
        ProcText.Field(status, name) is >= 0 and long kilobytes ? kilobytes * BytesPerKilobyte : -1;

    /// <summary>The files that only the same user may read, and some containers nobody.</summary>
    private static string ReadIfAllowed(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
