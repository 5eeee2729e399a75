namespace Millrace.Storage;

/// <summary>What the check of a producer's batch or marker says. Kafka's error code stands behind each.</summary>
public enum ProducerVerdict : byte
{
    /// <summary>May be appended.</summary>
    Accept,

    /// <summary>Was appended before: the answer is the offset that it got then, and no error.</summary>
    Duplicate,

    /// <summary>Its epoch is older than one seen before: INVALID_PRODUCER_EPOCH.</summary>
    OldEpoch,

    /// <summary>A gap or a step back in the sequence: OUT_OF_ORDER_SEQUENCE_NUMBER.</summary>
    OutOfOrder,

    /// <summary>
    /// A batch outside a transaction while the producer has one open, or one of a transaction that is not open here and
    /// not verified: INVALID_TXN_STATE.
    /// </summary>
    NotInTransaction,

    /// <summary>A marker by a coordinator that another has replaced: TRANSACTION_COORDINATOR_FENCED.</summary>
    OldCoordinator,
}
