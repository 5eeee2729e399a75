using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Bench.Groups;

/// <summary>A consumer of the group load, on a connection of its own.</summary>
internal sealed class LoadedMember(GroupConnection connection, string group)
{
    private const int SessionMs = 300_000;

    public string Id { get; private set; } = "";

    public int Generation { get; private set; }

    public string Group => group;

    public GroupConnection Connection => connection;

    /// <summary>Finds the coordinator, and gets an id.</summary>
    public async Task EnterAsync()
    {
        FindCoordinatorResponse found;
        do
        {
            found = await connection.AskAsync<FindCoordinatorResponse>(
                ApiKey.FindCoordinator, 4, new FindCoordinatorRequest { CoordinatorKeys = [group] });
        }
        while (found.Coordinators[0].ErrorCode != 0);

        JoinGroupResponse refused;
        do
        {
            refused = await AskToJoinAsync();
        }
        while (refused.ErrorCode is not (short)ErrorCode.MemberIdRequired);

        Id = refused.MemberId;
    }

    /// <summary>Joins and syncs; the leader gives each member the same number of partitions.</summary>
    public async Task JoinAsync(int partitions)
    {
        while (true)
        {
            JoinGroupResponse joined = await AskToJoinAsync();
            Generation = joined.GenerationId;
            if (joined.ErrorCode != 0)
            {
                continue;
            }

            SyncGroupResponse synced = await connection.AskAsync<SyncGroupResponse>(
                ApiKey.SyncGroup,
                5,
                new SyncGroupRequest
                {
                    GroupId = group,
                    GenerationId = Generation,
                    MemberId = Id,
                    ProtocolType = "bench",
                    ProtocolName = "even",
                    Assignments = Array.ConvertAll(
                        joined.Members,
                        member => new SyncGroupRequest.SyncGroupRequestAssignment
                        {
                            MemberId = member.MemberId,
                            Assignment = new byte[20 + (sizeof(int) * partitions / joined.Members.Length)],
                        }),
                });
            if (synced.ErrorCode == 0)
            {
                return;
            }
        }
    }

    public byte[] Heartbeat() => GroupConnection.Frame(ApiKey.Heartbeat, 4, new HeartbeatRequest
    {
        GroupId = group, GenerationId = Generation, MemberId = Id,
    });

    private Task<JoinGroupResponse> AskToJoinAsync() => connection.AskAsync<JoinGroupResponse>(
        ApiKey.JoinGroup,
        7,
        new JoinGroupRequest
        {
            GroupId = group,
            MemberId = Id,
            SessionTimeoutMs = SessionMs,
            RebalanceTimeoutMs = SessionMs,
            ProtocolType = "bench",
            Protocols = [new() { Name = "even", Metadata = new byte[60] }],
        });
}
