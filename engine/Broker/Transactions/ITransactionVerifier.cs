using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>Port: the coordinator of a transactional id, wherever it is, as partition leaders speak to it.</summary>
public interface ITransactionVerifier
{
    /// <summary>
    /// Adds partitions to a producer's transaction, or, for <c>VerifyOnly</c>, looks whether they are part of it, as
    /// AddPartitionsToTxn of brokers does. Any thread; does not block.
    /// </summary>
    /// <param name="transaction">Whose, and which partitions.</param>
    /// <param name="answer">
    /// Told once, from any thread, or before this returns: the error of the request as a whole
    /// (COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR …), or None and a result for each partition.
    /// </param>
    void AddOrVerify(
        AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction transaction,
        Action<ErrorCode, AddPartitionsToTxnResponse.AddPartitionsToTxnResult?> answer);

    /// <summary>
    /// Waits for the end of a transaction that is being ended: what was answered CONCURRENT_TRANSACTIONS may be asked
    /// again then. Any thread; does not block.
    /// </summary>
    /// <param name="transactionalId">Whose.</param>
    /// <param name="waitMs">For so long at the most.</param>
    /// <param name="done">Told once, from any thread, or before this returns.</param>
    void AwaitEnd(string transactionalId, int waitMs, Action done);
}
