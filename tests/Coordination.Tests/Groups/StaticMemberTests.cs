using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Tests.Groups;

/// <summary>Members with an instance id keep their place while they are away (KIP-345).</summary>
public sealed class StaticMemberTests
{
    [Fact]
    public void A_static_member_needs_no_second_round_for_its_id()
    {
        using Coordinated one = new();
        Answer<JoinGroupResponse> join = one.Join(instanceId: "i");
        one.Advance(3000);
        Assert.Equal(0, join.Value.ErrorCode);
        Assert.Equal("i-1", join.Value.MemberId);
        Assert.Equal("i", join.Value.Members[0].GroupInstanceId);
    }

    [Fact]
    public void A_static_member_that_returns_takes_up_its_assignment_without_a_rebalance()
    {
        using Coordinated one = new();
        (string old, int generation) = one.Stable([9], "i");
        JoinGroupResponse back = one.Join(instanceId: "i").Value;
        Assert.Equal(0, back.ErrorCode);
        Assert.NotEqual(old, back.MemberId);
        Assert.Equal(generation, back.GenerationId);
        Assert.True(back.SkipAssignment);
        Assert.Equal(back.MemberId, back.Leader);
        Assert.Single(back.Members);
        Assert.Equal([9], one.Sync(back.MemberId, generation, "i").Value.Assignment);
        Assert.Equal(ErrorCode.FencedInstanceId, one.Heartbeat(old, generation, "i"));
        Assert.Equal(ErrorCode.UnknownMemberId, one.Heartbeat(old, generation));
        Assert.Equal(ErrorCode.FencedInstanceId, one.Commit(1, old, generation, "i"));
        Assert.Equal(ErrorCode.FencedInstanceId, (ErrorCode)one.Sync(old, generation, "i").Value.ErrorCode);
        Assert.Equal(ErrorCode.FencedInstanceId, (ErrorCode)one.Join(old, "i").Value.ErrorCode);
    }

    [Fact]
    public void An_older_leader_that_returns_is_told_of_the_id_that_it_had()
    {
        using Coordinated one = new();
        (string old, _) = one.Stable([9], "i");
        JoinGroupResponse back = one.Join(instanceId: "i", version: 8).Value;
        Assert.Equal(old, back.Leader);
        Assert.False(back.SkipAssignment);
        Assert.Empty(back.Members);
    }

    [Fact]
    public void A_return_that_cannot_be_written_is_taken_back()
    {
        using Coordinated one = new();
        (string old, int generation) = one.Stable([9], "i");
        one.Log.Failures.Enqueue(ErrorCode.NotEnoughReplicas);
        Assert.Equal(ErrorCode.CoordinatorNotAvailable, (ErrorCode)one.Join(instanceId: "i").Value.ErrorCode);
        Assert.Equal(ErrorCode.None, one.Heartbeat(old, generation, "i"));
    }

    [Fact]
    public void A_static_member_that_returns_with_another_protocol_causes_a_rebalance()
    {
        using Coordinated one = new();
        one.Stable([9], "i");
        Answer<JoinGroupResponse> back = one.Join(instanceId: "i", protocols: ["range", "sticky"]);
        Assert.True(back.IsThere, "range is still chosen");
        back = one.Join(instanceId: "i", protocols: ["sticky", "range"]);
        Assert.Equal(2, back.Value.GenerationId);
        Assert.Equal("sticky", back.Value.ProtocolName);
    }

    [Fact]
    public void Another_that_waits_under_the_same_instance_id_is_fenced()
    {
        using Coordinated one = new();
        Answer<JoinGroupResponse> first = one.Join(instanceId: "i");
        Answer<JoinGroupResponse> second = one.Join(instanceId: "i");
        Assert.Equal(ErrorCode.FencedInstanceId, (ErrorCode)first.Value.ErrorCode);
        one.Advance(6000);
        Assert.Equal(0, second.Value.ErrorCode);
    }

    [Fact]
    public void Static_members_are_kept_through_a_rebalance_that_they_miss()
    {
        using Coordinated one = new();
        (_, int generation) = one.Stable([9], "i");
        Answer<JoinGroupResponse> other = one.Join(version: 3, sessionMs: 600_000);
        string kept = one.Describe().Members[0].MemberId;
        for (int at = 0; at < 12; at++)
        {
            one.Advance(5000);
            one.Heartbeat(kept, generation, "i");
        }

        Assert.Equal(generation + 1, other.Value.GenerationId);
        Assert.Equal(2, other.Value.Members.Length);
    }

    [Fact]
    public void An_admin_removes_a_static_member_by_its_instance_id()
    {
        using Coordinated one = new();
        one.Stable([9], "i");
        LeaveGroupResponse left = one.Leave(5, ("", "i"), ("", "nobody"));
        Assert.Equal(0, left.Members[0].ErrorCode);
        Assert.Equal(ErrorCode.UnknownMemberId, (ErrorCode)left.Members[1].ErrorCode);
        Assert.Equal("Empty", one.Describe().GroupState);
    }

    [Fact]
    public void Leaving_under_a_fenced_id_is_refused()
    {
        using Coordinated one = new();
        (string old, _) = one.Stable([9], "i");
        one.Join(instanceId: "i");
        Assert.Equal(ErrorCode.FencedInstanceId, (ErrorCode)one.Leave(5, (old, "i")).Members[0].ErrorCode);
    }
}
