namespace Millrace.Broker;

/// <summary>A block of producer ids that the controller gave to this broker.</summary>
/// <param name="First">The first id.</param>
/// <param name="Count">How many, at least one.</param>
public readonly record struct ProducerIdBlock(long First, int Count);

/// <summary>Port: the controller, which hands out blocks of producer ids.</summary>
public interface IProducerIdBlocks
{
    /// <summary>
    /// Asks for a block. The answer is given once, from any thread, now or later: the block, or null where none could
    /// be had.
    /// </summary>
    void Request(Action<ProducerIdBlock?> answer);
}
