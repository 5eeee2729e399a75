using System.Text;
using Millrace.Coordination.Transactions;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Described = Millrace.Protocol.Messages.DescribeTransactionsResponse.TransactionStateData;

namespace Millrace.Broker;

/// <summary>Tells of transactional ids: state, producer, and the partitions of what is open.</summary>
public sealed class DescribeTransactionsHandler(TransactionCoordinator transactions, IAuthorizer authorizer)
    : TransactionHandler(ApiKey.DescribeTransactions, transactions, authorizer)
{
    protected internal override void Handle(ControlCall call)
    {
        string[] ids = ((DescribeTransactionsRequest)call.Request).TransactionalIds;
        string[] allowed = Array.FindAll(ids, id => AllowsId(call, AclOperation.Describe, id));
        Transactions.Describe(allowed, found => call.Complete(new DescribeTransactionsResponse
        {
            TransactionStates = Array.ConvertAll(
                ids,
                id => Find(found, id) is { } described ? Show(call, described) : new Described
                {
                    TransactionalId = id, ErrorCode = (short)ErrorCode.TransactionalIdAuthorizationFailed,
                }),
        }));
    }

    private static Described? Find(IReadOnlyList<Described> found, string id) =>
        found.FirstOrDefault(described => described.TransactionalId == id);

    private Described Show(ControlCall call, Described described)
    {
        described.Topics = Array.FindAll(
            described.Topics,
            topic => Authorizer.Allows(
                call.Session, AclOperation.Describe, AclResourceType.Topic, Encoding.UTF8.GetBytes(topic.Topic)));
        return described;
    }
}
