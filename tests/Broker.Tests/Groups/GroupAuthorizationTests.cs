using System.Text;
using Millrace.Broker.Tests.Live;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker.Tests.Groups;

/// <summary>Each API asks for the right that Kafka asks for, and a refusal has the form of the API's answer.</summary>
public sealed class GroupAuthorizationTests : IAuthorizer
{
    private readonly HashSet<(AclOperation, AclResourceType, string)> denied = [];

    [Theory]
    [InlineData(ApiKey.FindCoordinator, AclOperation.Describe)]
    [InlineData(ApiKey.JoinGroup, AclOperation.Read)]
    [InlineData(ApiKey.SyncGroup, AclOperation.Read)]
    [InlineData(ApiKey.Heartbeat, AclOperation.Read)]
    [InlineData(ApiKey.LeaveGroup, AclOperation.Read)]
    [InlineData(ApiKey.OffsetCommit, AclOperation.Read)]
    [InlineData(ApiKey.OffsetFetch, AclOperation.Describe)]
    [InlineData(ApiKey.OffsetDelete, AclOperation.Delete)]
    [InlineData(ApiKey.DescribeGroups, AclOperation.Describe)]
    [InlineData(ApiKey.DeleteGroups, AclOperation.Delete)]
    public void A_group_is_refused_to_whom_the_right_is_missing(ApiKey key, AclOperation operation)
    {
        using GroupRig rig = new(this);
        rig.AddTopic("t");
        using WireClient client = rig.Connect();
        client.FindCoordinator("other");
        client.Committed("g", "t", rig.IdOf("t"));
        Assert.NotEqual(ErrorCode.GroupAuthorizationFailed, Ask(rig, client, key));
        denied.Add((operation, AclResourceType.Group, "g"));
        Assert.Equal(ErrorCode.GroupAuthorizationFailed, Ask(rig, client, key));
    }

    [Fact]
    public void Topics_are_refused_one_by_one()
    {
        using GroupRig rig = new(this);
        rig.AddTopic("t");
        rig.AddTopic("secret");
        using WireClient client = rig.Connect();
        client.FindCoordinator("g");
        Assert.Equal(ErrorCode.None, client.Commit("g", "t", rig.IdOf("t"), 1));
        Assert.Equal(ErrorCode.None, client.Commit("g", "secret", rig.IdOf("secret"), 2));
        denied.Add((AclOperation.Read, AclResourceType.Topic, "secret"));
        Assert.Equal(ErrorCode.TopicAuthorizationFailed, client.Commit("g", "secret", rig.IdOf("secret"), 3));
        OffsetDeleteResponse kept = client.Ask<OffsetDeleteResponse>(ApiKey.OffsetDelete, 0, new OffsetDeleteRequest
        {
            GroupId = "g", Topics = [new() { Name = "secret", Partitions = [new()] }],
        });
        Assert.Equal((short)ErrorCode.TopicAuthorizationFailed, kept.Topics[0].Partitions[0].ErrorCode);
        Assert.Equal(2, client.Committed("g", "secret", rig.IdOf("secret")));

        denied.Add((AclOperation.Describe, AclResourceType.Topic, "secret"));
        OffsetFetchResponse all = client.Ask<OffsetFetchResponse>(
            ApiKey.OffsetFetch, 8, new OffsetFetchRequest { Groups = [new() { GroupId = "g", Topics = null }] });
        Assert.Equal("t", Assert.Single(all.Groups[0].Topics).Name);
        OffsetFetchResponse one = client.Ask<OffsetFetchResponse>(ApiKey.OffsetFetch, 8, new OffsetFetchRequest
        {
            Groups = [new() { GroupId = "g", Topics = [new() { Name = "secret", PartitionIndexes = [0] }] }],
        });
        Assert.Equal(
            (short)ErrorCode.TopicAuthorizationFailed, one.Groups[0].Topics[0].Partitions[0].ErrorCode);
    }

    [Fact]
    public void Who_may_not_describe_the_cluster_sees_its_own_groups_only()
    {
        using GroupRig rig = new(this);
        rig.AddTopic("t");
        using WireClient client = rig.Connect();
        client.FindCoordinator("g");
        client.Commit("g", "t", rig.IdOf("t"), 1);
        client.Commit("mine", "t", rig.IdOf("t"), 1);
        denied.Add((AclOperation.Describe, AclResourceType.Group, "g"));
        Assert.Equal(2, List(client).Length);
        denied.Add((AclOperation.Describe, AclResourceType.Cluster, "kafka-cluster"));
        Assert.Equal("mine", Assert.Single(List(client)).GroupId);
    }

    [Fact]
    public void The_offsets_topic_is_created_for_clients_that_may_not_create_topics()
    {
        denied.Add((AclOperation.Create, AclResourceType.Cluster, "kafka-cluster"));
        denied.Add((AclOperation.Create, AclResourceType.Topic, InternalTopics.ConsumerOffsets));
        using GroupRig rig = new(this);
        using WireClient client = rig.Connect();
        client.FindCoordinator("g");
    }

    public bool Allows(object? session, AclOperation operation, AclResourceType type, ReadOnlySpan<byte> name) =>
        !denied.Contains((operation, type, Encoding.UTF8.GetString(name)));

    private static ListGroupsResponse.ListedGroup[] List(WireClient client) =>
        client.Ask<ListGroupsResponse>(ApiKey.ListGroups, 5, new ListGroupsRequest()).Groups;

    private static ErrorCode Ask(GroupRig rig, WireClient client, ApiKey key) => (ErrorCode)(key switch
    {
        ApiKey.FindCoordinator => client.Ask<FindCoordinatorResponse>(
            key, 6, new FindCoordinatorRequest { CoordinatorKeys = ["g"] }).Coordinators[0].ErrorCode,
        ApiKey.JoinGroup => client.Ask<JoinGroupResponse>(key, 9, GroupClientSteps.JoinRequest("g")).ErrorCode,
        ApiKey.SyncGroup => client.Ask<SyncGroupResponse>(
            key, 5, new SyncGroupRequest { GroupId = "g", ProtocolType = "a", ProtocolName = "b" }).ErrorCode,
        ApiKey.Heartbeat => client.Ask<HeartbeatResponse>(key, 4, new HeartbeatRequest { GroupId = "g" }).ErrorCode,
        ApiKey.LeaveGroup => client.Ask<LeaveGroupResponse>(key, 5, new LeaveGroupRequest { GroupId = "g" }).ErrorCode,
        ApiKey.OffsetCommit => (short)client.Commit("g", "t", rig.IdOf("t"), 1),
        ApiKey.OffsetFetch => client.Ask<OffsetFetchResponse>(
            key, 10, new OffsetFetchRequest { Groups = [new() { GroupId = "g" }] }).Groups[0].ErrorCode,
        ApiKey.OffsetDelete => client.Ask<OffsetDeleteResponse>(
            key, 0, new OffsetDeleteRequest { GroupId = "g" }).ErrorCode,
        ApiKey.DescribeGroups => client.Ask<DescribeGroupsResponse>(
            key, 6, new DescribeGroupsRequest { Groups = ["g"] }).Groups[0].ErrorCode,
        ApiKey.DeleteGroups => client.Ask<DeleteGroupsResponse>(
            key, 2, new DeleteGroupsRequest { GroupsNames = ["g"] }).Results[0].ErrorCode,
        _ => throw new ArgumentOutOfRangeException(nameof(key), key, "not one of these"),
    });
}
