using Millrace.Protocol;

namespace Millrace.Coordination.Groups;

/// <summary>Puts the answers of several partitions together. Any thread; the last one to answer calls back.</summary>
internal sealed class Gathering<T>
{
    private readonly List<T> items = [];
    private readonly Action<ErrorCode, IReadOnlyList<T>> done;
    private readonly Lock adding = new();
    private ErrorCode firstError;
    private int missing;

    /// <param name="count">How many answers there will be; none calls back at once.</param>
    /// <param name="done">Takes the first error, and everything.</param>
    public Gathering(int count, Action<ErrorCode, IReadOnlyList<T>> done)
    {
        missing = count;
        this.done = done;
        if (count == 0)
        {
            done(ErrorCode.None, items);
        }
    }

    public void Add(ErrorCode error, IReadOnlyList<T>? some)
    {
        bool isLast;
        lock (adding)
        {
            items.AddRange(some ?? []);
            firstError = firstError == ErrorCode.None ? error : firstError;
            isLast = --missing == 0;
        }

        if (isLast)
        {
            done(firstError, items);
        }
    }
}
