using System.Globalization;
using System.Text.RegularExpressions;

namespace Millrace.Loadgen.Suite;

/// <summary>What brokers write of the memory that they allocate. Stateless.</summary>
internal static partial class AllocationLogs
{
    private const long BytesPerMebibyte = 1 << 20;

    /// <summary>Reads a log that is still written to; empty where there is none.</summary>
    public static string Read(string path)
    {
        if (!File.Exists(path))
        {
            return "";
        }

        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(file);
        return reader.ReadToEnd();
    }

    /// <summary>The last of Millrace's answers to SIGUSR1; null where there is none.</summary>
    public static long? LastMemoryLine(string log)
    {
        Match? last = MemoryLine().Matches(log).LastOrDefault();
        return last is null ? null : long.Parse(last.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// What a JVM has allocated by its last collection, from <c>-Xlog:gc</c>: each line has the heap before and after,
    /// and what it grew by since the line before was allocated. Null where nothing was collected yet.
    /// </summary>
    public static long? SumOfCollections(string log)
    {
        long? sum = null;
        long after = 0;
        foreach (Match pause in Collection().Matches(log))
        {
            long before = long.Parse(pause.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            sum = (sum ?? 0) + Math.Max(0, before - after);
            after = long.Parse(pause.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
        }

        return sum * BytesPerMebibyte;
    }

    [GeneratedRegex(@"memory: (\d+) bytes allocated")]
    private static partial Regex MemoryLine();

    [GeneratedRegex(@"Pause .* (\d+)M->(\d+)M\(\d+M\)")]
    private static partial Regex Collection();
}
