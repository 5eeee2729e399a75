using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Millrace.Clients.Tests;

/// <summary>
/// Commands of Kafka's own tools, run one after the other against a broker, and what they said: with ids, times, sizes
/// of the disk, and the broker's own address and folder masked.
/// </summary>
internal sealed partial class ToolRun(string address, string folder)
{
    private readonly StringBuilder transcript = new();

    /// <summary>
    /// Everything that the commands said, each under its own line. A command is a tool's name and its arguments; after
    /// a <c>&lt;</c> comes its input, with <c>;</c> for the end of a line.
    /// </summary>
    public string Of(string[] commands)
    {
        foreach (string command in commands)
        {
            string[] halves = command.Split(" < ");
            Run(command, halves[0].Split(' '), halves.Length > 1 ? halves[1].Replace(';', '\n') + "\n" : null);
        }

        return transcript.ToString();
    }

    private void Run(string command, string[] words, string? input)
    {
        string[] server = ["--bootstrap-server", address];

        // This tool alone wants its server behind the subcommand.
        string[] arguments = words[0] == "kafka-cluster" ? [.. words[1..], .. server] : [.. server, .. words[1..]];

        // One thread and the quick compiler: these programs end before anything better would pay.
        ProcessStartInfo start = new(
            "bash",
            [Path.Combine(SharedMaterial.Root, "kafka", "bin", "kafka-tool"), words[0], .. arguments])
        {
            Environment = { ["KAFKA_JVM_OPTS"] = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UseG1GC" },
        };
        ProgramRun run = ProgramRun.Of(start, input);
        transcript.Append(Invariant(
            $"$ {command}\n{Masked(WordsOf(run.Output, ""))}{Masked(WordsOf(run.Errors, "! "))}= {run.ExitCode}\n"));
    }

    /// <summary>The tool's own words: no frames of Java's stack.</summary>
    private static string WordsOf(string output, string mark) => string.Concat(output
        .Split('\n')
        .Where(line => line.Length > 0
            && !line.StartsWith("\tat ", StringComparison.Ordinal)
            && !line.StartsWith("\t... ", StringComparison.Ordinal))
        .Select(line => $"{mark}{line}\n"));

    private string Masked(string text)
    {
        text = text.Replace(address, "ADDRESS", StringComparison.Ordinal);
        text = text.Replace(folder, "FOLDER", StringComparison.Ordinal);
        text = ControllerAddress().Replace(text, "CONTROLLER_ADDRESS");
        text = OwnConfigs().Replace(text, "");
        text = Epochs().Replace(text, "$1 N");
        text = EndOffsets().Replace(text, "$1 N");
        text = LogTime().Replace(text, "TIME");
        text = Times().Replace(text, "TIME");
        return Ids().Replace(text, "ID");
    }

    [GeneratedRegex(@"127\.0\.0\.1[: ]\d+")]
    private static partial Regex ControllerAddress();

    /// <summary>Configs that Kafka does not have, in a list of all.</summary>
    [GeneratedRegex(@"^ +millrace\..*\n", RegexOptions.Multiline)]
    private static partial Regex OwnConfigs();

    /// <summary>How far the metadata has come is another number with other records before.</summary>
    [GeneratedRegex(@"\b(Epoch:|HighWatermark:|MaxFollowerLagTimeMs:) +\d+")]
    private static partial Regex Epochs();

    /// <summary>The same in a table: node, directory, end, which is as wide as its widest number.</summary>
    [GeneratedRegex(@"^(\d+ +\t[\w-]{22}\t)\d+ *", RegexOptions.Multiline)]
    private static partial Regex EndOffsets();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[.,]\d+Z?")]
    private static partial Regex LogTime();

    /// <summary>Milliseconds since 1970, from 2020 on.</summary>
    [GeneratedRegex(@"\b1[6-9]\d{11}\b")]
    private static partial Regex Times();

    /// <summary>Ids of topics and directories: 16 bytes in base64.</summary>
    [GeneratedRegex(@"(?<![\w-])(?=[\w-]*[A-Z0-9])[\w-]{22}(?![\w(-])")]
    private static partial Regex Ids();

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
