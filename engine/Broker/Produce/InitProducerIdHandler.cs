using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>
/// Gives idempotent producers their ids, out of blocks that the controller hands out. Requests that find the block used
/// up wait for the next one. On its event loop alone.
/// </summary>
public sealed class InitProducerIdHandler : ControlHandler
{
    private readonly EventLoop loop;
    private readonly IProducerIdBlocks blocks;
    private readonly IAuthorizer authorizer;
    private readonly PartitionTable partitions;
    private readonly Queue<ControlCall> waiting = new();
    private ProducerIdBlock block;
    private int used;
    private bool isAsking;

    public InitProducerIdHandler(
        EventLoop loop, IProducerIdBlocks blocks, PartitionTable partitions, IAuthorizer authorizer)
        : base(ApiKey.InitProducerId, loop)
    {
        this.loop = loop;
        this.blocks = blocks;
        this.partitions = partitions;
        this.authorizer = authorizer;
    }

    protected internal override void Handle(ControlCall call)
    {
        InitProducerIdRequest request = (InitProducerIdRequest)call.Request;
        ErrorCode error = Check(call, request);
        if (error != ErrorCode.None)
        {
            Refuse(call, error);
        }
        else if (used < block.Count)
        {
            Give(call);
        }
        else
        {
            waiting.Enqueue(call);
            Ask();
        }
    }

    private static void Refuse(ControlCall call, ErrorCode error) =>
        call.Complete(new InitProducerIdResponse { ErrorCode = (short)error });

    private ErrorCode Check(ControlCall call, InitProducerIdRequest request)
    {
        if (request.TransactionalId is not null)
        {
            // There is no transaction coordinator here: a client that knows which APIs are served does not come so far.
            return request.TransactionalId.Length == 0 ? ErrorCode.InvalidRequest : ErrorCode.UnsupportedVersion;
        }

        if (!MayBeIdempotent(call))
        {
            return ErrorCode.ClusterAuthorizationFailed;
        }

        return (request.ProducerId == -1) == (request.ProducerEpoch == -1)
            ? ErrorCode.None
            : ErrorCode.InvalidRequest;
    }

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

    private void Give(ControlCall call) =>
        call.Complete(new InitProducerIdResponse { ProducerId = block.First + used++, ProducerEpoch = 0 });

    private void Ask()
    {
        if (!isAsking)
        {
            isAsking = true;
            blocks.Request(answer => loop.Post(new BlockArrived(this, answer)));
        }
    }

    private void Take(ProducerIdBlock? arrived)
    {
        isAsking = false;
        if (arrived is { } fresh)
        {
            block = fresh;
            used = 0;
        }

        while (waiting.Count > 0 && used < block.Count)
        {
            Give(waiting.Dequeue());
        }

        if (arrived is not null && waiting.Count > 0)
        {
            Ask();
            return;
        }

        while (waiting.TryDequeue(out ControlCall? call))
        {
            // Clients try again after this one.
            Refuse(call, ErrorCode.CoordinatorLoadInProgress);
        }
    }

    private sealed class BlockArrived(InitProducerIdHandler handler, ProducerIdBlock? arrived) : LoopWork
    {
        protected internal override void Run(EventLoop loop) => handler.Take(arrived);
    }
}
