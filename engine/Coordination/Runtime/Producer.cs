using Millrace.Protocol.Records;

namespace Millrace.Coordination.Runtime;

/// <summary>The producer whose transaction a write belongs to, or none.</summary>
/// <param name="Id">Producer id, -1 for none.</param>
/// <param name="Epoch">Its epoch.</param>
/// <param name="Guard">What verification of the transaction gave, handed through to the append.</param>
public readonly record struct Producer(long Id, short Epoch, object? Guard = null)
{
    public static Producer None => new(BatchLayout.NoProducerId, BatchLayout.NoProducerEpoch);

    public bool IsPresent => Id != BatchLayout.NoProducerId;
}
