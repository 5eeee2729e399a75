namespace Millrace.Testing;

/// <summary>Counts what a piece of code allocates on the heap of the garbage collector.</summary>
public static class Allocations
{
    private const int Measurements = 5;

    /// <summary>
    /// Bytes that this thread allocates while <paramref name="path"/> runs: the least of several runs, since what the
    /// path takes shows every time, and what the runtime takes beside it (tiering, an allocation chunk's rest), once.
    /// </summary>
    public static long LeastOf(Action path)
    {
        long least = long.MaxValue;
        for (int measurement = 0; measurement < Measurements; measurement++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            path();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
