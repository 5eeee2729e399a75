using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Millrace.Loadgen.Tests.Live;

/// <summary>Millrace itself, built beside these tests, on a port of the system's choice and in a folder of its own.
/// </summary>
internal sealed partial class TestBroker : IDisposable
{
    private readonly Process process;
    private readonly string folder = Directory.CreateTempSubdirectory("loadgen-").FullName;

    /// <param name="advertised">What it tells clients to connect to; null for its own address.</param>
    public TestBroker(string? advertised = null)
    {
        List<string> arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "millrace.dll"), "server",
            "--set", $"log.dirs={folder}", "--set", "listeners=PLAINTEXT://127.0.0.1:0",
        ];
        if (advertised is not null)
        {
            arguments.AddRange(["--set", $"advertised.listeners=PLAINTEXT://{advertised}"]);
        }

        ProcessStartInfo start = new("dotnet", arguments) { RedirectStandardError = true };
        process = Process.Start(start)!;
        List<string> lines = [];
        while (process.StandardError.ReadLine() is { } line)
        {
            lines.Add(line);
            if (line.Contains(" server: ready ", StringComparison.Ordinal))
            {
                break;
            }
        }

        // What it says later would fill the pipe and stop it.
        new Thread(() => process.StandardError.ReadToEnd()) { IsBackground = true }.Start();
        Port = int.Parse(BoundPort().Match(string.Join('\n', lines)).Groups[1].Value);
    }

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    public int ProcessId => process.Id;

    public void Dispose()
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        process.Kill();
        process.WaitForExit();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [GeneratedRegex(@"listeners PLAINTEXT://[0-9.]+:([0-9]+)")]
    private static partial Regex BoundPort();
}
