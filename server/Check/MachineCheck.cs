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

    public static void Run(CheckReport report)
    {
        if (!File.Exists("/proc/self/limits"))
        {
            report.Warn("limits: there is no /proc/self/limits, so they were not looked at");
            return;
        }

        string line = File.ReadLines("/proc/self/limits")
            .First(text => text.StartsWith(LimitName, StringComparison.Ordinal));
        string soft = line[LimitName.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
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
}
