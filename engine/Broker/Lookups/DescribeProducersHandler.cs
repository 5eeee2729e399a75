using System.Text;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Storage;
using Answer = Millrace.Protocol.Messages.DescribeProducersResponse.PartitionResponse;

namespace Millrace.Broker;

/// <summary>The producers that a partition knows, and their open transactions.</summary>
public sealed class DescribeProducersHandler : ControlHandler
{
    private readonly PartitionTable partitions;
    private readonly IAuthorizer authorizer;

    public DescribeProducersHandler(EventLoop loop, PartitionTable partitions, IAuthorizer authorizer)
        : base(ApiKey.DescribeProducers, loop)
    {
        this.partitions = partitions;
        this.authorizer = authorizer;
    }

    protected internal override void Handle(ControlCall call)
    {
        DescribeProducersRequest request = (DescribeProducersRequest)call.Request;
        call.Complete(new DescribeProducersResponse
        {
            Topics = Array.ConvertAll(request.Topics, topic => new DescribeProducersResponse.TopicResponse
            {
                Name = topic.Name,
                Partitions = Array.ConvertAll(topic.PartitionIndexes, index => AnswerOne(call, topic.Name, index)),
            }),
        });
    }

    private Answer AnswerOne(ControlCall call, string topic, int index)
    {
        Answer answer = new() { PartitionIndex = index };
        ErrorCode error = Describe(call, topic, index, answer);
        answer.ErrorCode = (short)error;
        answer.ErrorMessage = error == ErrorCode.None ? null : ErrorFacts.Of(error).Message;
        return answer;
    }

    private ErrorCode Describe(ControlCall call, string topic, int index, Answer answer)
    {
        if (!authorizer.Allows(call.Session, AclOperation.Read, AclResourceType.Topic, Encoding.UTF8.GetBytes(topic)))
        {
            return ErrorCode.TopicAuthorizationFailed;
        }

        Partition? partition = partitions.TryFind(topic, out TopicEntry? entry) ? entry.Find(index) : null;
        if (partition is null)
        {
            return ErrorCode.UnknownTopicOrPartition;
        }

        ErrorCode error = partition.Check(currentLeaderEpoch: -1, requiresLeader: true, out PartitionLog? log);
        if (error == ErrorCode.None)
        {
            answer.ActiveProducers = Array.ConvertAll(log!.DescribeProducers(), StateOf);
        }

        return error;
    }

    private static DescribeProducersResponse.ProducerState StateOf(ProducerSnapshotEntry producer) => new()
    {
        ProducerId = producer.ProducerId,
        ProducerEpoch = producer.ProducerEpoch,
        LastSequence = producer.LastSequence,
        LastTimestamp = producer.Timestamp,
        CoordinatorEpoch = producer.CoordinatorEpoch,
        CurrentTxnStartOffset = producer.CurrentTransactionFirstOffset,
    };
}
