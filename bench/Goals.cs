using System.Globalization;
using BenchmarkDotNet.Reports;

namespace Millrace.Bench;

/// <summary>
/// The goals that the engine's design stands on, beside what a run has measured of them. Fastest iterations are
/// compared: a machine with other work to do makes single ones slow, and none fast.
/// </summary>
internal static class Goals
{
    public static void Print(IReadOnlyList<BenchmarkReport> reports, TextWriter output)
    {
        output.WriteLine();
        double? crc = Ratio(reports, "Length=16384", "EightBytesAStep", "ThreeLanes");
        Line(output, "CRC-32C of 16 KiB against a plain loop", crc, "x", "at least 2.5", crc >= 2.5);
        double? check = Ratio(reports, "Codec=None", "CheckLeaderAppend", "Checksum");
        Line(output, "check of a 16 KiB batch against its CRC alone", check, "x", "at most 1.15", check <= 1.15);
        double? parse = reports.Where(report => IsOf(report, "ParseRequest", "")).Select(Fastest).Max();
        Line(output, "parse of a Produce request with 16 KiB", parse, "ns", "at most 200", parse <= 200);
        string[] free = ["ProduceBenchmarks", "FetchBenchmarks", "RecordValidationBenchmarks"];
        double? allocated = reports
            .Where(report => free.Contains(report.BenchmarkCase.Descriptor.Type.Name))
            .Max(report => (double?)report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase));

        // The smallest object takes 24 bytes: less than that is the measuring's own, shared out among the operations.
        Line(output, "memory taken by Produce, Fetch, batch check", allocated, "B", "no object", allocated < 24);
        double? commit = Ratio(reports, "", "SyncEach", "GroupedCommit");
        Line(output, "appends of 64 waiters against a sync for each", commit, "x", "at least 20", commit >= 20);
        output.WriteLine();
    }

    private static void Line(TextWriter output, string what, double? value, string unit, string goal, bool met)
    {
        if (value is not null)
        {
            string measured = value.Value.ToString("0.##", CultureInfo.InvariantCulture);
            output.WriteLine($"  {(met ? "met " : "MISS")}  {what,-46} {measured,8} {unit,-2}  (goal: {goal})");
        }
    }

    private static double? Ratio(IReadOnlyList<BenchmarkReport> reports, string parameter, string over, string under) =>
        Find(reports, over, parameter) / Find(reports, under, parameter);

    private static double? Find(IReadOnlyList<BenchmarkReport> reports, string method, string parameter) =>
        reports.Where(report => IsOf(report, method, parameter)).Select(Fastest).FirstOrDefault();

    private static bool IsOf(BenchmarkReport report, string method, string parameter) =>
        report.BenchmarkCase.Descriptor.WorkloadMethod.Name == method
        && report.BenchmarkCase.Parameters.DisplayInfo.Contains(parameter, StringComparison.Ordinal);

    private static double? Fastest(BenchmarkReport report) => report.ResultStatistics?.Min;
}
