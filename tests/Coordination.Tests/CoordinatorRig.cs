using Millrace.Base;
using Millrace.Coordination.Runtime;

namespace Millrace.Coordination.Tests;

/// <summary>
/// A coordinator of one partition on a simulated clock and log, run by hand, whatever it coordinates.
/// </summary>
internal abstract class CoordinatorRig<TShard>(ManualClock clock) : IDisposable
    where TShard : CoordinatorShard
{
    public ManualClock Clock { get; } = clock;

    public CoordinatorLoop Loop { get; } = new(clock);

    public SimulatedLog Log { get; private set; } = new();

    public int Epoch { get; set; }

    protected abstract CoordinatorRuntime<TShard> Runtime { get; }

    public void Attach(SimulatedLog log)
    {
        Log = log;
        log.Moved = offset => Runtime.HighWatermarkMoved(0, offset);
    }

    public void Lead()
    {
        Runtime.Lead(0, ++Epoch, Log);
        Loop.RunTurn();
    }

    public void Resign()
    {
        Runtime.Resign(0, ++Epoch);
        Loop.RunTurn();
    }

    /// <summary>Asks and runs a turn; the answer may come later.</summary>
    public Answer<T> Ask<T>(Action<Action<T>> ask)
    {
        Answer<T> answer = new();
        ask(answer.Take);
        Loop.RunTurn();
        return answer;
    }

    public void Dispose() => Loop.Dispose();

    /// <summary>Lets time pass in steps, with a turn after each.</summary>
    protected void Advance(long milliseconds, long step)
    {
        for (long passed = 0; passed < milliseconds; passed += step)
        {
            Clock.Advance(Math.Min(step, milliseconds - passed));
            Loop.RunTurn();
        }
    }
}
