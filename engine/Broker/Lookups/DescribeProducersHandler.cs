using System.Text;
using Millrace.Cluster;
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
                Partitions = DescribeTopic(call, topic),
            }),
        });
    }

    private Answer[] DescribeTopic(ControlCall call, DescribeProducersRequest.TopicRequest topic)
    {
        ErrorCode error = CheckTopic(call, topic.Name, out string? why, out TopicEntry? entry);
        return Array.ConvertAll(
            topic.PartitionIndexes,
            index => error == ErrorCode.None
                ? DescribePartition(entry!, index)
                : new Answer { PartitionIndex = index, ErrorCode = (short)error, ErrorMessage = why });
    }

    private ErrorCode CheckTopic(ControlCall call, string name, out string? why, out TopicEntry? entry)
    {
        entry = null;
        why = TopicName.WhyInvalid(name);
        if (why is not null)
        {
            return ErrorCode.InvalidTopicException;
        }

        bool mayRead = authorizer.Allows(
            call.Session, AclOperation.Read, AclResourceType.Topic, Encoding.UTF8.GetBytes(name));
        ErrorCode error = !mayRead ? ErrorCode.TopicAuthorizationFailed
            : !partitions.TryFind(name, out entry) ? ErrorCode.UnknownTopicOrPartition
            : ErrorCode.None;
        why = error == ErrorCode.None ? null : ErrorFacts.Of(error).Message;
        return error;
    }

    /// <summary>What is wrong with a partition alone has no text, as with Kafka.</summary>
    private static Answer DescribePartition(TopicEntry topic, int index)
    {
        Answer answer = new() { PartitionIndex = index };
        PartitionLog? log = null;
        ErrorCode error = topic.Find(index) is { } partition
            ? partition.Check(currentLeaderEpoch: -1, requiresLeader: true, out log)
            : ErrorCode.UnknownTopicOrPartition;
        if (error == ErrorCode.None)
        {
            answer.ActiveProducers = Array.ConvertAll(log!.DescribeProducers(), StateOf);
        }

        answer.ErrorCode = (short)error;
        return answer;
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
