using System.Text;
using Millrace.Coordination.Transactions;
using Millrace.Protocol;

namespace Millrace.Broker;

/// <summary>
/// Serves an API of the transaction coordinator: decoded and authorised on the reactor, decided on the loop of the id's
/// partition, encoded there, and sent by the reactor.
/// </summary>
/// <param name="apiKey">The API.</param>
/// <param name="transactions">The coordinator.</param>
/// <param name="authorizer">Who may.</param>
public abstract class TransactionHandler(ApiKey apiKey, TransactionCoordinator transactions, IAuthorizer authorizer)
    : ControlHandler(apiKey, loop: null)
{
    // Of AddPartitionsToTxn, AddOffsetsToTxn and EndTxn alike.
    private const short FirstWithFenced = 2;

    protected TransactionCoordinator Transactions { get; } = transactions;

    protected IAuthorizer Authorizer { get; } = authorizer;

    protected bool AllowsId(ControlCall call, AclOperation operation, string transactionalId) => Authorizer.Allows(
        call.Session, operation, AclResourceType.TransactionalId, Encoding.UTF8.GetBytes(transactionalId));

    /// <summary>Clients of before PRODUCER_FENCED (KIP-588) are told what they know.</summary>
    protected static short CodeOf(ControlCall call, ErrorCode error) =>
        (short)(error == ErrorCode.ProducerFenced && call.Version < FirstWithFenced
            ? ErrorCode.InvalidProducerEpoch
            : error);
}
