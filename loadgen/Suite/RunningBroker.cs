using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Millrace.Base;
using Millrace.Loadgen.Measurement;

namespace Millrace.Loadgen.Suite;

/// <summary>
/// A broker while the suite uses it: a process of ours, or one at an address. Owned by the suite's thread.
/// </summary>
internal sealed partial class RunningBroker : IDisposable
{
    /// <summary>What a broker says, in the folder of its data.</summary>
    public const string LogName = "broker.log";

    private const int Terminate = 15;
    private const int UserSignal1 = 10;
    private const int AnswerPollMs = 5;
    private const int AnswerPolls = 400;
    private const int StopMsMax = 60_000;
    private const double NsPerMs = 1e6;

    private readonly Process? process;
    private readonly TextWriter? log;
    private int foreignId;
    private string folder = "";

    private RunningBroker(BrokerKind kind, Process? process, TextWriter? log, string address, double firstRecordMs)
    {
        Kind = kind;
        this.process = process;
        this.log = log;
        Address = address;
        FirstRecordMs = firstRecordMs;
    }

    public BrokerKind Kind { get; }

    public string Address { get; }

    /// <summary>Its process; 0 where it is on another machine.</summary>
    public int ProcessId => process?.Id ?? foreignId;

    /// <summary>Whether the suite has started it, and may say when that was.</summary>
    public bool IsStartedHere => process is not null;

    /// <summary>From the start of the process to the first record that it acknowledged.</summary>
    public double FirstRecordMs { get; }

    /// <summary>Starts a broker and waits for its first acknowledgement.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="folder">Where its data goes; its output goes to <c>broker.log</c> in it.</param>
    /// <param name="port">Where it is to listen.</param>
    /// <exception cref="IOException">It ended, or acknowledges nothing.</exception>
    public static RunningBroker Start(BrokerKind kind, string folder, int port)
    {
        if (kind is RunningElsewhere elsewhere)
        {
            return new RunningBroker(kind, null, null, elsewhere.Address, 0) { foreignId = elsewhere.ProcessId };
        }

        Directory.CreateDirectory(folder);
        ProcessStartInfo start = kind.Start(folder, port);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        TextWriter log =
            TextWriter.Synchronized(new StreamWriter(Path.Combine(folder, LogName)) { AutoFlush = true });
        long startNs = SystemClock.Instance.MonotonicNs;
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => log.WriteLine(line.Data);
        process.ErrorDataReceived += (_, line) => log.WriteLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        bool isUp = FirstRecord.Await(port, () => process.HasExited);
        double tookMs = (SystemClock.Instance.MonotonicNs - startNs) / NsPerMs;
        string address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        RunningBroker broker = new(kind, process, log, address, tookMs) { folder = folder };
        if (isUp)
        {
            return broker;
        }

        broker.Dispose();
        throw new IOException($"{kind.Name} did not start; see {folder}/{LogName}");
    }

    /// <summary>A probe of its process.</summary>
    public ServerSample Sample() =>
        ServerProbe.OfProcess(ProcessId, SystemClock.Instance)?.Take()
        ?? throw new IOException($"{Kind.Name} has ended");

    /// <summary>Managed memory that it has allocated since its start; null where it does not tell.</summary>
    public long? AllocatedBytes()
    {
        if (!Kind.AnswersMemorySignal || process is null)
        {
            return Kind.AllocatedBytes(folder);
        }

        // A build that does not know the signal would be ended by it.
        string status = File.ReadAllText($"/proc/{process.Id}/status");
        if (!ProcText.CatchesSignal(status, UserSignal1))
        {
            return null;
        }

        // The log is in another process's hands on its way here: the newer line is known by being another one.
        long? before = Kind.AllocatedBytes(folder);
        Kill(process.Id, UserSignal1);
        for (int poll = 0; poll < AnswerPolls; poll++)
        {
            Thread.Sleep(AnswerPollMs);
            if (Kind.AllocatedBytes(folder) is { } now && now != before)
            {
                return now;
            }
        }

        return null;
    }

    /// <summary>Ends it cleanly, or at once where it does not.</summary>
    public void Dispose()
    {
        if (process is not null && !process.HasExited)
        {
            Kill(process.Id, Terminate);
            if (!process.WaitForExit(StopMsMax))
            {
                process.Kill();
                process.WaitForExit();
            }
        }

        process?.Dispose();
        log?.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
