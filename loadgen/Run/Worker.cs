using System.Globalization;
using Millrace.Loadgen.Measurement;
using Millrace.Network;

namespace Millrace.Loadgen;

/// <summary>One thread with its loop, its clients and its counts.</summary>
internal sealed class Worker : IDisposable
{
    private readonly Thread thread;
    private volatile Exception? failure;

    public Worker(int number)
    {
        thread = new Thread(Run) { Name = $"loadgen-{number}", IsBackground = true };
    }

    public EventLoop Loop { get; } = new();

    public WorkerMeter Meter { get; } = new();

    public bool IsAlive => thread.IsAlive;

    /// <summary>Whether it ended by an exception, which <see cref="Join"/> says.</summary>
    public bool HasFailed => failure is not null;

    public void Start() => thread.Start();

    /// <summary>Waits for the thread's end.</summary>
    /// <exception cref="InvalidOperationException">It ended by an exception.</exception>
    public void Join()
    {
        thread.Join();
        if (failure is not null)
        {
            throw new InvalidOperationException($"a worker ended early: {failure.Message}", failure);
        }
    }

    public void Dispose() => Loop.Dispose();

    private void Run()
    {
        // The kernel's number of this thread, by which its processor time is found.
        if (File.ResolveLinkTarget("/proc/thread-self", returnFinalTarget: false) is { } self)
        {
            Volatile.Write(ref Meter.ThreadId, int.Parse(self.Name, CultureInfo.InvariantCulture));
        }

        Syscalls.WakeOnTime();
        try
        {
            Loop.Run();
        }
        catch (Exception unexpected)
        {
            // It would end the process without a result; the run's thread says it instead.
            failure = unexpected;
        }
    }
}
