using System.Diagnostics;

namespace Millrace.Loadgen.Tests.Live;

/// <summary>The program as a process of its own.</summary>
public sealed class InterruptTests
{
    [Fact]
    public void A_signal_ends_a_run_with_its_results()
    {
        using TestBroker broker = new();
        ProcessStartInfo start = new(
            "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "loadgen.dll"), "produce", "-b", broker.Address,
                "--rate", "100", "--duration", "1h", "--warm-up", "0",
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;

        // The first line of progress comes after five seconds.
        string? line = process.StandardError.ReadLine();
        Assert.Contains("records/s", line, StringComparison.Ordinal);

        // SIGTERM and SIGINT go the same way; but a shell's background jobs ignore SIGINT, and so would what they
        // start.
        Assert.Equal(0, ProgramRun.Of("kill", "-TERM", $"{process.Id}").ExitCode);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Contains("produced ", output, StringComparison.Ordinal);
        Assert.True((ExitCode)process.ExitCode is ExitCode.Success or ExitCode.GeneratorLimited, output);
    }
}
