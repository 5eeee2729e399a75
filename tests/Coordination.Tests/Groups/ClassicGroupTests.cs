using Millrace.Coordination.Groups;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Tests.Groups;

public sealed class ClassicGroupTests
{
    [Fact]
    public void A_new_dynamic_member_is_sent_back_for_its_id_and_joins_with_it()
    {
        using Coordinated one = new();
        JoinGroupResponse first = one.Join(clientId: "app").Value;
        Assert.Equal(ErrorCode.MemberIdRequired, (ErrorCode)first.ErrorCode);
        Assert.Equal("app-1", first.MemberId);
        Answer<JoinGroupResponse> second = one.Join(first.MemberId);
        Assert.False(second.IsThere);
        one.Advance(3000);
        Assert.Equal(0, second.Value.ErrorCode);
        Assert.Equal(1, second.Value.GenerationId);
        Assert.Equal("app-1", second.Value.Leader);
        Assert.Equal("range", second.Value.ProtocolName);
        Assert.Equal("consumer", second.Value.ProtocolType);
        Assert.Equal("app-1", Assert.Single(second.Value.Members).MemberId);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Before_version_4_a_new_member_joins_at_once(int version)
    {
        using Coordinated one = new();
        Answer<JoinGroupResponse> join = one.Join(version: version);
        one.Advance(3000);
        Assert.Equal(0, join.Value.ErrorCode);
    }

    [Fact]
    public void An_id_that_does_not_come_back_is_forgotten_after_the_session_timeout()
    {
        using Coordinated one = new();
        string id = one.Join().Value.MemberId;
        one.Advance(10_000);
        Assert.Equal(ErrorCode.UnknownMemberId, (ErrorCode)one.Join(id).Value.ErrorCode);
    }

    [Theory]
    [InlineData(5_999, ErrorCode.InvalidSessionTimeout)]
    [InlineData(1_800_001, ErrorCode.InvalidSessionTimeout)]
    [InlineData(6_000, ErrorCode.MemberIdRequired)]
    [InlineData(1_800_000, ErrorCode.MemberIdRequired)]
    public void Session_timeouts_are_bounded(int sessionMs, ErrorCode expected)
    {
        using Coordinated one = new();
        Assert.Equal(expected, (ErrorCode)one.Join(sessionMs: sessionMs).Value.ErrorCode);
    }

    [Fact]
    public void An_empty_group_id_is_refused()
    {
        using Coordinated one = new();
        Assert.Equal(ErrorCode.InvalidGroupId, (ErrorCode)one.Join(group: "").Value.ErrorCode);
        Assert.Equal(ErrorCode.InvalidGroupId, (ErrorCode)one.Sync("m", 1, group: "").Value.ErrorCode);
        Assert.Equal(ErrorCode.InvalidGroupId, one.Heartbeat("m", 1, group: ""));
    }

    [Fact]
    public void A_member_needs_a_protocol_that_all_speak()
    {
        using Coordinated one = new();
        one.Stable();
        Assert.Equal(
            ErrorCode.InconsistentGroupProtocol, (ErrorCode)one.Join(protocols: ["sticky"]).Value.ErrorCode);
        Assert.Equal(
            ErrorCode.InconsistentGroupProtocol, (ErrorCode)one.Join(protocolType: "connect").Value.ErrorCode);
        Assert.Equal(
            ErrorCode.InconsistentGroupProtocol, (ErrorCode)one.Join(group: "new", protocols: []).Value.ErrorCode);
    }

    [Fact]
    public void The_protocol_with_most_votes_among_those_of_all_is_chosen()
    {
        using Coordinated one = new();
        Answer<JoinGroupResponse>[] joins =
        [
            one.Join(version: 3, protocols: ["a", "b", "c"]),
            one.Join(version: 3, protocols: ["b", "a"]),
            one.Join(version: 3, protocols: ["b", "a", "d"]),
        ];
        one.Advance(6000);
        Assert.All(joins, join => Assert.Equal("b", join.Value.ProtocolName));
    }

    [Fact]
    public void The_initial_delay_is_prolonged_while_members_come_but_not_beyond_the_rebalance_timeout()
    {
        using Coordinated one = new();
        Answer<JoinGroupResponse> first = one.Join(version: 3, rebalanceMs: 7000);
        for (int at = 0; at < 3; at++)
        {
            one.Advance(2000);
            Assert.False(first.IsThere);
            one.Join(version: 3, rebalanceMs: 7000);
        }

        one.Advance(3000);
        Assert.Equal(1, first.Value.GenerationId);
        Assert.Equal(4, first.Value.Members.Length);
    }

    [Fact]
    public void Followers_get_their_assignment_when_the_leader_has_brought_it()
    {
        using Coordinated one = new();
        (string leader, string follower, int generation) = TwoJoined(one);
        Answer<SyncGroupResponse> waiting = one.Sync(follower, generation);
        Assert.False(waiting.IsThere);
        SyncGroupResponse own = one.Sync(leader, generation, assignments: [(leader, [1]), (follower, [2])]).Value;
        Assert.Equal([1], own.Assignment);
        Assert.Equal([2], waiting.Value.Assignment);
        Assert.Equal("range", waiting.Value.ProtocolName);
        Assert.Equal("Stable", one.Describe().GroupState);
        Assert.Equal([2], one.Sync(follower, generation).Value.Assignment);
    }

    [Fact]
    public void Members_that_the_leader_leaves_out_get_an_empty_assignment()
    {
        using Coordinated one = new();
        (string leader, string follower, int generation) = TwoJoined(one);
        Answer<SyncGroupResponse> waiting = one.Sync(follower, generation);
        one.Sync(leader, generation, assignments: (leader, [1]));
        Assert.Empty(waiting.Value.Assignment);
        Assert.Equal(0, waiting.Value.ErrorCode);
    }

    [Fact]
    public void Sync_is_checked()
    {
        using Coordinated one = new();
        Assert.Equal(ErrorCode.UnknownMemberId, (ErrorCode)one.Sync("m", 1).Value.ErrorCode);
        (string member, int generation) = one.Stable();
        Assert.Equal(ErrorCode.UnknownMemberId, (ErrorCode)one.Sync("m", generation).Value.ErrorCode);
        Assert.Equal(ErrorCode.IllegalGeneration, (ErrorCode)one.Sync(member, generation + 1).Value.ErrorCode);
        Assert.Equal(
            ErrorCode.InconsistentGroupProtocol,
            (ErrorCode)one.Sync(member, generation, protocolType: "connect").Value.ErrorCode);
        Assert.Equal(
            ErrorCode.InconsistentGroupProtocol,
            (ErrorCode)one.Sync(member, generation, protocolName: "sticky").Value.ErrorCode);
        one.Join();
        Answer<JoinGroupResponse> other = one.Join(version: 3);
        Assert.False(other.IsThere);
        Assert.Equal(ErrorCode.RebalanceInProgress, (ErrorCode)one.Sync(member, generation).Value.ErrorCode);
    }

    [Fact]
    public void Heartbeats_tell_of_rebalances_and_are_checked()
    {
        using Coordinated one = new();
        Assert.Equal(ErrorCode.UnknownMemberId, one.Heartbeat("m", 1));
        (string member, int generation) = one.Stable();
        Assert.Equal(ErrorCode.None, one.Heartbeat(member, generation));
        Assert.Equal(ErrorCode.IllegalGeneration, one.Heartbeat(member, generation - 1));
        Assert.Equal(ErrorCode.UnknownMemberId, one.Heartbeat("m", generation));
        Assert.Equal(ErrorCode.UnknownMemberId, one.Heartbeat(member, generation, "no-instance"));
        one.Join(version: 3);
        Assert.Equal(ErrorCode.RebalanceInProgress, one.Heartbeat(member, generation));
    }

    [Fact]
    public void A_member_that_is_not_heard_of_is_removed_and_the_group_empties()
    {
        using Coordinated one = new();
        (string member, int generation) = one.Stable();
        one.Advance(6000);
        Assert.Equal(ErrorCode.None, one.Heartbeat(member, generation));
        one.Advance(9500);
        Assert.Equal("Stable", one.Describe().GroupState);
        one.Advance(500);
        Assert.Equal("Empty", one.Describe().GroupState);
        Assert.Equal(ErrorCode.UnknownMemberId, one.Heartbeat(member, generation));
    }

    [Fact]
    public void A_rebalance_waits_for_all_and_throws_out_who_does_not_come()
    {
        using Coordinated one = new();
        (string leader, string follower, int generation) = TwoStable(one);
        Answer<JoinGroupResponse> rejoin = one.Join(leader);
        for (int at = 0; at < 11; at++)
        {
            one.Advance(5000);
            Assert.Equal(ErrorCode.RebalanceInProgress, one.Heartbeat(follower, generation));
            Assert.False(rejoin.IsThere);
        }

        one.Advance(5000);
        Assert.Equal(generation + 1, rejoin.Value.GenerationId);
        Assert.Single(rejoin.Value.Members);
        Assert.Equal(ErrorCode.UnknownMemberId, one.Heartbeat(follower, generation));
    }

    [Fact]
    public void Another_leads_where_the_leader_does_not_come()
    {
        using Coordinated one = new();
        (string leader, string follower, int generation) = TwoStable(one);
        Answer<JoinGroupResponse> rejoin = one.Join(follower, metadata: Coordinated.Subscription("u"));
        for (int at = 0; at < 12; at++)
        {
            one.Advance(5000);
            one.Heartbeat(leader, generation);
        }

        Assert.Equal(follower, rejoin.Value.Leader);
    }

    [Fact]
    public void A_follower_that_rejoins_unchanged_gets_the_generation_back_without_a_rebalance()
    {
        using Coordinated one = new();
        (_, string follower, int generation) = TwoStable(one);
        JoinGroupResponse again = one.Join(follower).Value;
        Assert.Equal(generation, again.GenerationId);
        Assert.Empty(again.Members);
        Assert.Equal("Stable", one.Describe().GroupState);
    }

    [Fact]
    public void A_follower_with_new_metadata_causes_a_rebalance()
    {
        using Coordinated one = new();
        (_, string follower, _) = TwoStable(one);
        Assert.False(one.Join(follower, metadata: Coordinated.Subscription("t", "u")).IsThere);
        Assert.Equal("PreparingRebalance", one.Describe().GroupState);
    }

    [Fact]
    public void A_lost_join_answer_is_given_again_while_the_assignment_is_awaited()
    {
        using Coordinated one = new();
        (string leader, string follower, int generation) = TwoJoined(one);
        JoinGroupResponse again = one.Join(leader).Value;
        Assert.Equal(generation, again.GenerationId);
        Assert.Equal(2, again.Members.Length);
        Assert.Empty(one.Join(follower).Value.Members);
    }

    [Fact]
    public void Who_joined_but_never_syncs_is_thrown_out_after_the_rebalance_timeout()
    {
        using Coordinated one = new();
        (string leader, string follower, int generation) = TwoJoined(one);
        one.Sync(leader, generation, assignments: (leader, [1]));
        for (int at = 0; at < 12; at++)
        {
            one.Advance(5000);
            one.Heartbeat(leader, generation);
            one.Heartbeat(follower, generation);
        }

        Assert.Equal(ErrorCode.UnknownMemberId, one.Heartbeat(follower, generation));
        Assert.Equal(ErrorCode.RebalanceInProgress, one.Heartbeat(leader, generation));
    }

    [Fact]
    public void A_join_during_the_sync_tells_waiting_members_to_rejoin()
    {
        using Coordinated one = new();
        (_, string follower, int generation) = TwoJoined(one);
        Answer<SyncGroupResponse> waiting = one.Sync(follower, generation);
        one.Join(version: 3);
        Assert.Equal(ErrorCode.RebalanceInProgress, (ErrorCode)waiting.Value.ErrorCode);
    }

    [Fact]
    public void Leaving_is_told_per_member_and_starts_a_rebalance()
    {
        using Coordinated one = new();
        (string leader, string follower, int generation) = TwoStable(one);
        LeaveGroupResponse left = one.Leave(5, (follower, null), ("nobody", null));
        Assert.Equal(0, left.ErrorCode);
        Assert.Equal(0, left.Members[0].ErrorCode);
        Assert.Equal(ErrorCode.UnknownMemberId, (ErrorCode)left.Members[1].ErrorCode);
        Assert.Equal(ErrorCode.RebalanceInProgress, one.Heartbeat(leader, generation));
        Assert.Equal(0, one.Leave(2, (leader, null)).ErrorCode);
        Assert.Equal("Empty", one.Describe().GroupState);
        LeaveGroupResponse old = one.Leave(2, ("nobody", null));
        Assert.Equal(ErrorCode.UnknownMemberId, (ErrorCode)old.ErrorCode);
        Assert.Empty(old.Members);
    }

    [Fact]
    public void A_pending_member_may_leave()
    {
        using Coordinated one = new();
        string id = one.Join().Value.MemberId;
        Assert.Equal(0, one.Leave(5, (id, null)).Members[0].ErrorCode);
        Assert.Equal(ErrorCode.UnknownMemberId, (ErrorCode)one.Join(id).Value.ErrorCode);
    }

    [Fact]
    public void A_full_group_turns_new_members_away()
    {
        using Coordinated one = new(new GroupOptions { SizeMax = 1 });
        (string member, _) = one.Stable();
        Assert.Equal(ErrorCode.GroupMaxSizeReached, (ErrorCode)one.Join().Value.ErrorCode);
        Assert.NotEqual(ErrorCode.GroupMaxSizeReached, (ErrorCode)Rejoin(one, member).ErrorCode);
    }

    [Fact]
    public void A_group_that_was_loaded_larger_than_allowed_is_rebalanced()
    {
        using Coordinated one = new();
        (string leader, _, int generation) = TwoStable(one);
        using Coordinated smaller = new(new GroupOptions { SizeMax = 1 }, leads: false);
        smaller.Attach(one.Log);
        smaller.Lead();
        Assert.Equal(ErrorCode.RebalanceInProgress, smaller.Heartbeat(leader, generation));
    }

    [Fact]
    public void Groups_of_any_protocol_type_work_and_keep_their_offsets_subscribed()
    {
        using Coordinated one = new();
        Answer<JoinGroupResponse> join = one.Join(
            version: 3, protocolType: "connect", protocols: ["v1"], metadata: [7]);
        one.Advance(3000);
        Assert.Equal("connect", join.Value.ProtocolType);
        Assert.Equal(ErrorCode.NonEmptyGroup, (ErrorCode)one.DeleteOffset().ErrorCode);
    }

    [Fact]
    public void Missing_groups_are_dead_up_to_version_5_and_errors_from_6()
    {
        using Coordinated one = new();
        Assert.Equal("Dead", one.Describe("none", 5).GroupState);
        Assert.Equal(0, one.Describe("none", 5).ErrorCode);
        Assert.Equal(ErrorCode.GroupIdNotFound, (ErrorCode)one.Describe("none", 6).ErrorCode);
        Assert.Equal("Group none not found.", one.Describe("none", 6).ErrorMessage);
    }

    [Fact]
    public void Lists_are_filtered_by_state_and_type()
    {
        using Coordinated one = new();
        one.Stable();
        one.Commit(1, group: "simple");
        Assert.Equal(2, one.List().Groups.Length);
        Assert.Equal("simple", Assert.Single(one.List(states: ["empty"]).Groups).GroupId);
        Assert.Equal("Stable", Assert.Single(one.List(states: ["STABLE", "Dead"]).Groups).GroupState);
        Assert.Empty(one.List(types: ["consumer"]).Groups);
        Assert.Equal(2, one.List(types: ["classic"]).Groups.Length);
    }

    private static JoinGroupResponse Rejoin(Coordinated one, string member) => one.Join(member).Value;

    internal static (string Leader, string Follower, int Generation) TwoJoined(Coordinated one)
    {
        Answer<JoinGroupResponse> first = one.Join(version: 3);
        Answer<JoinGroupResponse> second = one.Join(version: 3);
        one.Advance(6000);
        Assert.Equal(first.Value.MemberId, second.Value.Leader);
        return (first.Value.MemberId, second.Value.MemberId, first.Value.GenerationId);
    }

    internal static (string Leader, string Follower, int Generation) TwoStable(Coordinated one)
    {
        (string leader, string follower, int generation) = TwoJoined(one);
        one.Sync(leader, generation, assignments: [(leader, [1]), (follower, [2])]);
        one.Sync(follower, generation);
        return (leader, follower, generation);
    }
}
