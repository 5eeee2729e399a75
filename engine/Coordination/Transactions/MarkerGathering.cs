using Millrace.Coordination.Runtime;

namespace Millrace.Coordination.Transactions;

/// <summary>
/// Gathers the markers of all of a loop's partitions, and sends them at the turn's end. Owned by that loop.
/// </summary>
internal sealed class MarkerGathering(CoordinatorLoop loop, ITransactionMarkers port)
{
    private readonly List<Action> afterSend = [];
    private List<TransactionMarker> gathered = [];

    /// <summary>Sends a marker with the others of this turn.</summary>
    public void Add(TransactionMarker marker)
    {
        gathered.Add(marker);
        if (gathered.Count == 1)
        {
            loop.PostAtIdle(Send);
        }
    }

    /// <summary>Does something once what is gathered has been sent: at once where that is nothing.</summary>
    public void AfterSend(Action work)
    {
        if (gathered.Count == 0)
        {
            work();
            return;
        }

        afterSend.Add(work);
    }

    /// <summary>Runs what came of a marker in a turn of the loop. Any thread.</summary>
    public void Post(Action work) => loop.Post(work);

    private void Send()
    {
        List<TransactionMarker> markers = gathered;
        gathered = [];
        port.Write(markers);
        foreach (Action work in afterSend)
        {
            work();
        }

        afterSend.Clear();
    }
}
