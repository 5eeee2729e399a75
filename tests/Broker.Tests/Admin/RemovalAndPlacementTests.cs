using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker.Tests.Admin;

/// <summary>Brokers and controllers that are gone, and the directories of replicas.</summary>
public sealed class RemovalAndPlacementTests : IDisposable
{
    private readonly AdminRig rig = new();

    public void Dispose() => rig.Dispose();

    [Fact]
    public void A_broker_that_is_not_registered_cannot_be_taken_away()
    {
        UnregisterBrokerResponse response = AdminRig.Ask(
            new UnregisterBrokerHandler(rig.Controller, rig.Authorizer),
            new UnregisterBrokerRequest { BrokerId = 7 },
            0);
        Assert.Equal((short)ErrorCode.BrokerIdNotRegistered, response.ErrorCode);
        Assert.Equal("Broker ID 7 is not currently registered", response.ErrorMessage);
    }

    [Fact]
    public void A_controller_that_is_gone_is_taken_away_and_the_active_one_never()
    {
        UnregisterControllerHandler handler = new(rig.Controller, rig.Authorizer);
        Assert.Equal((short)ErrorCode.InvalidRequest, Remove(handler, 1));
        Assert.Equal((short)ErrorCode.ControllerIdNotRegistered, Remove(handler, 7));

        RegisterControllerRecord other = new() { ControllerId = 7 };
        Assert.True(rig.Controller.TryCommit([new MetadataRecord(other, 0)]));
        Assert.True(rig.Image.Controllers.ContainsKey(7));
        Assert.Equal(0, Remove(handler, 7));
        Assert.False(rig.Image.Controllers.ContainsKey(7));
    }

    [Fact]
    public void A_replica_may_be_asked_to_lie_where_it_lies_and_mistakes_have_Kafkas_errors()
    {
        string name = new('n', 220);
        Assert.True(rig.Creator.TryCreate(["here", name], AdminRig.CallerOf(7)));
        AlterReplicaLogDirsHandler handler = new(rig.Controller, rig.Logs, rig.Authorizer);
        foreach (short version in AdminRig.VersionsOf(ApiKey.AlterReplicaLogDirs))
        {
            AlterReplicaLogDirsResponse response = AdminRig.Ask(
                handler,
                new AlterReplicaLogDirsRequest
                {
                    Dirs =
                    [
                        new()
                        {
                            Path = rig.Folder,
                            Topics =
                            [
                                new() { Name = "here", Partitions = [0, 9] },
                                new() { Name = name, Partitions = [0] },
                            ],
                        },
                        new() { Path = "/elsewhere", Topics = [new() { Name = "here", Partitions = [1] }] },
                    ],
                },
                version);
            Assert.Equal(
                [
                    ("here", 0, ErrorCode.None),
                    ("here", 9, ErrorCode.ReplicaNotAvailable),
                    ("here", 1, ErrorCode.LogDirNotFound),
                    (name, 0, ErrorCode.InvalidTopicException),
                ],
                response.Results.SelectMany(topic => topic.Partitions.Select(
                    partition => (topic.TopicName, partition.PartitionIndex, (ErrorCode)partition.ErrorCode))));
        }
    }

    private static short Remove(UnregisterControllerHandler handler, int id) =>
        AdminRig.Ask(handler, new UnregisterControllerRequest { ControllerId = id }, 0).ErrorCode;
}
