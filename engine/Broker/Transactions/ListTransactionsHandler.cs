using Millrace.Coordination.Transactions;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>Lists the transactional ids that are coordinated here and that the client may see.</summary>
public sealed class ListTransactionsHandler(TransactionCoordinator transactions, IAuthorizer authorizer)
    : TransactionHandler(ApiKey.ListTransactions, transactions, authorizer)
{
    protected internal override void Handle(ControlCall call) =>
        Transactions.List((ListTransactionsRequest)call.Request, response =>
        {
            response.TransactionStates = Array.FindAll(
                response.TransactionStates, state => AllowsId(call, AclOperation.Describe, state.TransactionalId));
            call.Complete(response);
        });
}
