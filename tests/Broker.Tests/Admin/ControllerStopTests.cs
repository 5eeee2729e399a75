using Millrace.Cluster;
using Millrace.Protocol.Messages;

namespace Millrace.Broker.Tests.Admin;

public sealed class ControllerStopTests
{
    [Fact]
    public void A_stop_leaves_the_broker_fenced_and_nobody_leading_until_the_next_start()
    {
        using AdminRig rig = new();
        AdminRig.Ask(new CreateTopicsHandler(rig.Controller, rig.Creator), new CreateTopicsRequest
        {
            Topics =
            [
                new CreateTopicsRequest.CreatableTopic { Name = "orders", NumPartitions = 3, ReplicationFactor = 1 },
            ],
        }, 7);
        Assert.All(PartitionsOf(rig), partition => Assert.Equal(1, partition.Leader));

        rig.Controller.Loop.Dispose();
        rig.Controller.Stop();
        BrokerImage stopped = rig.Image.Brokers[1];
        Assert.True(stopped.Fenced);
        Assert.True(stopped.InControlledShutdown);
        Assert.All(PartitionsOf(rig), partition => Assert.False(partition.HasLeader));

        rig.Restart();
        Assert.True(rig.Image.Brokers[1].IsActive);
        Assert.All(PartitionsOf(rig), partition => Assert.Equal(1, partition.Leader));
    }

    private static IEnumerable<PartitionImage> PartitionsOf(AdminRig rig)
    {
        Assert.True(rig.Image.TryFindTopic("orders", out TopicImage? topic));
        return topic.Partitions.ToArray();
    }
}
