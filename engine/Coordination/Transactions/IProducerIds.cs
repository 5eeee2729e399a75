namespace Millrace.Coordination.Transactions;

/// <summary>The port that gives out producer ids, out of blocks that the controller hands out. Any thread.</summary>
public interface IProducerIds
{
    /// <summary>An id that nobody else has.</summary>
    /// <returns>False while the next block is on its way: clients are told to try again soon.</returns>
    bool TryTake(out long producerId);
}
