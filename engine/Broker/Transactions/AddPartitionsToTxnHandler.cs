using System.Text;
using Millrace.Cluster;
using Millrace.Coordination.Runtime;
using Millrace.Coordination.Transactions;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using AskedTopic = Millrace.Protocol.Messages.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
using AskedTransaction = Millrace.Protocol.Messages.AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction;
using PartitionResult = Millrace.Protocol.Messages.AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult;
using TopicResult = Millrace.Protocol.Messages.AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult;
using TransactionResult = Millrace.Protocol.Messages.AddPartitionsToTxnResponse.AddPartitionsToTxnResult;

namespace Millrace.Broker;

/// <summary>
/// Adds partitions to transactions. Up to version 3 a producer asks, for itself; from 4 on brokers do, for producers
/// that write to them, for many transactions at a time, or only to verify (KIP-890).
/// </summary>
/// <param name="transactions">The coordinator.</param>
/// <param name="partitions">Which partitions there are.</param>
/// <param name="authorizer">Who may.</param>
/// <param name="waitMs">How long a producer's request waits for the end of the transaction before. A broker is told at
/// once: its write waits with a guard that the transaction's marker takes away, and has to begin anew.</param>
public sealed class AddPartitionsToTxnHandler(
    TransactionCoordinator transactions, PartitionTable partitions, IAuthorizer authorizer, int waitMs)
    : TransactionHandler(ApiKey.AddPartitionsToTxn, transactions, authorizer)
{
    private const short FirstOfBrokers = 4;

    protected internal override void Handle(ControlCall call)
    {
        AddPartitionsToTxnRequest request = (AddPartitionsToTxnRequest)call.Request;
        bool isOfBroker = call.Version >= FirstOfBrokers;
        if (isOfBroker && !Authorizer.AllowsCluster(Caller.Of(call), AclOperation.ClusterAction))
        {
            call.Complete(new AddPartitionsToTxnResponse { ErrorCode = (short)ErrorCode.ClusterAuthorizationFailed });
            return;
        }

        AskedTransaction[] asked = isOfBroker ? request.Transactions :
        [
            new()
            {
                TransactionalId = request.V3AndBelowTransactionalId,
                ProducerId = request.V3AndBelowProducerId,
                ProducerEpoch = request.V3AndBelowProducerEpoch,
                Topics = request.V3AndBelowTopics,
            },
        ];
        if (asked.Length == 0)
        {
            call.Complete(new AddPartitionsToTxnResponse());
            return;
        }

        AnswerBuilder answers = new(call, asked.Length);
        for (int index = 0; index < asked.Length; index++)
        {
            Handle(call, asked[index], index, answers);
        }
    }

    private void Handle(ControlCall call, AskedTransaction asked, int index, AnswerBuilder answers)
    {
        if (call.Version < FirstOfBrokers && !AllowsId(call, AclOperation.Write, asked.TransactionalId))
        {
            answers.Add(index, ResultOf(asked, _ => ErrorCode.TransactionalIdAuthorizationFailed));
            return;
        }

        List<TransactionPartition> wanted = [];
        List<ErrorCode> errors = [];
        bool isRefused = false;
        foreach (AskedTopic topic in asked.Topics)
        {
            ErrorCode topicError = CheckTopic(call, topic.Name, out TopicEntry? entry);
            foreach (int partition in topic.Partitions)
            {
                bool isMissing = topicError == ErrorCode.None && entry?.Find(partition) is null;
                ErrorCode error = isMissing ? ErrorCode.UnknownTopicOrPartition : topicError;
                isRefused |= error != ErrorCode.None;
                errors.Add(error);
                wanted.Add(new TransactionPartition(topic.Name, partition));
            }
        }

        if (isRefused)
        {
            // All or none: the good ones are not tried.
            answers.Add(
                index,
                ResultOf(asked, at => errors[at] == ErrorCode.None ? ErrorCode.OperationNotAttempted : errors[at]));
            return;
        }

        Ask(call, asked, wanted, result => answers.Add(index, result));
    }

    private void Ask(
        ControlCall call, AskedTransaction asked, List<TransactionPartition> wanted, Action<TransactionResult> answer)
    {
        Producer producer = new(asked.ProducerId, asked.ProducerEpoch);
        if (asked.VerifyOnly)
        {
            Transactions.VerifyPartitions(
                asked.TransactionalId, producer, wanted, errors => answer(ResultOf(asked, at => errors[at])));
            return;
        }

        Transactions.AddPartitions(
            asked.TransactionalId,
            producer,
            wanted,
            TransactionVersions.OfAddPartitions(call.Version),
            error => answer(ResultOf(asked, _ => (ErrorCode)CodeOf(call, error))),
            call.Version < FirstOfBrokers ? waitMs : 0);
    }

    /// <summary>A producer needs the right to write, and has none to write to internal topics.</summary>
    private ErrorCode CheckTopic(ControlCall call, string topic, out TopicEntry? entry)
    {
        entry = null;
        bool isAllowed = call.Version >= FirstOfBrokers
            || (!TopicName.IsInternal(topic)
                && Authorizer.Allows(
                    call.Session, AclOperation.Write, AclResourceType.Topic, Encoding.UTF8.GetBytes(topic)));
        if (isAllowed)
        {
            partitions.TryFind(topic, out entry);
        }

        return isAllowed ? ErrorCode.None : ErrorCode.TopicAuthorizationFailed;
    }

    /// <summary>A result with an error for each partition, in the order of the request.</summary>
    internal static TransactionResult ResultOf(AskedTransaction asked, Func<int, ErrorCode> errorAt)
    {
        int at = 0;
        return new TransactionResult
        {
            TransactionalId = asked.TransactionalId,
            TopicResults = Array.ConvertAll(asked.Topics, topic => new TopicResult
            {
                Name = topic.Name,
                ResultsByPartition = Array.ConvertAll(topic.Partitions, partition => new PartitionResult
                {
                    PartitionIndex = partition, PartitionErrorCode = (short)errorAt(at++),
                }),
            }),
        };
    }

    /// <summary>Puts the answers of many transactions together; they come from several loops.</summary>
    private sealed class AnswerBuilder(ControlCall call, int count)
    {
        private readonly TransactionResult[] results = new TransactionResult[count];
        private int missing = count;

        public void Add(int index, TransactionResult result)
        {
            results[index] = result;
            if (Interlocked.Decrement(ref missing) == 0)
            {
                call.Complete(call.Version >= FirstOfBrokers
                    ? new AddPartitionsToTxnResponse { ResultsByTransaction = results }
                    : new AddPartitionsToTxnResponse { ResultsByTopicV3AndBelow = results[0].TopicResults });
            }
        }
    }
}
