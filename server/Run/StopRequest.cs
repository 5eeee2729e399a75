using System.Runtime.InteropServices;

namespace Millrace.Server;

/// <summary>Where the broker's main thread waits for its end. Any thread asks for it.</summary>
internal sealed class StopRequest : IDisposable
{
    private readonly ManualResetEventSlim asked = new();
    private readonly List<PosixSignalRegistration> signals = [];
    private int outcome = -1;

    /// <summary>Takes SIGTERM and SIGINT: the first asks for the end, a second one ends the process at once.</summary>
    public void TakeSignals()
    {
        foreach (PosixSignal signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGTERM, PosixSignal.SIGINT])
        {
            signals.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                if (!Ask(ExitCode.Success))
                {
                    Environment.Exit((int)ExitCode.StoppedAtOnce);
                }
            }));
        }
    }

    /// <summary>Asks for the end.</summary>
    /// <returns>False where somebody has before.</returns>
    public bool Ask(ExitCode code)
    {
        bool isFirst = Interlocked.CompareExchange(ref outcome, (int)code, -1) < 0;
        asked.Set();
        return isFirst;
    }

    /// <summary>Waits until somebody asks.</summary>
    public ExitCode Wait()
    {
        asked.Wait();
        return (ExitCode)Volatile.Read(ref outcome);
    }

    public void Dispose()
    {
        signals.ForEach(signal => signal.Dispose());
        asked.Dispose();
    }
}
