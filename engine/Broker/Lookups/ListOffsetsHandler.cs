using System.Text;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Storage;
using Answer = Millrace.Protocol.Messages.ListOffsetsResponse.ListOffsetsPartitionResponse;
using Asked = Millrace.Protocol.Messages.ListOffsetsRequest.ListOffsetsPartition;

namespace Millrace.Broker;

/// <summary>
/// Offsets by timestamp, and by the negative timestamps that stand for places of the log. A look-up by time reads the
/// disk, so it is on an event loop; the ends of logs, which consumers ask for all the time, are told on the reactor.
/// </summary>
public sealed class ListOffsetsHandler : ControlHandler
{
    private const int Consumer = -1;
    private const int AnyReplica = -2;
    private const short FirstWithLeaderEpoch = 4;
    private const short FirstWithOffsetNotAvailable = 5;

    private readonly PartitionTable partitions;
    private readonly IAuthorizer authorizer;

    public ListOffsetsHandler(EventLoop loop, PartitionTable partitions, IAuthorizer authorizer)
        : base(ApiKey.ListOffsets, loop)
    {
        this.partitions = partitions;
        this.authorizer = authorizer;
    }

    protected override EventLoop? LoopFor(IMessage request)
    {
        foreach (ListOffsetsRequest.ListOffsetsTopic topic in ((ListOffsetsRequest)request).Topics)
        {
            foreach (Asked asked in topic.Partitions)
            {
                if (asked.Timestamp is >= 0 or LookUpTimestamps.Max)
                {
                    return base.LoopFor(request);
                }
            }
        }

        return null;
    }

    protected internal override void Handle(ControlCall call)
    {
        ListOffsetsRequest request = (ListOffsetsRequest)call.Request;
        HashSet<(string, int)> seen = [];
        HashSet<(string, int)> repeated = [];
        foreach (ListOffsetsRequest.ListOffsetsTopic topic in request.Topics)
        {
            foreach (Asked asked in topic.Partitions)
            {
                if (!seen.Add((topic.Name, asked.PartitionIndex)))
                {
                    repeated.Add((topic.Name, asked.PartitionIndex));
                }
            }
        }

        call.Complete(new ListOffsetsResponse
        {
            Topics = Array.ConvertAll(request.Topics, topic => new ListOffsetsResponse.ListOffsetsTopicResponse
            {
                Name = topic.Name,
                Partitions = AnswerTopic(call, request, topic, repeated),
            }),
        });
    }

    private Answer[] AnswerTopic(
        ControlCall call,
        ListOffsetsRequest request,
        ListOffsetsRequest.ListOffsetsTopic topic,
        HashSet<(string, int)> repeated)
    {
        bool mayDescribe = authorizer.Allows(
            call.Session, AclOperation.Describe, AclResourceType.Topic, Encoding.UTF8.GetBytes(topic.Name));
        Answer[] answers = new Answer[topic.Partitions.Length];
        for (int index = 0; index < answers.Length; index++)
        {
            Asked asked = topic.Partitions[index];
            Answer answer = new() { PartitionIndex = asked.PartitionIndex };
            ErrorCode error = !mayDescribe ? ErrorCode.TopicAuthorizationFailed
                : call.Version > 0 && repeated.Contains((topic.Name, asked.PartitionIndex)) ? ErrorCode.InvalidRequest
                : !LookUpTimestamps.IsKnown(asked.Timestamp, call.Version) ? ErrorCode.UnsupportedVersion
                : LookUp(call.Version, request, topic.Name, asked, answer);
            answer.ErrorCode = (short)error;
            answers[index] = answer;
        }

        return answers;
    }

    private ErrorCode LookUp(short version, ListOffsetsRequest request, string topic, Asked asked, Answer answer)
    {
        Partition? partition = partitions.TryFind(topic, out TopicEntry? entry)
            ? entry.Find(asked.PartitionIndex)
            : null;
        if (partition is null)
        {
            return ErrorCode.UnknownTopicOrPartition;
        }

        ErrorCode error = partition.Check(
            asked.CurrentLeaderEpoch, requiresLeader: request.ReplicaId != AnyReplica, out PartitionLog? log);
        if (error != ErrorCode.None)
        {
            return error;
        }

        if (version == 0)
        {
            answer.OldStyleOffsets = OldOffsets.Before(
                log!, asked.Timestamp, asked.MaxNumOffsets, request.ReplicaId == Consumer);
            return ErrorCode.None;
        }

        ReadBound bound = request.ReplicaId != Consumer ? ReadBound.LogEnd
            : request.IsolationLevel == 1 ? ReadBound.LastStable
            : ReadBound.HighWatermark;
        error = Find(partition, log!, asked.Timestamp, bound, answer);
        if (version < FirstWithLeaderEpoch)
        {
            answer.LeaderEpoch = -1;
        }

        return error == ErrorCode.OffsetNotAvailable && version < FirstWithOffsetNotAvailable
            ? ErrorCode.LeaderNotAvailable
            : error;
    }

    private static ErrorCode Find(Partition partition, PartitionLog log, long timestamp, ReadBound bound, Answer answer)
    {
        // A new leader does not know yet how far its predecessor had let consumers read.
        bool lags = bound != ReadBound.LogEnd && partition.EpochStartOffset > log.HighWatermark;
        OffsetFound found;
        switch (timestamp)
        {
            case LookUpTimestamps.Latest:
                if (lags)
                {
                    return ErrorCode.OffsetNotAvailable;
                }

                found = log.FindLatest(bound) with { LeaderEpoch = partition.Leadership.LeaderEpoch };
                break;
            case LookUpTimestamps.Earliest:
                found = log.FindEarliest();
                break;
            case LookUpTimestamps.EarliestLocal:
                found = log.FindEarliestLocal();
                break;
            case LookUpTimestamps.LatestTiered or LookUpTimestamps.EarliestPendingUpload:
                // Nothing is ever in another tier.
                found = OffsetFound.None;
                break;
            default:
                found = timestamp == LookUpTimestamps.Max ? log.FindMaxTimestamp() : log.FindByTimestamp(timestamp);
                if (found.Error == IoError.None && (found.Offset < 0 || found.Offset >= log.FindLatest(bound).Offset))
                {
                    found = OffsetFound.None;
                    if (lags)
                    {
                        return ErrorCode.OffsetNotAvailable;
                    }
                }

                break;
        }

        if (found.Error != IoError.None)
        {
            return ErrorCode.KafkaStorageError;
        }

        answer.Timestamp = found.Timestamp;
        answer.Offset = found.Offset;
        answer.LeaderEpoch = found.LeaderEpoch;
        return ErrorCode.None;
    }
}
