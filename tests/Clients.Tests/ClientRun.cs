using System.Diagnostics;
using Xunit.Abstractions;

namespace Millrace.Clients.Tests;

/// <summary>A run of a client's program against the broker, and the judgement of its checks one by one.</summary>
internal sealed class ClientRun(ServedBroker broker, ITestOutputHelper log)
{
    /// <summary>
    /// Runs the program and fails, naming them, for the checks that failed and are not waited for, and for those that
    /// are still waited for and passed.
    /// </summary>
    /// <param name="name">By which <c>not-yet.txt</c> knows the program.</param>
    /// <param name="leftOutMax">How many checks the program may leave out of its own accord.</param>
    public void MustPass(string name, ProcessStartInfo start, int leftOutMax = 0)
    {
        ProgramRun run = ProgramRun.Of(start);
        log.WriteLine(run.Output);
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

        broker.MustServe();
        Assert.True(
            findings.Count == 0,
            $"{name}:\n{string.Join('\n', findings)}\n"
                + $"--- its errors\n{run.Errors}\n--- the broker\n{broker.LastWords}");
    }
}
