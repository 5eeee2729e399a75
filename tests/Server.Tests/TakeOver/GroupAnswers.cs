using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Server.Tests.TakeOver;

/// <summary>
/// What a broker tells of its groups, one line for each: kind, state, protocol type, offsets, and members of classic
/// groups. Offsets of share groups are not asked for: there is another API for them.
/// </summary>
internal static class GroupAnswers
{
    /// <summary>Lines by group.</summary>
    /// <param name="client">Connected to the broker.</param>
    /// <param name="known">
    /// Groups whose partitions are to be loaded first: a list leaves out what the broker has not come to.
    /// </param>
    public static SortedDictionary<string, string> Of(WireClient client, IEnumerable<string> known)
    {
        foreach (string group in known)
        {
            Describe(client, group);
        }

        ListGroupsResponse listed = client.Ask<ListGroupsResponse>(ApiKey.ListGroups, 5, new ListGroupsRequest());
        Assert.Equal(0, listed.ErrorCode);
        SortedDictionary<string, string> groups = new(StringComparer.Ordinal);
        foreach (ListGroupsResponse.ListedGroup group in listed.Groups)
        {
            List<string> more = group.GroupType == "share" ? [] : Offsets(client, group.GroupId);
            if (group.GroupType == "classic")
            {
                more.AddRange(Members(client, group.GroupId));
            }

            groups[group.GroupId] = Line(
                group.GroupId, group.GroupType, group.GroupState, group.ProtocolType, more);
        }

        return groups;
    }

    public static string Line(
        string group, string? kind, string? state, string? protocol, IEnumerable<string> more)
    {
        string rest = string.Join("; ", more.Order(StringComparer.Ordinal));
        return $"{group}: {kind} {state} \"{protocol}\"{(rest.Length > 0 ? " " : "")}{rest}";
    }

    public static string Offset(string partition, long offset, int leaderEpoch, string? metadata) =>
        $"{partition} at {offset} of {leaderEpoch} \"{metadata}\"";

    public static string Member(string? id, string? instance, string? clientId, string? host) =>
        $"{id} ({instance}) {clientId} {host}";

    private static List<string> Offsets(WireClient client, string group)
    {
        OffsetFetchResponse.OffsetFetchResponseGroup answer;
        do
        {
            answer = client.Ask<OffsetFetchResponse>(
                ApiKey.OffsetFetch,
                8,
                new OffsetFetchRequest { Groups = [new() { GroupId = group, Topics = null }] }).Groups[0];
        }
        while (IsRetriable(answer.ErrorCode));

        Assert.Equal(0, answer.ErrorCode);
        return
        [
            .. answer.Topics.SelectMany(topic => topic.Partitions.Select(one => Offset(
                $"{topic.Name}-{one.PartitionIndex}", one.CommittedOffset, one.CommittedLeaderEpoch, one.Metadata))),
        ];
    }

    /// <summary>Asks again while the group is being loaded.</summary>
    private static DescribeGroupsResponse.DescribedGroup Describe(WireClient client, string group)
    {
        DescribeGroupsResponse.DescribedGroup described;
        do
        {
            described = client.Ask<DescribeGroupsResponse>(
                ApiKey.DescribeGroups, 6, new DescribeGroupsRequest { Groups = [group] }).Groups[0];
        }
        while (IsRetriable(described.ErrorCode));

        return described;
    }

    private static IEnumerable<string> Members(WireClient client, string group)
    {
        DescribeGroupsResponse.DescribedGroup described = Describe(client, group);
        Assert.Equal(0, described.ErrorCode);
        return described.Members.Select(
            member => Member(member.MemberId, member.GroupInstanceId, member.ClientId, member.ClientHost));
    }

    private static bool IsRetriable(short error) => (ErrorCode)error
        is ErrorCode.CoordinatorLoadInProgress or ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable;
}
