namespace Millrace.Broker;

/// <summary>
/// The Produce requests of one reactor: those of the turn, which are written together at its end, and a pool of what
/// they are kept in. Reactor thread.
/// </summary>
internal sealed class ProduceCalls(BrokerReactor reactor)
{
    private ProduceCall? free;
    private ProduceCall? firstOfTurn;
    private ProduceCall? lastOfTurn;

    public ProduceCall Take()
    {
        ProduceCall call = free ?? new ProduceCall(reactor);
        free = call.Next;
        call.Next = null;
        return call;
    }

    public void Return(ProduceCall call)
    {
        call.Next = free;
        free = call;
    }

    /// <summary>The request is appended; it is flushed and answered when the turn ends.</summary>
    public void AddToTurn(ProduceCall call)
    {
        if (lastOfTurn is null)
        {
            firstOfTurn = call;
        }
        else
        {
            lastOfTurn.Next = call;
        }

        lastOfTurn = call;
    }

    /// <summary>
    /// Writes everything, then answers: the first flush of a partition takes all that the turn appended to it along.
    /// </summary>
    public void EndTurn()
    {
        for (ProduceCall? call = firstOfTurn; call is not null; call = call.Next)
        {
            call.Flush();
        }

        ProduceCall? settled = firstOfTurn;
        firstOfTurn = null;
        lastOfTurn = null;
        while (settled is not null)
        {
            ProduceCall? next = settled.Next;
            settled.Next = null;
            settled.Settle();
            settled = next;
        }
    }
}
