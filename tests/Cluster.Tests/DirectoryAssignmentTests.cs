using Millrace.Base;
using Millrace.Protocol.Messages;

namespace Millrace.Cluster.Tests;

public sealed class DirectoryAssignmentTests
{
    private static readonly Uuid Placed = new(77, 9);

    [Fact]
    public void A_replica_lies_where_its_broker_says_and_the_others_stay()
    {
        TestCluster cluster = new TestCluster().WithBrokers(1, 2);
        Assert.Equal(0, cluster.Create("here", replicas: 2).ErrorCode);
        Assert.True(cluster.Image.TryFindTopic("here", out TopicImage? topic));
        Uuid other = topic.Partitions[0].DirectoryOf(2);

        cluster.Apply(DirectoryAssignment.Decide(cluster.Image, 1, [new ReplicaDirectory(topic.Id, 0, Placed)]));

        PartitionImage partition = cluster.Image.TopicsById[topic.Id].Partitions[0];
        Assert.Equal(Placed, partition.DirectoryOf(1));
        Assert.Equal(other, partition.DirectoryOf(2));
        Assert.Empty(DirectoryAssignment.Decide(cluster.Image, 1, [new ReplicaDirectory(topic.Id, 0, Placed)]));
    }

    [Fact]
    public void What_the_metadata_does_not_know_is_passed_over()
    {
        TestCluster cluster = new TestCluster().WithBrokers(1);
        Assert.Equal(0, cluster.Create("here").ErrorCode);
        Assert.True(cluster.Image.TryFindTopic("here", out TopicImage? topic));
        Assert.Empty(DirectoryAssignment.Decide(
            cluster.Image, 1, [new ReplicaDirectory(new Uuid(1, 1), 0, Placed), new(topic.Id, 99, Placed)]));
        Assert.Empty(DirectoryAssignment.Decide(cluster.Image, 5, [new(topic.Id, 0, Placed)]));
    }
}
