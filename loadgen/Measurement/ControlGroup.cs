namespace Millrace.Loadgen.Measurement;

/// <summary>
/// A control group's files, of the one hierarchy (version 2) or of one per controller (version 1). For brokers of
/// several processes, and in containers.
/// </summary>
internal sealed class ControlGroup
{
    private const double NanosecondsPerSecond = 1e9;
    private const double MicrosecondsPerSecond = 1e6;
    private const double TicksPerSecond = 100;

    private readonly string root;
    private readonly string name;
    private readonly bool isUnified;

    private ControlGroup(string root, string name, bool isUnified)
    {
        this.root = root;
        this.name = name;
        this.isUnified = isUnified;
    }

    /// <summary>Finds a group.</summary>
    /// <param name="root">Where control groups are mounted: <c>/sys/fs/cgroup</c>.</param>
    /// <param name="group">Its name, such as <c>system.slice/kafka.service</c>; the root before it may be left
    /// in.</param>
    /// <returns>Null where there is no such group.</returns>
    public static ControlGroup? Find(string root, string group)
    {
        string name = group.StartsWith(root, StringComparison.Ordinal) ? group[root.Length..] : group;
        name = name.Trim('/');
        if (File.Exists(Path.Combine(root, name, "cpu.stat")) && File.Exists(Path.Combine(root, name, "cgroup.procs")))
        {
            return new ControlGroup(root, name, isUnified: true);
        }

        return File.Exists(Path.Combine(root, "cpuacct", name, "cpuacct.usage"))
            ? new ControlGroup(root, name, isUnified: false)
            : null;
    }

    /// <summary>The processes in it now.</summary>
    public IEnumerable<int> ProcessIds =>
        Read("cpuacct", "cgroup.procs").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse);

    public double CpuSeconds => isUnified
        ? ProcText.Field(Read("", "cpu.stat"), "usage_usec") / MicrosecondsPerSecond
        : ProcText.RunNs(Read("cpuacct", "cpuacct.usage")) / NanosecondsPerSecond;

    public double UserSeconds => isUnified
        ? ProcText.Field(Read("", "cpu.stat"), "user_usec") / MicrosecondsPerSecond
        : ProcText.Field(Read("cpuacct", "cpuacct.stat"), "user") / TicksPerSecond;

    public double SystemSeconds => isUnified
        ? ProcText.Field(Read("", "cpu.stat"), "system_usec") / MicrosecondsPerSecond
        : ProcText.Field(Read("cpuacct", "cpuacct.stat"), "system") / TicksPerSecond;

    /// <summary>
    /// Memory that is the processes' own. The group's usage counts the page cache too, which for a broker is all that
    /// it has written.
    /// </summary>
    public long ResidentBytes =>
        ProcText.Field(Read("memory", "memory.stat"), isUnified ? "anon" : "rss");

    private string Read(string controller, string file)
    {
        string path = isUnified ? Path.Combine(root, name, file) : Path.Combine(root, controller, name, file);
        return File.Exists(path) ? File.ReadAllText(path) : "";
    }
}
