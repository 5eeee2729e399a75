namespace Millrace.Coordination.Transactions;

/// <summary>
/// The port through which the markers that end transactions reach the leaders of their partitions: the broker itself
/// and its peers in a server, a network that loses, doubles and delays in a simulation. Called by the coordinator's
/// loops; returns at once.
/// </summary>
public interface ITransactionMarkers
{
    /// <summary>
    /// Writes markers: all that a loop gathered in one turn, so that a broker's partitions can take theirs in one
    /// append each. Every marker is answered, once, from any thread or before this returns.
    /// </summary>
    void Write(IReadOnlyList<TransactionMarker> markers);
}
