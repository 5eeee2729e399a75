using System.Text;
using Millrace.Protocol;

namespace Millrace.Coordination.Tests.Groups;

/// <summary>Heartbeats that are taken without the loop of their group.</summary>
public sealed class PulseTests : IDisposable
{
    private readonly Coordinated one = new();

    public void Dispose() => one.Dispose();

    [Fact]
    public void A_member_of_a_stable_group_is_heard_and_lives_as_long_as_it_beats()
    {
        (string member, int generation) = one.Stable();
        for (int beat = 0; beat < 20; beat++)
        {
            one.Advance(9_000);
            Assert.True(Beat(member, generation));
        }

        Assert.Equal("Stable", one.Describe(Coordinated.Group).GroupState);
        one.Advance(9_500);
        Assert.Equal("Stable", one.Describe(Coordinated.Group).GroupState);
        one.Advance(1_000);
        Assert.Equal("Empty", one.Describe(Coordinated.Group).GroupState);
        Assert.False(Beat(member, generation));
    }

    [Fact]
    public void Whatever_is_not_as_it_should_be_goes_to_the_loop()
    {
        (string member, int generation) = one.Stable();
        Assert.True(Beat(member, generation));
        Assert.False(Beat(member, generation + 1));
        Assert.False(Beat(member, generation - 1));
        Assert.False(Beat(member, -1));
        Assert.False(Beat(member + "x", generation));
        Assert.False(Beat(member, generation, group: "other"));
        Assert.False(Beat(member, generation, instance: "none"));
        Assert.False(Beat("", generation));
    }

    [Fact]
    public void No_heartbeat_is_taken_while_a_rebalance_runs()
    {
        (string member, int generation) = one.Stable();
        string newcomer = one.Join().Value.MemberId;
        one.Join(newcomer);
        Assert.False(Beat(member, generation));
        Assert.Equal(ErrorCode.RebalanceInProgress, one.Heartbeat(member, generation));
    }

    [Fact]
    public void A_static_member_is_known_by_its_instance_and_its_replaced_id_is_not()
    {
        (string old, int generation) = one.Stable(instanceId: "i");
        Assert.True(Beat(old, generation, instance: "i"));
        Assert.True(Beat(old, generation));
        string renewed = one.Join(instanceId: "i").Value.MemberId;
        Assert.NotEqual(old, renewed);
        Assert.False(Beat(old, generation, instance: "i"));
        Assert.True(Beat(renewed, generation, instance: "i"));
    }

    [Fact]
    public void Members_are_heard_after_a_load_and_not_after_the_partition_is_given_up()
    {
        (string member, int generation) = one.Stable();
        one.Resign();
        Assert.False(Beat(member, generation));
        one.Lead();
        Assert.True(Beat(member, generation));
    }

    [Fact]
    public void A_heartbeat_allocates_nothing()
    {
        (string member, int generation) = one.Stable();
        byte[] group = Encoding.UTF8.GetBytes(Coordinated.Group);
        byte[] id = Encoding.UTF8.GetBytes(member);
        bool isTaken = true;
        long bytes = Testing.Allocations.LeastOf(() =>
        {
            for (int beat = 0; beat < 1000; beat++)
            {
                isTaken &= one.Coordinator.TryBeat(group, generation, id, false, default, beat);
            }
        });
        Assert.True(isTaken);
        Assert.Equal(0, bytes);
    }

    private bool Beat(string member, int generation, string? instance = null, string group = Coordinated.Group) =>
        one.Coordinator.TryBeat(
            Encoding.UTF8.GetBytes(group), generation, Encoding.UTF8.GetBytes(member), instance is not null,
            Encoding.UTF8.GetBytes(instance ?? ""), one.Loop.Clock.MonotonicMs);
}
