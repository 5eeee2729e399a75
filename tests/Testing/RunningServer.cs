using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Millrace.Testing;

/// <summary>
/// The native binary, serving; killed at the end where it still runs. What it says is read all the time, so that a full
/// pipe never holds it up.
/// </summary>
public sealed partial class RunningServer : IDisposable
{
    private const string ReadyMark = " server: ready ";

    private readonly Process process;
    private readonly Thread reader;
    private readonly List<string> lines = [];
    private readonly ManualResetEventSlim isReady = new();
    private int readyLines;

    /// <summary>Serves a folder on a port of the system's choice.</summary>
    public RunningServer(string folder, params string[] arguments)
        : this(new ProcessStartInfo(
            NativeBinary.Path,
            ["server", "--set", $"log.dirs={folder}", "--set", "listeners=PLAINTEXT://127.0.0.1:0", .. arguments]))
    {
    }

    private RunningServer(ProcessStartInfo start)
    {
        start.RedirectStandardError = true;
        process = Process.Start(start)!;
        reader = new Thread(ReadLines) { IsBackground = true };
        reader.Start();
        isReady.Wait();
    }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>Log lines up to the one that says ready, or to the end where there is none.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (lines)
            {
                return lines[..readyLines];
            }
        }
    }

    /// <summary>Everything that it has said so far.</summary>
    public string Log
    {
        get
        {
            lock (lines)
            {
                return string.Join('\n', lines);
            }
        }
    }

    public string Address => BoundAddress().Match(string.Join('\n', Lines)).Groups[1].Value;

    /// <summary>Memory that the process holds now (VmRSS), in bytes.</summary>
    public long ResidentBytes => StatusBytes("VmRSS:");

    /// <summary>The most memory that the process has held so far (VmHWM), in bytes.</summary>
    public long ResidentBytesMax => StatusBytes("VmHWM:");

    /// <summary>Serves a folder behind a program that changes what it is given: a limit, another mount.</summary>
    public static RunningServer Behind(string runner, string[] runnerArguments, string folder, params string[] more) =>
        new(new ProcessStartInfo(
            runner,
            [
                .. runnerArguments, NativeBinary.Path, "server", "--set", $"log.dirs={folder}", "--set",
                "listeners=PLAINTEXT://127.0.0.1:0", .. more,
            ]));

    /// <summary>Serves what a properties file says.</summary>
    public static RunningServer Of(string config, params string[] more) =>
        new(new ProcessStartInfo(NativeBinary.Path, ["server", "--config", config, .. more]));

    /// <summary>SIGTERM, and the wait for the end.</summary>
    public (int ExitCode, string Errors) Stop()
    {
        ProgramRun.Of("kill", $"{process.Id}").MustEndWell();
        process.WaitForExit();
        reader.Join();
        return (process.ExitCode, string.Join('\n', lines[readyLines..]));
    }

    /// <summary>SIGKILL: no word, no flush.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
        reader.Join();
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        reader.Join();
        process.Dispose();
        isReady.Dispose();
    }

    private void ReadLines()
    {
        while (process.StandardError.ReadLine() is { } line)
        {
            bool tellsReady = line.Contains(ReadyMark, StringComparison.Ordinal) && !isReady.IsSet;
            lock (lines)
            {
                lines.Add(line);
                readyLines = isReady.IsSet ? readyLines : tellsReady ? lines.Count - 1 : lines.Count;
            }

            if (tellsReady)
            {
                isReady.Set();
            }
        }

        isReady.Set();
    }

    private long StatusBytes(string field)
    {
        string line = File.ReadLines($"/proc/{process.Id}/status")
            .First(text => text.StartsWith(field, StringComparison.Ordinal));
        string[] parts = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return long.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) * 1024;
    }

    [GeneratedRegex("PLAINTEXT://([0-9.]+:[0-9]+)")]
    private static partial Regex BoundAddress();
}
