using System.Text.RegularExpressions;

namespace Millrace.Clients.Tests;

/// <summary>
/// Every method of Kafka's Admin client, against this broker, answers as it did on Apache Kafka 4.4: the reference
/// material has what it answered there, without ids and times.
/// </summary>
[Trait("Kind", "interop")]
public sealed partial class AdminSweepTests(BrokerPair pair) : IClassFixture<BrokerPair>
{
    /// <summary>What is not so is listed in not-yet.txt, by method and case, and only that.</summary>
    [JavaFact]
    public void Every_answer_is_Kafkas_but_for_what_is_listed()
    {
        pair.StartMillrace();
        string expected = Path.Combine(
            SharedMaterial.Root, "clients", "java", "expected", "admin-sweep-kafka-4.4.0.jsonl");
        ProgramRun run = ProgramRun.Of(
            ClientKit.Java("AdminSweep", "4.4.0", pair.Millrace, ["--expected", expected]));

        string[] different =
        [
            .. Difference().Matches(run.Errors).Select(match => $"{match.Groups[1]} {match.Groups[2]}".TrimEnd()),
        ];
        string[] unlisted = [.. different.Where(key => NotYetList.ReasonFor("AdminSweep", key) is null)];
        Assert.True(unlisted.Length == 0, $"{string.Join('\n', unlisted)}\n---\n{run.Errors}");
        Assert.Matches(Sum(), run.Errors);
        string[] listed = NotYetList.ChecksOf("AdminSweep");
        Assert.DoesNotContain(listed, check => !different.Any(key => NotYetList.Covers(check, key)));
    }

    [GeneratedRegex("^FAIL {\"method\":\"(\\w+)\",\"case\":\"(.*)$", RegexOptions.Multiline)]
    private static partial Regex Difference();

    /// <summary>The last line, without which the program did not come to its end.</summary>
    [GeneratedRegex("^RESULT ", RegexOptions.Multiline)]
    private static partial Regex Sum();
}
