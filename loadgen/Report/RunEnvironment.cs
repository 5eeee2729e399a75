using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Millrace.Loadgen.Report;

/// <summary>
/// Where a run took place. Two results can only be compared where this is the same, so that every result carries it.
/// </summary>
internal sealed record RunEnvironment
{
    public string Cpu { get; init; } = "unknown";

    public int Cores { get; init; }

    public long MemoryBytes { get; init; }

    public string Kernel { get; init; } = "unknown";

    public string OperatingSystem { get; init; } = "unknown";

    /// <summary>Kind of the file system and device below the broker's data, where that is known and here.</summary>
    public string Disk { get; init; } = "unknown";

    /// <summary>What an acknowledgement promises: page cache, periodic flush, fsync before acknowledge.</summary>
    public string Durability { get; init; } = "unknown";

    public string Loadgen { get; init; } = "unknown";

    /// <summary>Version, commit and kind of the broker, as far as it or its user said.</summary>
    public string Broker { get; init; } = "unknown";

    public string Runtime { get; init; } = "unknown";

    /// <summary>Reads what this machine says of itself.</summary>
    /// <param name="dataFolder">A folder on the disk that the broker writes to; null where that is elsewhere.</param>
    /// <param name="root">The root of the file system: another one in tests.</param>
    public static RunEnvironment Read(string? dataFolder, string root = "/")
    {
        string cpuInfo = ReadIfThere(root, "proc/cpuinfo");
        string release = ReadIfThere(root, "etc/os-release");
        string kind = RuntimeFeature.IsDynamicCodeSupported ? "just-in-time compiled" : "native";
        return new RunEnvironment
        {
            Cpu = LineAfter(cpuInfo, "model name") ?? LineAfter(cpuInfo, "CPU part") ?? "unknown",
            Cores = Environment.ProcessorCount,
            MemoryBytes = Measurement.ProcText.Field(ReadIfThere(root, "proc/meminfo"), "MemTotal") * 1024,
            Kernel = ReadIfThere(root, "proc/sys/kernel/osrelease").Trim(),
            OperatingSystem = LineAfter(release, "PRETTY_NAME")?.Trim('"') ?? "unknown",
            Disk = dataFolder is null ? "unknown" : DiskOf(dataFolder, root),
            Loadgen = VersionCommand.Version,
            Runtime = $"{RuntimeInformation.FrameworkDescription}, {kind}",
        };
    }

    /// <summary>The mount that holds a folder: the longest of <c>/proc/mounts</c> that its path begins with.</summary>
    internal static string DiskOf(string folder, string root)
    {
        string path = Path.GetFullPath(folder).TrimEnd('/') + "/";
        string best = "";
        string found = "unknown";
        foreach (string line in ReadIfThere(root, "proc/mounts").Split('\n'))
        {
            string[] fields = line.Split(' ');
            if (fields.Length < 3)
            {
                continue;
            }

            string mount = fields[1].TrimEnd('/') + "/";
            if (path.StartsWith(mount, StringComparison.Ordinal) && mount.Length >= best.Length)
            {
                best = mount;
                found = $"{fields[2]} on {fields[0]}{DeviceFacts(fields[0], root)}";
            }
        }

        return found;
    }

    private static string DeviceFacts(string device, string root)
    {
        string name = Path.GetFileName(device);
        string queue = Path.Combine(root, "sys/class/block", name, "queue");
        if (!Directory.Exists(queue))
        {
            return "";
        }

        string spinning = ReadIfThere(queue, "rotational").Trim() == "1" ? "rotating" : "solid state or virtual";
        string cache = ReadIfThere(queue, "write_cache").Trim();
        return string.Create(
            CultureInfo.InvariantCulture, $" ({spinning}{(cache.Length == 0 ? "" : $", cache {cache}")})");
    }

    private static string? LineAfter(string text, string name)
    {
        foreach (string line in text.Split('\n'))
        {
            int mark = line.AsSpan().IndexOfAny(':', '=');
            if (mark > 0 && line.AsSpan(0, mark).Trim().SequenceEqual(name))
            {
                return line[(mark + 1)..].Trim();
            }
        }

        return null;
    }

    private static string ReadIfThere(string root, string file)
    {
        string path = Path.Combine(root, file);
        return File.Exists(path) ? File.ReadAllText(path) : "";
    }
}
