using System.Net.Sockets;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Server.Tests.Groups;

/// <summary>
/// A consumer as killed ones are: it joins, commits what it owns with ever higher offsets, and at times is gone without
/// a word. Whatever goes wrong, it begins anew under a new id. One thread.
/// </summary>
internal sealed class GroupMember(string group, CommitLedger ledger, Random random)
{
    private const short JoinVersion = 9;
    private const int TimeoutMs = 1000;
    private const double VanishChance = 0.02;

    private WireClient client = null!;

    /// <summary>Runs until the ledger is closed.</summary>
    public void Run()
    {
        while (!ledger.IsClosed)
        {
            try
            {
                using (client = WireClient.Connect(ledger.Address))
                {
                    Live();
                }
            }
            catch (Exception cut) when (cut is SocketException or IOException)
            {
                // The broker is gone for now, or closed the connection as it went.
                Thread.Sleep(5);
            }
        }
    }

    private void Live()
    {
        client.Ask<FindCoordinatorResponse>(
            ApiKey.FindCoordinator, 6, new FindCoordinatorRequest { CoordinatorKeys = [group] });
        string member = "";
        while (!ledger.IsClosed && Join(ref member) is { } joined)
        {
            ledger.CountJoin();
            if (Sync(joined) is { } partitions && !CommitUntilRebalance(joined, partitions))
            {
                return;
            }
        }
    }

    /// <returns>The generation; null where this member is to begin anew.</returns>
    private JoinGroupResponse? Join(ref string member)
    {
        while (!ledger.IsClosed)
        {
            JoinGroupRequest request = new()
            {
                GroupId = group,
                MemberId = member,
                SessionTimeoutMs = TimeoutMs,
                RebalanceTimeoutMs = TimeoutMs,
                ProtocolType = "test",
                Protocols = [new() { Name = "one-each" }],
            };
            JoinGroupResponse response = client.Ask<JoinGroupResponse>(ApiKey.JoinGroup, JoinVersion, request);
            switch ((ErrorCode)response.ErrorCode)
            {
                case ErrorCode.None:
                    return response;
                case ErrorCode.MemberIdRequired:
                    member = response.MemberId;
                    break;
                case ErrorCode.UnknownMemberId:
                    member = "";
                    break;
                case ErrorCode.CoordinatorLoadInProgress or ErrorCode.NotCoordinator
                    or ErrorCode.CoordinatorNotAvailable or ErrorCode.RebalanceInProgress:
                    break;
                default:
                    Assert.Fail($"a join is answered with {(ErrorCode)response.ErrorCode}");
                    break;
            }
        }

        return null;
    }

    /// <returns>The partitions of this member; null where another rebalance has begun.</returns>
    private byte[]? Sync(JoinGroupResponse joined)
    {
        // Partitions are dealt out to the members, at most one owner for each.
        SyncGroupRequest.SyncGroupRequestAssignment[] assignments =
        [
            .. joined.Members.Select((member, at) => new SyncGroupRequest.SyncGroupRequestAssignment
            {
                MemberId = member.MemberId,
                Assignment =
                [
                    .. Enumerable.Range(0, CommitLedger.PartitionsOfGroup)
                        .Where(partition => partition % joined.Members.Length == at)
                        .Select(partition => (byte)partition),
                ],
            }),
        ];
        SyncGroupResponse synced = client.Ask<SyncGroupResponse>(ApiKey.SyncGroup, 5, new SyncGroupRequest
        {
            GroupId = group,
            GenerationId = joined.GenerationId,
            MemberId = joined.MemberId,
            ProtocolType = "test",
            ProtocolName = "one-each",
            Assignments = assignments,
        });
        return synced.ErrorCode == (short)ErrorCode.None ? synced.Assignment : null;
    }

    /// <returns>False where this member vanishes without leaving.</returns>
    private bool CommitUntilRebalance(JoinGroupResponse joined, byte[] partitions)
    {
        while (!ledger.IsClosed)
        {
            if (random.NextDouble() < VanishChance)
            {
                return false;
            }

            HeartbeatResponse beat = client.Ask<HeartbeatResponse>(ApiKey.Heartbeat, 4, new HeartbeatRequest
            {
                GroupId = group, GenerationId = joined.GenerationId, MemberId = joined.MemberId,
            });
            if (beat.ErrorCode != (short)ErrorCode.None)
            {
                return true;
            }

            foreach (byte partition in partitions)
            {
                Commit(joined, partition);
            }
        }

        return true;
    }

    private void Commit(JoinGroupResponse joined, int partition)
    {
        long offset = ledger.Send(group, partition);
        OffsetCommitResponse response = client.Ask<OffsetCommitResponse>(ApiKey.OffsetCommit, 9, new OffsetCommitRequest
        {
            GroupId = group,
            GenerationIdOrMemberEpoch = joined.GenerationId,
            MemberId = joined.MemberId,
            Topics =
            [
                new()
                {
                    Name = CommitLedger.Topic,
                    Partitions = [new() { PartitionIndex = partition, CommittedOffset = offset }],
                },
            ],
        });
        if (response.Topics[0].Partitions[0].ErrorCode == (short)ErrorCode.None)
        {
            ledger.Acknowledge(group, partition, offset);
        }
    }
}
