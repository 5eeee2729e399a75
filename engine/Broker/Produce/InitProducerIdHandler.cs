using System.Text;
using Millrace.Coordination.Transactions;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>
/// Gives producers their ids: an idempotent one any that is free, a transactional one that of its transactional id,
/// from the transaction coordinator.
/// </summary>
public sealed class InitProducerIdHandler : ControlHandler
{
    private const short FirstWithFenced = 4;

    private readonly ProducerIdPool producerIds;
    private readonly TransactionCoordinator transactions;
    private readonly IAuthorizer authorizer;
    private readonly PartitionTable partitions;

    /// <param name="loop">Where requests are checked.</param>
    /// <param name="producerIds">Ids that nobody has.</param>
    /// <param name="transactions">The coordinator.</param>
    /// <param name="partitions">Which topics there are.</param>
    /// <param name="authorizer">Who may.</param>
    public InitProducerIdHandler(
        EventLoop loop, ProducerIdPool producerIds, TransactionCoordinator transactions, PartitionTable partitions,
        IAuthorizer authorizer)
        : base(ApiKey.InitProducerId, loop)
    {
        this.producerIds = producerIds;
        this.transactions = transactions;
        this.partitions = partitions;
        this.authorizer = authorizer;
    }

    protected internal override void Handle(ControlCall call)
    {
        InitProducerIdRequest request = (InitProducerIdRequest)call.Request;
        ErrorCode error = Check(call, request);
        if (error != ErrorCode.None)
        {
            Answer(call, ProducerStart.Failed(error));
        }
        else if (request.TransactionalId is null)
        {
            producerIds.Take(taken => Answer(call, taken is { } producerId
                ? new ProducerStart(ErrorCode.None, producerId, 0)
                : ProducerStart.Failed(ErrorCode.CoordinatorLoadInProgress)));
        }
        else
        {
            transactions.Start(
                new ProducerStartRequest(request.TransactionalId, request.TransactionTimeoutMs)
                {
                    Expected = request.ProducerId == -1 ? null : (request.ProducerId, request.ProducerEpoch),
                    EnablesTwoPhase = request.Enable2Pc,
                    KeepsPrepared = request.KeepPreparedTxn,
                },
                start => Answer(call, start));
        }
    }

    private static void Answer(ControlCall call, ProducerStart start)
    {
        ErrorCode error = start.Error == ErrorCode.ProducerFenced && call.Version < FirstWithFenced
            ? ErrorCode.InvalidProducerEpoch
            : start.Error;
        call.Complete(new InitProducerIdResponse
        {
            ErrorCode = (short)error, ProducerId = start.ProducerId, ProducerEpoch = start.Epoch,
        });
    }

    private ErrorCode Check(ControlCall call, InitProducerIdRequest request)
    {
        if (request.TransactionalId is null)
        {
            if (!MayBeIdempotent(call))
            {
                return ErrorCode.ClusterAuthorizationFailed;
            }
        }
        else if (!Allows(call, AclOperation.Write, request.TransactionalId)
            || (request.Enable2Pc && !Allows(call, AclOperation.TwoPhaseCommit, request.TransactionalId)))
        {
            return ErrorCode.TransactionalIdAuthorizationFailed;
        }

        return (request.ProducerId == -1) == (request.ProducerEpoch == -1)
            ? ErrorCode.None
            : ErrorCode.InvalidRequest;
    }

    private bool Allows(ControlCall call, AclOperation operation, string transactionalId) => authorizer.Allows(
        call.Session, operation, AclResourceType.TransactionalId, Encoding.UTF8.GetBytes(transactionalId));

    /// <summary>Whoever may write to any topic may do so idempotently (KIP-679).</summary>
    private bool MayBeIdempotent(ControlCall call)
    {
        if (authorizer.Allows(
            call.Session, AclOperation.IdempotentWrite, AclResourceType.Cluster, IAuthorizer.ClusterName))
        {
            return true;
        }

        foreach (TopicEntry topic in partitions.Topics)
        {
            if (authorizer.Allows(call.Session, AclOperation.Write, AclResourceType.Topic, topic.Utf8Name))
            {
                return true;
            }
        }

        return false;
    }
}
