using Millrace.Coordination.Runtime;
using Millrace.Coordination.Transactions;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>Commits or aborts a transaction: answered when the outcome is committed, before its markers are.</summary>
public sealed class EndTxnHandler(TransactionCoordinator transactions, IAuthorizer authorizer)
    : TransactionHandler(ApiKey.EndTxn, transactions, authorizer)
{
    protected internal override void Handle(ControlCall call)
    {
        EndTxnRequest request = (EndTxnRequest)call.Request;
        if (!AllowsId(call, AclOperation.Write, request.TransactionalId))
        {
            Answer(call, ProducerStart.Failed(ErrorCode.TransactionalIdAuthorizationFailed));
            return;
        }

        Transactions.End(
            request.TransactionalId,
            new Producer(request.ProducerId, request.ProducerEpoch),
            request.Committed,
            TransactionVersions.OfEndTxn(call.Version),
            next => Answer(call, next));
    }

    private static void Answer(ControlCall call, ProducerStart next) => call.Complete(new EndTxnResponse
    {
        ErrorCode = CodeOf(call, next.Error), ProducerId = next.ProducerId, ProducerEpoch = next.Epoch,
    });
}
