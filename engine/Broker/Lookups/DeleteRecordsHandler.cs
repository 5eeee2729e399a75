using System.Text;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Storage;
using Answer = Millrace.Protocol.Messages.DeleteRecordsResponse.DeleteRecordsPartitionResult;
using Asked = Millrace.Protocol.Messages.DeleteRecordsRequest.DeleteRecordsPartition;

namespace Millrace.Broker;

/// <summary>Moves the start of logs forward; what lies before goes with the next retention.</summary>
public sealed class DeleteRecordsHandler : ControlHandler
{
    /// <summary>Stands for "as far as consumers can see".</summary>
    private const long HighWatermark = -1;

    private readonly PartitionTable partitions;
    private readonly IAuthorizer authorizer;

    public DeleteRecordsHandler(EventLoop loop, PartitionTable partitions, IAuthorizer authorizer)
        : base(ApiKey.DeleteRecords, loop)
    {
        this.partitions = partitions;
        this.authorizer = authorizer;
    }

    protected internal override void Handle(ControlCall call)
    {
        DeleteRecordsRequest request = (DeleteRecordsRequest)call.Request;
        call.Complete(new DeleteRecordsResponse
        {
            Topics = Array.ConvertAll(request.Topics, topic => new DeleteRecordsResponse.DeleteRecordsTopicResult
            {
                Name = topic.Name,
                Partitions = Array.ConvertAll(topic.Partitions, asked => AnswerOne(call, topic.Name, asked)),
            }),
        });
    }

    private Answer AnswerOne(ControlCall call, string topic, Asked asked)
    {
        Answer answer = new() { PartitionIndex = asked.PartitionIndex, LowWatermark = -1 };
        answer.ErrorCode = (short)Delete(call, topic, asked, answer);
        return answer;
    }

    private ErrorCode Delete(ControlCall call, string topic, Asked asked, Answer answer)
    {
        if (!authorizer.Allows(call.Session, AclOperation.Delete, AclResourceType.Topic, Encoding.UTF8.GetBytes(topic)))
        {
            return ErrorCode.TopicAuthorizationFailed;
        }

        Partition? partition = partitions.TryFind(topic, out TopicEntry? entry)
            ? entry.Find(asked.PartitionIndex)
            : null;
        if (partition is null)
        {
            return ErrorCode.UnknownTopicOrPartition;
        }

        if (entry!.IsInternal)
        {
            return ErrorCode.InvalidTopicException;
        }

        ErrorCode error = partition.Check(currentLeaderEpoch: -1, requiresLeader: true, out PartitionLog? log);
        if (error != ErrorCode.None)
        {
            return error;
        }

        if (!entry.Config.IsDeleted)
        {
            // What compaction alone is to clean, nobody may cut off.
            return ErrorCode.PolicyViolation;
        }

        long offset = asked.Offset == HighWatermark ? log!.HighWatermark : asked.Offset;
        error = offset < 0 ? ErrorCode.OffsetOutOfRange : log!.AdvanceLogStart(offset);
        answer.LowWatermark = error == ErrorCode.None ? log!.LogStartOffset : -1;
        return error;
    }
}
