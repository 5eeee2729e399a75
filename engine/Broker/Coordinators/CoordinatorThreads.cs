using Millrace.Base;
using Millrace.Coordination.Runtime;
using Millrace.Storage;

namespace Millrace.Broker;

/// <summary>
/// The threads of one coordinator, each with a loop and with what it needs to append. Made, started and disposed of by
/// the thread that runs the node.
/// </summary>
public sealed class CoordinatorThreads : IDisposable
{
    private readonly CoordinatorThread[] threads;
    private readonly LogAppender[] appenders;

    /// <param name="name">Of the coordinator, for the names of its threads.</param>
    /// <param name="count">How many; the partitions are dealt out to them.</param>
    /// <param name="clock">For timers and timestamps.</param>
    public CoordinatorThreads(string name, int count, IClock clock)
    {
        Loops = new CoordinatorLoop[count];
        threads = new CoordinatorThread[count];
        appenders = new LogAppender[count];
        for (int index = 0; index < count; index++)
        {
            Loops[index] = new CoordinatorLoop(clock);
            threads[index] = new CoordinatorThread(Loops[index], $"{name}-{index}");
            appenders[index] = new LogAppender();
        }
    }

    /// <summary>What a <see cref="CoordinatorRuntime{TShard}"/> runs on.</summary>
    public CoordinatorLoop[] Loops { get; }

    public void Start()
    {
        foreach (CoordinatorThread thread in threads)
        {
            thread.Start();
        }
    }

    public void Dispose()
    {
        for (int index = 0; index < threads.Length; index++)
        {
            threads[index].Dispose();
            appenders[index].Dispose();
            Loops[index].Dispose();
        }
    }

    /// <summary>The appender of the loop that a partition is dealt out to.</summary>
    internal LogAppender AppenderOf(int partition) => appenders[partition % appenders.Length];
}
