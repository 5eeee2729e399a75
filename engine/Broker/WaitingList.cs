namespace Millrace.Broker;

/// <summary>
/// The requests of one reactor that wait with a time limit, linked through themselves. Reactor thread.
/// </summary>
internal sealed class WaitingList
{
    private WaitingRequest? first;

    public int Count { get; private set; }

    public void Add(WaitingRequest request)
    {
        request.NextWaiting = first;
        request.PreviousWaiting = null;
        if (first is not null)
        {
            first.PreviousWaiting = request;
        }

        first = request;
        Count++;
    }

    public void Remove(WaitingRequest request)
    {
        if (request.PreviousWaiting is null)
        {
            first = request.NextWaiting;
        }
        else
        {
            request.PreviousWaiting.NextWaiting = request.NextWaiting;
        }

        if (request.NextWaiting is not null)
        {
            request.NextWaiting.PreviousWaiting = request.PreviousWaiting;
        }

        request.NextWaiting = null;
        request.PreviousWaiting = null;
        Count--;
    }

    /// <summary>Ends those that can be answered with what there is; the others stay.</summary>
    public void EndAll()
    {
        WaitingRequest? request = first;
        while (request is not null)
        {
            WaitingRequest? next = request.NextWaiting;
            request.OnStopping();
            request = next;
        }
    }
}
