namespace Millrace.Loadgen;

/// <summary>What a broker knows an idempotent or transactional producer by.</summary>
/// <param name="Id">-1 for a producer that is neither.</param>
/// <param name="Epoch">-1 with it.</param>
/// <param name="IsTransactional">Whether its batches belong to transactions.</param>
internal readonly record struct ProducerIdentity(long Id, short Epoch, bool IsTransactional)
{
    public static ProducerIdentity None => new(-1, -1, false);
}
