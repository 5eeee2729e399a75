using System.Text.RegularExpressions;

namespace Millrace.Clients.Tests;

/// <summary>What one check of a client's program came to; each program says it in a line of its own.</summary>
internal sealed partial record CheckResult(string Name, CheckOutcome Outcome, string Line)
{
    /// <summary>The checks of which a program's output tells.</summary>
    public static IReadOnlyList<CheckResult> AllIn(string output) =>
        [.. output.Split('\n').Select(line => CheckLine().Match(line)).Where(match => match.Success).Select(Read)];

    private static CheckResult Read(Match match) => new(
        match.Groups["name"].Value,
        match.Groups["word"].Value switch
        {
            "FAIL" => CheckOutcome.Failed,
            "SKIP" => CheckOutcome.LeftOut,
            _ => CheckOutcome.Passed,
        },
        match.Value);

    [GeneratedRegex(@"^(?<word>ok|PASS|FAIL|SKIP)\s+(?<name>[^\s:]+).*")]
    private static partial Regex CheckLine();
}

/// <summary>How a check ended.</summary>
internal enum CheckOutcome
{
    Passed,
    Failed,

    /// <summary>The program itself left it out: its client cannot ask for such a thing.</summary>
    LeftOut,
}
