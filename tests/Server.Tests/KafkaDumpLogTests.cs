using System.Globalization;
using System.Text.RegularExpressions;

namespace Millrace.Server.Tests;

/// <summary><c>millrace dump</c> prints the lines that Apache Kafka's own tool prints of the same files.</summary>
[Trait("Kind", "interop")]
public sealed partial class KafkaDumpLogTests
{
    [KafkaToolTheory]
    [InlineData("--print-data-log", "*.log")]
    [InlineData("--deep-iteration", "*.log")]
    [InlineData("--skip-record-metadata", "*.log")]
    [InlineData("--verify-index-only", "*.index")]
    [InlineData("--print-data-log", "*.index")]
    [InlineData("--print-data-log", "*.timeindex")]
    [InlineData("--index-sanity-check", "*.timeindex")]
    [InlineData("--print-data-log", "*.txnindex")]
    [InlineData("--print-data-log", "*.snapshot")]
    public void Files_of_a_log_directory_read_as_with_Kafkas_tool(string option, string pattern) =>
        AssertSame([option], Files(Path.Combine(SharedMaterial.Golden, "files", "log-dir", "golden-0"), pattern));

    [KafkaToolTheory]
    [InlineData("v2")]
    [InlineData("control")]
    [InlineData("legacy")]
    public void Golden_records_read_as_with_Kafkas_tool(string goldenFolder)
    {
        using DumpFolder folder = new();
        AssertSame(["--print-data-log"], folder.AddGoldenRecords(goldenFolder));
    }

    [KafkaToolTheory(SharedPart.KafkaData)]
    [InlineData("clean-4.4")]
    [InlineData("clean-3.9")]
    public void A_whole_data_directory_reads_as_with_Kafkas_tool(string name)
    {
        string folder = Directory.CreateTempSubdirectory("millrace-dump-").FullName;

        // Not the framework's reader, which knows no sparse files.
        string packed = Path.Combine(SharedMaterial.KafkaData, $"{name}.tar.gz");
        Assert.Equal(0, ProgramRun.Of("tar", "-xzf", packed, "-C", folder).ExitCode);
        string data = Path.Combine(folder, "data");
        string[] Of(string partitions, string pattern) =>
            [.. Directory.EnumerateDirectories(data, partitions).SelectMany(partition => Files(partition, pattern))];

        AssertSame(["--cluster-metadata-decoder"], Of("__cluster_metadata-*", "*.log"));
        AssertSame(["--cluster-metadata-decoder"], Of("__cluster_metadata-*", "*.checkpoint"));
        AssertSame(["--offsets-decoder"], Of("__consumer_offsets-*", "*.log"));
        AssertSame(["--transaction-log-decoder"], Of("__transaction_state-*", "*.log"));
        AssertSame(["--print-data-log"], Of("*-0", "*.log"));
        Directory.Delete(folder, recursive: true);
    }

    private static string[] Files(string folder, string pattern) =>
        [.. Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal)];

    private static void AssertSame(string[] options, string[] files)
    {
        Assert.NotEmpty(files);
        string[] arguments = [.. options, "--files", string.Join(',', files)];
        string tool = Path.Combine(SharedMaterial.Root, "kafka", "bin", "kafka-tool");
        ProgramRun kafka = ProgramRun.Of("bash", [tool, "kafka-dump-log", .. arguments]);
        ProgramRun ours = InProcess.Run(["dump", .. arguments]);

        Assert.True(kafka.ExitCode == 0, kafka.Errors);
        Assert.Equal(0, ours.ExitCode);
        Assert.Equal(Comparable(kafka.Output), Comparable(ours.Output));
    }

    /// <summary>
    /// Java writes 77 of a double as 77.0, which is the same number; and where a value is no UTF-8 it counts the bytes
    /// that one replacement character stands for differently.
    /// </summary>
    private static string[] Comparable(string output) => NumberValue()
        .Replace(
            Replacements().Replace(output, "\uFFFD"),
            match => string.Create(
                CultureInfo.InvariantCulture,
                $"\"value\":{double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)}"))
        .Split('\n');

    [GeneratedRegex("\"value\":([0-9.E+-]+)")]
    private static partial Regex NumberValue();

    [GeneratedRegex("\uFFFD+")]
    private static partial Regex Replacements();
}
