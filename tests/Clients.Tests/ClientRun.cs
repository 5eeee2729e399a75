using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace Millrace.Clients.Tests;

/// <summary>Runs of a client's program against the broker, and the judgement of its checks one by one.</summary>
internal sealed partial class ClientRun(ServedBroker broker, ITestOutputHelper log)
{
    /// <summary>
    /// Runs the program and fails, naming them, for the checks that failed and are not waited for, and for those that
    /// are still waited for and passed.
    /// </summary>
    /// <param name="name">By which <c>not-yet.txt</c> knows the program.</param>
    /// <param name="leftOutMax">How many checks the program may leave out of its own accord.</param>
    /// <param name="tries">How often it may run, for a client that now and then waits for ever through a fault of its
    /// own: it runs again only where nothing but waits went wrong.</param>
    public void MustPass(string name, ProcessStartInfo start, int leftOutMax = 0, int tries = 1)
    {
        while (true)
        {
            ProgramRun run = ProgramRun.Of(start);
            log.WriteLine(run.Output);
            List<string> findings = Judge(name, run, leftOutMax);
            broker.MustServe();
            if (findings.Count == 0)
            {
                return;
            }

            tries--;
            string failure = $"{name}:\n{string.Join('\n', findings)}\n"
                + $"--- its errors\n{run.Errors}\n--- the broker\n{broker.LastWords}";
            Assert.True(tries > 0 && findings.TrueForAll(finding => VainWait().IsMatch(finding)), failure);
            log.WriteLine($"once more, as it waited in vain: {failure}");
        }
    }

    private List<string> Judge(string name, ProgramRun run, int leftOutMax)
    {
        IReadOnlyList<CheckResult> checks = CheckResult.AllIn(run.Output);
        List<string> findings = [];
        foreach (CheckResult check in checks)
        {
            string? awaited = NotYetList.ReasonFor(name, check.Name);
            if (check.Outcome == CheckOutcome.Failed && awaited is null)
            {
                findings.Add(check.Line);
            }
            else if (check.Outcome == CheckOutcome.Failed)
            {
                log.WriteLine($"skipped: {check.Name} waits for {awaited}");
            }
            else if (awaited is not null)
            {
                findings.Add($"{check.Name} passes: take it out of not-yet.txt");
            }
        }

        if (checks.Count == 0)
        {
            findings.Add("the program told of no check");
        }

        int leftOut = checks.Count(check => check.Outcome == CheckOutcome.LeftOut);
        if (leftOut > leftOutMax)
        {
            findings.Add($"{leftOut} checks were left out, {leftOutMax} are on Apache Kafka 3.9.1");
        }

        // 1 says that a check failed, which was looked at above.
        if (run.ExitCode is not (0 or 1))
        {
            findings.Add($"the program ended with {run.ExitCode}");
        }

        return findings;
    }

    [GeneratedRegex("(read [0-9]+ of [0-9]+ messages|waited|did not print .*) (in )?[0-9]+ s")]
    private static partial Regex VainWait();
}
