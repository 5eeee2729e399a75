using System.Diagnostics;

namespace Millrace.Testing;

/// <summary>Apache Kafka 4.4 on a properties file, from its start on; gone when this is disposed.</summary>
public sealed class RunningKafka : IDisposable
{
    private const string Started = "Kafka Server started";

    private readonly Process process;
    private readonly Thread reader;
    private readonly ManualResetEventSlim isUp = new();
    private readonly List<string> lines = [];
    private volatile bool wasStarted;

    public RunningKafka(string config)
    {
        string kafka = Path.Combine(SharedMaterial.Root, "kafka");
        string tool = Path.Combine(kafka, "bin", "kafka-tool");
        ProcessStartInfo info = new("bash", ["-c", "exec bash \"$@\" 2>&1", "-", tool, "kafka-server-start", config])
        {
            RedirectStandardOutput = true,
        };
        info.Environment["KAFKA_HEAP"] = "384m";
        info.Environment["KAFKA_VERSION"] = "4.4.0";
        info.Environment["KAFKA_LOG4J"] = Path.Combine(kafka, "conf", "log4j2.yaml");
        process = Process.Start(info)!;
        reader = new Thread(ReadLines) { IsBackground = true };
        reader.Start();
        isUp.Wait();
        if (!wasStarted)
        {
            reader.Join();
            string last = string.Join('\n', lines.TakeLast(40));
            Dispose();
            throw new InvalidOperationException($"Kafka does not start:\n{last}");
        }
    }

    public bool HasExited => process.HasExited;

    /// <summary>What it has said so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (lines)
            {
                return [.. lines];
            }
        }
    }

    /// <summary>Stops it cleanly.</summary>
    public void Stop()
    {
        // The script has become the JVM.
        ProgramRun.Of("kill", $"{process.Id}").MustEndWell();
        process.WaitForExit();
        reader.Join();
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        reader.Join();
        process.Dispose();
        isUp.Dispose();
    }

    private void ReadLines()
    {
        while (process.StandardOutput.ReadLine() is { } line)
        {
            lock (lines)
            {
                lines.Add(line);
            }

            if (line.Contains(Started, StringComparison.Ordinal))
            {
                wasStarted = true;
                isUp.Set();
            }
        }

        isUp.Set();
    }
}
