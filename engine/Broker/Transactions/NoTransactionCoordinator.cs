using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>A cluster in which nobody coordinates transactions: none can begin.</summary>
public sealed class NoTransactionCoordinator : ITransactionVerifier
{
    public void AddOrVerify(
        AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction transaction,
        Action<ErrorCode, AddPartitionsToTxnResponse.AddPartitionsToTxnResult?> answer) =>
        answer(ErrorCode.CoordinatorNotAvailable, null);
}
