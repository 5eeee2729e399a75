using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Millrace.Server.Tests;

/// <summary>
/// The native binary, serving on a port of the system's choice; killed at the end where it still runs.
/// </summary>
internal sealed partial class RunningServer : IDisposable
{
    private readonly Process process;
    private readonly List<string> lines = [];

    public RunningServer(string folder, params string[] arguments)
    {
        ProcessStartInfo start = new(
            NativeBinary.Path,
            [
                "server", "--set", $"log.dirs={folder}", "--set", "listeners=PLAINTEXT://127.0.0.1:0", .. arguments,
            ])
        {
            RedirectStandardError = true,
        };
        process = Process.Start(start)!;
        while (!lines.Exists(line => line.Contains(" server: ready ", StringComparison.Ordinal))
            && process.StandardError.ReadLine() is { } line)
        {
            lines.Add(line);
        }
    }

    public int Id => process.Id;

    /// <summary>Log lines up to the one that says ready, or to the end where there is none.</summary>
    public IReadOnlyList<string> Lines => lines;

    public string Address => BoundAddress().Match(string.Join('\n', lines)).Groups[1].Value;

    /// <summary>SIGTERM, and the wait for the end.</summary>
    public (int ExitCode, string Errors) Stop()
    {
        Assert.Equal(0, ProgramRun.Of("kill", $"{process.Id}").ExitCode);
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }

    [GeneratedRegex("PLAINTEXT://([0-9.]+:[0-9]+)")]
    private static partial Regex BoundAddress();
}
