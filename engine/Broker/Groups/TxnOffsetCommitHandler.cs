using System.Text;
using Millrace.Base;
using Millrace.Coordination.Groups;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Storage;
using Answer = Millrace.Protocol.Messages.TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition;
using AnswerTopic = Millrace.Protocol.Messages.TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic;
using Asked = Millrace.Protocol.Messages.TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition;
using AskedTopic = Millrace.Protocol.Messages.TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic;
using Transaction = Millrace.Protocol.Messages.AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction;
using TransactionResult = Millrace.Protocol.Messages.AddPartitionsToTxnResponse.AddPartitionsToTxnResult;

namespace Millrace.Broker;

/// <summary>
/// Commits offsets within a producer's transaction: they count once it is committed. As with Produce, the coordinator
/// of the transaction has to know that the group's offsets are part of it, and is asked the first time (KIP-890).
/// </summary>
public sealed class TxnOffsetCommitHandler : GroupHandler
{
    private const short FirstWithIds = 6;

    // Before this version clients take COORDINATOR_LOAD_IN_PROGRESS as final.
    private const short FirstKnowingLoads = 2;

    private readonly PartitionTable partitions;
    private readonly TransactionGate gate;
    private readonly IClock clock;
    private readonly TopicLookup topics;

    /// <param name="groups">The group coordinator.</param>
    /// <param name="partitions">What is there.</param>
    /// <param name="gate">What a transaction has to pass before it begins on a partition of offsets.</param>
    /// <param name="authorizer">Who may.</param>
    /// <param name="clock">For the age of verifications.</param>
    public TxnOffsetCommitHandler(
        GroupCoordinator groups, PartitionTable partitions, TransactionGate gate, IAuthorizer authorizer, IClock clock)
        : base(ApiKey.TxnOffsetCommit, groups, authorizer)
    {
        this.partitions = partitions;
        this.gate = gate;
        this.clock = clock;
        topics = new TopicLookup(partitions, authorizer, AclOperation.Read);
    }

    protected internal override void Handle(ControlCall call)
    {
        TxnOffsetCommitRequest request = (TxnOffsetCommitRequest)call.Request;
        ErrorCode refusal = Refusal(call, request);
        if (refusal != ErrorCode.None)
        {
            Complete(call, OffsetAnswers.Failed(request, refusal), []);
            return;
        }

        List<AnswerTopic> refused = [];
        List<AskedTopic> accepted = [];
        foreach (AskedTopic topic in request.Topics)
        {
            Sort(call, topic, accepted, refused);
        }

        request.Topics = [.. accepted];
        if (accepted.Count == 0)
        {
            Complete(call, new TxnOffsetCommitResponse(), refused);
            return;
        }

        Verify(call, request, refused);
    }

    private ErrorCode Refusal(ControlCall call, TxnOffsetCommitRequest request)
    {
        byte[] id = Encoding.UTF8.GetBytes(request.TransactionalId);
        return !Authorizer.Allows(call.Session, AclOperation.Write, AclResourceType.TransactionalId, id)
            ? ErrorCode.TransactionalIdAuthorizationFailed
            : !AllowsGroup(call, AclOperation.Read, request.GroupId) ? ErrorCode.GroupAuthorizationFailed
            : request.GroupId.Length == 0 ? ErrorCode.InvalidGroupId
            : ErrorCode.None;
    }

    /// <summary>Takes the partitions of a topic that are there, and refuses the others.</summary>
    private void Sort(ControlCall call, AskedTopic asked, List<AskedTopic> accepted, List<AnswerTopic> refused)
    {
        ErrorCode error = topics.Find(
            call.Session, call.Version >= FirstWithIds, ref asked.Name, ref asked.TopicId, out TopicEntry? topic);
        Asked[] known = topic is null
            ? []
            : Array.FindAll(asked.Partitions, partition => topic.Find(partition.PartitionIndex) is not null);
        if (known.Length < asked.Partitions.Length)
        {
            Asked[] missing = Array.FindAll(
                asked.Partitions, partition => topic?.Find(partition.PartitionIndex) is null);
            error = error == ErrorCode.None ? ErrorCode.UnknownTopicOrPartition : error;
            refused.Add(new AnswerTopic
            {
                Name = asked.Name,
                TopicId = asked.TopicId,
                Partitions = Array.ConvertAll(
                    missing,
                    partition => new Answer
                    {
                        PartitionIndex = partition.PartitionIndex, ErrorCode = (short)error,
                    }),
            });
        }

        if (known.Length > 0)
        {
            asked.Partitions = known;
            accepted.Add(asked);
        }
    }

    /// <summary>
    /// Has the transaction's coordinator asked, unless the transaction is open on the group's partition already.
    /// </summary>
    private void Verify(ControlCall call, TxnOffsetCommitRequest request, List<AnswerTopic> refused)
    {
        TransactionClient client = TransactionClients.OfTxnOffsetCommit(call.Version);
        int index = Groups.PartitionOf(request.GroupId);
        Partition? partition =
            partitions.TryFind(InternalTopics.ConsumerOffsets, out TopicEntry? topic) ? topic.Find(index) : null;
        VerificationGuard guard = default;
        if (partition is not null && (gate.Verifies || client == TransactionClient.RaisesEpoch))
        {
            ErrorCode error = partition.BeginVerification(
                request.ProducerId,
                request.ProducerEpoch,
                firstSequence: -1,
                client == TransactionClient.RaisesEpoch,
                clock.WallMs,
                out guard);
            if (error != ErrorCode.None)
            {
                error = error == ErrorCode.InvalidProducerEpoch ? error : ErrorCode.NotCoordinator;
                Complete(call, OffsetAnswers.Failed(request, error), refused);
                return;
            }
        }

        if (guard.IsNone)
        {
            Commit(call, request, guard, refused);
            return;
        }

        Transaction transaction = new()
        {
            TransactionalId = request.TransactionalId,
            ProducerId = request.ProducerId,
            ProducerEpoch = request.ProducerEpoch,
            VerifyOnly = client != TransactionClient.RaisesEpoch,
            Topics =
            [
                new AddPartitionsToTxnRequest.AddPartitionsToTxnTopic
                {
                    Name = InternalTopics.ConsumerOffsets, Partitions = [index],
                },
            ],
        };
        gate.Verifier.AddOrVerify(transaction, (failure, result) =>
        {
            ErrorCode error = failure != ErrorCode.None
                ? TransactionClients.OfRequest(failure)
                : client.OfPartition(ErrorOf(result!));
            if (error == ErrorCode.None)
            {
                Commit(call, request, guard, refused);
                return;
            }

            error = error == ErrorCode.NetworkException ? ErrorCode.CoordinatorLoadInProgress : error;
            Complete(call, OffsetAnswers.Failed(request, error), refused);
        });
    }

    /// <summary>The one partition that was asked about.</summary>
    private static ErrorCode ErrorOf(TransactionResult result) =>
        result.TopicResults is [{ ResultsByPartition: [{ } only] }]
            ? (ErrorCode)only.PartitionErrorCode
            : ErrorCode.None;

    private void Commit(
        ControlCall call, TxnOffsetCommitRequest request, VerificationGuard guard, List<AnswerTopic> refused) =>
        Groups.CommitOffsets(
            ClientOf(call),
            request,
            new TransactionProof(gate.Verifies, guard),
            response => Complete(call, response, refused));

    /// <summary>A topic of which one part was refused is told of once.</summary>
    private static void Complete(ControlCall call, TxnOffsetCommitResponse response, List<AnswerTopic> refused)
    {
        List<AnswerTopic> merged = [.. refused];
        foreach (AnswerTopic topic in response.Topics)
        {
            if (refused.Find(other => other.Name == topic.Name && other.TopicId == topic.TopicId) is { } same)
            {
                same.Partitions = [.. same.Partitions, .. topic.Partitions];
            }
            else
            {
                merged.Add(topic);
            }
        }

        response.Topics = [.. merged];
        if (call.Version < FirstKnowingLoads)
        {
            foreach (Answer partition in response.Topics.SelectMany(topic => topic.Partitions))
            {
                partition.ErrorCode = partition.ErrorCode == (short)ErrorCode.CoordinatorLoadInProgress
                    ? (short)ErrorCode.CoordinatorNotAvailable
                    : partition.ErrorCode;
            }
        }

        call.Complete(response);
    }
}
