namespace Millrace.Broker;

/// <summary>What the fetches of one reactor are kept in while they are not in use. Reactor thread.</summary>
internal sealed class FetchCalls(BrokerReactor reactor)
{
    private FetchCall? free;

    public RangeHolds Holds { get; } = new();

    public FetchCall Take()
    {
        FetchCall call = free ?? new FetchCall(reactor);
        free = call.Next;
        call.Next = null;
        return call;
    }

    public void Return(FetchCall call)
    {
        call.Next = free;
        free = call;
    }
}
