using System.Text;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Storage;
using Answer = Millrace.Protocol.Messages.OffsetForLeaderEpochResponse.EpochEndOffset;
using Asked = Millrace.Protocol.Messages.OffsetForLeaderEpochRequest.OffsetForLeaderPartition;

namespace Millrace.Broker;

/// <summary>
/// Tells where a leader epoch ends, so that a consumer or follower finds out where its log parted from ours.
/// </summary>
public sealed class OffsetForLeaderEpochHandler : ControlHandler
{
    private readonly PartitionTable partitions;
    private readonly IAuthorizer authorizer;

    public OffsetForLeaderEpochHandler(EventLoop loop, PartitionTable partitions, IAuthorizer authorizer)
        : base(ApiKey.OffsetForLeaderEpoch, loop)
    {
        this.partitions = partitions;
        this.authorizer = authorizer;
    }

    protected internal override void Handle(ControlCall call)
    {
        OffsetForLeaderEpochRequest request = (OffsetForLeaderEpochRequest)call.Request;
        call.Complete(new OffsetForLeaderEpochResponse
        {
            Topics = Array.ConvertAll(
                request.Topics,
                topic => new OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult
                {
                    Topic = topic.Topic,
                    Partitions = Array.ConvertAll(topic.Partitions, asked => AnswerOne(call, topic.Topic, asked)),
                }),
        });
    }

    private Answer AnswerOne(ControlCall call, string topic, Asked asked)
    {
        Answer answer = new() { Partition = asked.Partition };
        answer.ErrorCode = (short)Find(call, topic, asked, answer);
        return answer;
    }

    private ErrorCode Find(ControlCall call, string topic, Asked asked, Answer answer)
    {
        if (!authorizer.Allows(
            call.Session, AclOperation.Describe, AclResourceType.Topic, Encoding.UTF8.GetBytes(topic)))
        {
            return ErrorCode.TopicAuthorizationFailed;
        }

        Partition? partition = partitions.TryFind(topic, out TopicEntry? entry) ? entry.Find(asked.Partition) : null;
        if (partition is null)
        {
            return ErrorCode.UnknownTopicOrPartition;
        }

        ErrorCode error = partition.Check(asked.CurrentLeaderEpoch, requiresLeader: true, out PartitionLog? log);
        if (error == ErrorCode.None)
        {
            EpochEnd end = log!.EndOfEpoch(asked.LeaderEpoch);
            answer.LeaderEpoch = end.Epoch;
            answer.EndOffset = end.EndOffset;
        }

        return error;
    }
}
