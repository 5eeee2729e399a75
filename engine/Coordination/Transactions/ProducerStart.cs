using Millrace.Protocol;
using Millrace.Protocol.Records;

namespace Millrace.Coordination.Transactions;

/// <summary>What a producer is given to begin with, or why it is not.</summary>
/// <param name="Error">None, or what Kafka answers; the rest then is -1.</param>
/// <param name="ProducerId">Its id.</param>
/// <param name="Epoch">Its epoch.</param>
public readonly record struct ProducerStart(ErrorCode Error, long ProducerId, short Epoch)
{
    public static ProducerStart Failed(ErrorCode error) =>
        new(error, BatchLayout.NoProducerId, BatchLayout.NoProducerEpoch);
}

/// <summary>What a producer says about itself when it begins.</summary>
/// <param name="TransactionalId">Not null; an empty one is refused.</param>
/// <param name="TimeoutMs">Of its transactions.</param>
public readonly record struct ProducerStartRequest(string TransactionalId, int TimeoutMs)
{
    /// <summary>The id and epoch that it had, where it goes on after an error (KIP-360).</summary>
    public (long ProducerId, short Epoch)? Expected { get; init; }

    /// <summary>Its transactions are to have no timeout (KIP-939).</summary>
    public bool EnablesTwoPhase { get; init; }

    /// <summary>It wants a prepared transaction left open (KIP-939).</summary>
    public bool KeepsPrepared { get; init; }
}
