using Millrace.Base;
using Millrace.Protocol.Messages;

namespace Millrace.Cluster.Tests;

public sealed class DirectoryFailureTests
{
    private static readonly Uuid First = new(77, 1);
    private static readonly Uuid Second = new(77, 2);

    [Fact]
    public void A_failed_directory_leaves_the_registration_and_its_partitions_have_no_leader_until_it_is_back()
    {
        TestCluster cluster = new TestCluster().WithBrokers(1);
        Assert.Equal(0, cluster.Create("here").ErrorCode);
        Restart(cluster, First, Second);
        Assert.Equal(1, LeaderOf(cluster));

        cluster.Apply(cluster.Lifecycle.TakeOffline(1, [First]));
        Assert.Equal([Second], cluster.Image.Brokers[1].LogDirs.ToArray());
        Assert.Equal(PartitionImage.NoLeader, LeaderOf(cluster));
        Assert.Empty(cluster.Lifecycle.TakeOffline(1, [First]));

        Restart(cluster, Second);
        Assert.Equal(PartitionImage.NoLeader, LeaderOf(cluster));
        Restart(cluster, First, Second);
        Assert.Equal(1, LeaderOf(cluster));
    }

    [Fact]
    public void The_last_directory_stays_registered_as_the_broker_stops()
    {
        TestCluster cluster = new TestCluster().WithBrokers(1);
        Assert.Empty(cluster.Lifecycle.TakeOffline(1, [First]));
        Assert.Equal([First], cluster.Image.Brokers[1].LogDirs.ToArray());
    }

    private static void Restart(TestCluster cluster, params Uuid[] directories)
    {
        BrokerRegistrationRequest registration = cluster.Registration(1, cluster.Image.Brokers[1].Epoch);
        registration.LogDirs = directories;
        BrokerRegistrationResponse response = cluster.Apply(cluster.Lifecycle.Register(
            registration, TestCluster.ClusterId, cluster.History.Count, hasSession: false));
        Assert.Equal(0, response.ErrorCode);
        cluster.Apply(cluster.Lifecycle.Unfence(1));
    }

    private static int LeaderOf(TestCluster cluster)
    {
        Assert.True(cluster.Image.TryFindTopic("here", out TopicImage? topic));
        return topic.Partitions[0].Leader;
    }
}
