using Millrace.Base;
using Millrace.Broker.Tests.Live;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker.Tests.Groups;

/// <summary>What a client of groups does, in the newest versions unless said otherwise.</summary>
internal static class GroupClientSteps
{
    /// <summary>Finds the coordinator, which has to be there.</summary>
    public static void FindCoordinator(this WireClient client, string group)
    {
        FindCoordinatorResponse found = client.Ask<FindCoordinatorResponse>(
            ApiKey.FindCoordinator, 6, new FindCoordinatorRequest { CoordinatorKeys = [group] });
        Assert.Equal(0, Assert.Single(found.Coordinators).ErrorCode);
    }

    public static JoinGroupRequest JoinRequest(string group, string member = "", string? instance = null) => new()
    {
        GroupId = group,
        SessionTimeoutMs = 30_000,
        RebalanceTimeoutMs = 30_000,
        MemberId = member,
        GroupInstanceId = instance,
        ProtocolType = "consumer",
        Protocols = [new() { Name = "range", Metadata = [0, 1, 0, 0, 0, 0, 255, 255, 255, 255] }],
    };

    /// <summary>Joins, with the id that it is sent back for in the versions that do so, while the group loads
    /// too.</summary>
    public static JoinGroupResponse Join(
        this WireClient client, string group, short version = 9, string? instance = null)
    {
        JoinGroupRequest request = JoinRequest(group, instance: instance);
        JoinGroupResponse response = client.AskLoaded<JoinGroupResponse>(
            ApiKey.JoinGroup, version, request, answer => answer.ErrorCode);
        if (response.ErrorCode == (short)ErrorCode.MemberIdRequired)
        {
            request.MemberId = response.MemberId;
            response = client.Ask<JoinGroupResponse>(ApiKey.JoinGroup, version, request);
        }

        return response;
    }

    public static SyncGroupResponse Sync(
        this WireClient client, string group, JoinGroupResponse joined, byte[] assignment, short version = 5) =>
        client.Ask<SyncGroupResponse>(ApiKey.SyncGroup, version, new SyncGroupRequest
        {
            GroupId = group,
            GenerationId = joined.GenerationId,
            MemberId = joined.MemberId,
            ProtocolType = version >= 5 ? "consumer" : null,
            ProtocolName = version >= 5 ? "range" : null,
            Assignments = [new() { MemberId = joined.MemberId, Assignment = assignment }],
        });

    public static OffsetCommitRequest CommitRequest(
        string group, string topic, Uuid id, long offset, int partition = 0, string member = "", int generation = -1) =>
        new()
        {
            GroupId = group,
            MemberId = member,
            GenerationIdOrMemberEpoch = generation,
            Topics =
            [
                new()
                {
                    Name = topic,
                    TopicId = id,
                    Partitions =
                    [
                        new()
                        {
                            PartitionIndex = partition, CommittedOffset = offset, CommittedMetadata = $"note {offset}",
                        },
                    ],
                },
            ],
        };

    /// <summary>Commits one offset and answers the partition's error.</summary>
    public static ErrorCode Commit(
        this WireClient client, string group, string topic, Uuid id, long offset, short version = 10, int partition = 0)
    {
        OffsetCommitResponse response = client.AskLoaded<OffsetCommitResponse>(
            ApiKey.OffsetCommit,
            version,
            CommitRequest(group, topic, id, offset, partition),
            answer => answer.Topics[0].Partitions[0].ErrorCode);
        return (ErrorCode)Assert.Single(Assert.Single(response.Topics).Partitions).ErrorCode;
    }

    /// <summary>Fetches one committed offset; -1 where there is none.</summary>
    public static long Committed(this WireClient client, string group, string topic, Uuid id, int partition = 0)
    {
        OffsetFetchRequest request = new()
        {
            Groups =
            [
                new()
                {
                    GroupId = group, Topics = [new() { Name = topic, TopicId = id, PartitionIndexes = [partition] }],
                },
            ],
        };
        OffsetFetchResponse response = client.AskLoaded<OffsetFetchResponse>(
            ApiKey.OffsetFetch, 10, request, answer => answer.Groups[0].ErrorCode);
        OffsetFetchResponse.OffsetFetchResponseGroup answered = Assert.Single(response.Groups);
        Assert.Equal(0, answered.ErrorCode);
        return Assert.Single(Assert.Single(answered.Topics).Partitions).CommittedOffset;
    }

    /// <summary>Asks again while the group's partition is being loaded.</summary>
    public static T AskLoaded<T>(
        this WireClient client, ApiKey key, short version, IMessage request, Func<T, short> errorOf)
        where T : IMessage, new()
    {
        while (true)
        {
            T response = client.Ask<T>(key, version, request);
            if (errorOf(response) != (short)ErrorCode.CoordinatorLoadInProgress)
            {
                return response;
            }
        }
    }
}
