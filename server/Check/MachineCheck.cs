using System.Globalization;

namespace Millrace.Server;

/// <summary>Looks at the limits that the machine sets to this process.</summary>
internal static class MachineCheck
{
    /// <summary>
    /// Descriptors that Kafka's documentation asks for: each segment in use and each connection takes one.
    /// </summary>
    private const long DescriptorsAdvised = 100_000;

    private const string LimitName = "Max open files";

    /// <summary>Where the system does not tell, what POSIX gives at least to every process that asks for more.</summary>
    private const int OpenFilesUnknown = 1024;

    /// <summary>Descriptors that this process may have.</summary>
    public static int OpenFilesMax() =>
        long.TryParse(OpenFiles(), CultureInfo.InvariantCulture, out long limit)
            ? (int)Math.Min(limit, int.MaxValue)
            : OpenFilesUnknown;

    public static void Run(CheckReport report)
    {
        string soft = OpenFiles();
        bool isEnough = !long.TryParse(soft, CultureInfo.InvariantCulture, out long descriptors)
            || descriptors >= DescriptorsAdvised;
        if (isEnough)
        {
            report.Ok($"limits: {soft} open files");
        }
        else
        {
            report.Warn(
                $"limits: only {soft} open files (ulimit -n), {DescriptorsAdvised} are advised: each connection and "
                + "each segment in use takes one");
        }
    }

    /// <summary>The soft limit: a number, or "unlimited", or "unknown".</summary>
    private static string OpenFiles()
    {
        if (!File.Exists("/proc/self/limits"))
        {
            return "unknown";
        }

        string line = File.ReadLines("/proc/self/limits")
            .First(text => text.StartsWith(LimitName, StringComparison.Ordinal));
        return line[LimitName.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
    }
}
