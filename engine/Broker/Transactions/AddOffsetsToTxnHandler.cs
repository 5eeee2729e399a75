using System.Text;
using Millrace.Coordination.Groups;
using Millrace.Coordination.Runtime;
using Millrace.Coordination.Transactions;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>Makes a group's offsets part of a transaction, by way of their partition.</summary>
/// <param name="transactions">The coordinator.</param>
/// <param name="groups">Whose offsets these are.</param>
/// <param name="authorizer">Who may.</param>
/// <param name="waitMs">How long to wait for the end of the transaction before.</param>
public sealed class AddOffsetsToTxnHandler(
    TransactionCoordinator transactions, GroupCoordinator groups, IAuthorizer authorizer, int waitMs)
    : TransactionHandler(ApiKey.AddOffsetsToTxn, transactions, authorizer)
{
    protected internal override void Handle(ControlCall call)
    {
        AddOffsetsToTxnRequest request = (AddOffsetsToTxnRequest)call.Request;
        if (!AllowsId(call, AclOperation.Write, request.TransactionalId))
        {
            Answer(call, ErrorCode.TransactionalIdAuthorizationFailed);
        }
        else if (!Authorizer.Allows(
            call.Session, AclOperation.Read, AclResourceType.Group, Encoding.UTF8.GetBytes(request.GroupId)))
        {
            Answer(call, ErrorCode.GroupAuthorizationFailed);
        }
        else
        {
            // Even clients of transaction version 2 add offsets by their commit alone, so whoever asks is an older one.
            Transactions.AddPartitions(
                request.TransactionalId,
                new Producer(request.ProducerId, request.ProducerEpoch),
                [new TransactionPartition(InternalTopics.ConsumerOffsets, groups.PartitionOf(request.GroupId))],
                TransactionVersions.Classic,
                error => Answer(call, error),
                waitMs);
        }
    }

    private static void Answer(ControlCall call, ErrorCode error) =>
        call.Complete(new AddOffsetsToTxnResponse { ErrorCode = CodeOf(call, error) });
}
