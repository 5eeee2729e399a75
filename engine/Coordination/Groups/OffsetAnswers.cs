using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Groups;

/// <summary>Answers to commits that failed as a whole: they have the error in every partition.</summary>
public static class OffsetAnswers
{
    public static OffsetCommitResponse Failed(OffsetCommitRequest request, ErrorCode error) => new()
    {
        Topics = Array.ConvertAll(request.Topics, topic => new OffsetCommitResponse.OffsetCommitResponseTopic
        {
            Name = topic.Name,
            TopicId = topic.TopicId,
            Partitions = Array.ConvertAll(
                topic.Partitions,
                partition => new OffsetCommitResponse.OffsetCommitResponsePartition
                {
                    PartitionIndex = partition.PartitionIndex, ErrorCode = (short)error,
                }),
        }),
    };

    public static TxnOffsetCommitResponse Failed(TxnOffsetCommitRequest request, ErrorCode error) => new()
    {
        Topics = Array.ConvertAll(request.Topics, topic => new TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic
        {
            Name = topic.Name,
            TopicId = topic.TopicId,
            Partitions = Array.ConvertAll(
                topic.Partitions,
                partition => new TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition
                {
                    PartitionIndex = partition.PartitionIndex, ErrorCode = (short)error,
                }),
        }),
    };
}
