using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Groups;

/// <summary>
/// The two forms of OffsetFetch: one group up to version 7, several from 8 on. Handlers work with the newer form and
/// put the answer into the form that was asked in. Stateless.
/// </summary>
public static class OffsetFetchShape
{
    private const short VersionWithGroups = 8;

    // Before this version there is no error but in partitions.
    private const short VersionWithTopLevelError = 2;

    /// <summary>The groups that a request of any version asks for.</summary>
    public static OffsetFetchRequest.OffsetFetchRequestGroup[] GroupsOf(OffsetFetchRequest request, short version)
    {
        if (version >= VersionWithGroups)
        {
            return request.Groups;
        }

        return
        [
            new OffsetFetchRequest.OffsetFetchRequestGroup
            {
                GroupId = request.GroupId,
                Topics = request.Topics is null ? null : Array.ConvertAll(
                    request.Topics,
                    topic => new OffsetFetchRequest.OffsetFetchRequestTopics
                    {
                        Name = topic.Name, PartitionIndexes = topic.PartitionIndexes,
                    }),
            },
        ];
    }

    /// <summary>The response of a version.</summary>
    /// <param name="request">What was asked: version 1 wants a failed group's error in each of its partitions.</param>
    /// <param name="groups">One answer for each group.</param>
    /// <param name="version">Of the request.</param>
    public static OffsetFetchResponse ResponseOf(
        OffsetFetchRequest request, IReadOnlyList<OffsetFetchResponse.OffsetFetchResponseGroup> groups, short version)
    {
        if (version >= VersionWithGroups)
        {
            return new OffsetFetchResponse { Groups = [.. groups] };
        }

        OffsetFetchResponse.OffsetFetchResponseGroup group = groups[0];
        if (group.ErrorCode != (short)ErrorCode.None)
        {
            return version >= VersionWithTopLevelError
                ? new OffsetFetchResponse { ErrorCode = group.ErrorCode }
                : new OffsetFetchResponse { Topics = FailedTopics(request, group.ErrorCode) };
        }

        return new OffsetFetchResponse
        {
            Topics = Array.ConvertAll(group.Topics, topic => new OffsetFetchResponse.OffsetFetchResponseTopic
            {
                Name = topic.Name,
                Partitions = Array.ConvertAll(
                    topic.Partitions,
                    partition => new OffsetFetchResponse.OffsetFetchResponsePartition
                    {
                        PartitionIndex = partition.PartitionIndex,
                        CommittedOffset = partition.CommittedOffset,
                        CommittedLeaderEpoch = partition.CommittedLeaderEpoch,
                        Metadata = partition.Metadata,
                        ErrorCode = partition.ErrorCode,
                    }),
            }),
        };
    }

    private static OffsetFetchResponse.OffsetFetchResponseTopic[] FailedTopics(
        OffsetFetchRequest request, short error) =>
        Array.ConvertAll(request.Topics ?? [], topic => new OffsetFetchResponse.OffsetFetchResponseTopic
        {
            Name = topic.Name,
            Partitions = Array.ConvertAll(
                topic.PartitionIndexes,
                index => new OffsetFetchResponse.OffsetFetchResponsePartition
                {
                    PartitionIndex = index, CommittedOffset = -1, ErrorCode = error,
                }),
        });
}
