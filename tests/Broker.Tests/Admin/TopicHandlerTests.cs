using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Storage;

namespace Millrace.Broker.Tests.Admin;

public sealed class TopicHandlerTests : IDisposable
{
    private readonly AdminRig rig = new();

    public void Dispose() => rig.Dispose();

    [Fact]
    public void A_topic_can_be_used_once_its_creation_is_answered_in_every_version()
    {
        CreateTopicsHandler handler = new(rig.Controller, rig.Creator);
        foreach (short version in AdminRig.VersionsOf(ApiKey.CreateTopics))
        {
            string name = $"topic-{version}";
            CreateTopicsResponse response = AdminRig.Ask(handler, CreationOf(name, partitions: 2), version);
            Assert.Equal(0, Assert.Single(response.Topics).ErrorCode);
            Assert.True(rig.Partitions.TryFind(name, out TopicEntry? topic));
            Assert.Equal(2, topic.Partitions.Length);
            for (int index = 0; index < 2; index++)
            {
                Assert.Equal(ErrorCode.None, topic.Find(index)!.Check(0, requiresLeader: true, out PartitionLog? log));
                Assert.Equal(topic.Id, log!.TopicId);
                Assert.True(Directory.Exists(Path.Join(rig.Folder, $"{name}-{index}")));
            }

            if (version >= 7)
            {
                Assert.Equal(topic.Id, response.Topics[0].TopicId);
            }
        }
    }

    [Fact]
    public void A_created_topic_is_told_with_its_effective_configs()
    {
        CreateTopicsHandler handler = new(rig.Controller, rig.Creator);
        CreateTopicsRequest request = CreationOf("configured");
        request.Topics[0].Configs = [new() { Name = "retention.ms", Value = "5000" }];
        CreateTopicsResponse.CreatableTopicConfigs[] configs =
            AdminRig.Ask(handler, request, 7).Topics[0].Configs!;
        CreateTopicsResponse.CreatableTopicConfigs retention = configs.Single(one => one.Name == "retention.ms");
        Assert.Equal(("5000", (sbyte)ConfigSource.DynamicTopic), (retention.Value, retention.ConfigSource));
        Assert.Equal((sbyte)ConfigSource.Default, configs.Single(one => one.Name == "segment.ms").ConfigSource);
        Assert.True(rig.Partitions.TryFind("configured", out TopicEntry? topic));
        Assert.Equal(5000, topic.Find(0)!.Log!.Config.RetentionMs);
    }

    [Fact]
    public void A_trial_creates_nothing()
    {
        CreateTopicsRequest request = CreationOf("trial");
        request.ValidateOnly = true;
        CreateTopicsHandler handler = new(rig.Controller, rig.Creator);
        Assert.Equal(0, AdminRig.Ask(handler, request, 7).Topics[0].ErrorCode);
        Assert.False(rig.Partitions.TryFind("trial", out _));
        Assert.False(rig.Image.TryFindTopic("trial", out _));
    }

    [Fact]
    public void An_invalid_config_refuses_its_topic_alone()
    {
        CreateTopicsRequest request = CreationOf("bad");
        request.Topics[0].Configs = [new() { Name = "retention.ms", Value = "soon" }];
        request.Topics = [.. request.Topics, .. CreationOf("good").Topics];
        CreateTopicsResponse response = AdminRig.Ask(new CreateTopicsHandler(rig.Controller, rig.Creator), request, 7);
        Assert.Equal((short)ErrorCode.InvalidConfig, response.Topics.Single(topic => topic.Name == "bad").ErrorCode);
        Assert.Equal(0, response.Topics.Single(topic => topic.Name == "good").ErrorCode);
        Assert.False(rig.Partitions.TryFind("bad", out _));
        Assert.True(rig.Partitions.TryFind("good", out _));
    }

    [Fact]
    public void A_deleted_topic_is_gone_from_requests_and_from_the_disk_in_every_version()
    {
        DeleteTopicsHandler handler = new(rig.Controller, AllowAllAuthorizer.Instance);
        foreach (short version in AdminRig.VersionsOf(ApiKey.DeleteTopics))
        {
            Create("doomed");
            Assert.True(rig.Partitions.TryFind("doomed", out TopicEntry? topic));
            Partition partition = topic.Find(0)!;
            DeleteTopicsRequest request = version < 6
                ? new DeleteTopicsRequest { TopicNames = ["doomed"] }
                : new DeleteTopicsRequest { Topics = [new() { Name = null, TopicId = topic.Id }] };
            DeleteTopicsResponse response = AdminRig.Ask(handler, request, version);
            Assert.Equal(0, Assert.Single(response.Responses).ErrorCode);
            Assert.False(rig.Partitions.TryFind("doomed", out _));
            Assert.False(rig.Partitions.TryFind(topic.Id, out _));
            Assert.Equal(ErrorCode.UnknownTopicOrPartition, partition.Check(-1, requiresLeader: true, out _));
            Assert.False(Directory.Exists(Path.Join(rig.Folder, "doomed-0")));
            Assert.Null(rig.Logs.Logs.Find(new TopicPartition("doomed", 0)));
        }
    }

    [Fact]
    public void Deletion_that_is_switched_off_answers_so()
    {
        using AdminRig without = new("delete.topic.enable=false");
        Create("kept", without);
        DeleteTopicsHandler handler = new(without.Controller, AllowAllAuthorizer.Instance);
        DeleteTopicsRequest request = new() { TopicNames = ["kept"] };
        Assert.Equal((short)ErrorCode.InvalidRequest, AdminRig.Ask(handler, request, 2).Responses[0].ErrorCode);
        Assert.Equal((short)ErrorCode.TopicDeletionDisabled, AdminRig.Ask(handler, request, 5).Responses[0].ErrorCode);
        Assert.True(without.Partitions.TryFind("kept", out _));
    }

    [Fact]
    public void Added_partitions_lead_and_the_others_go_on_as_they_are()
    {
        CreatePartitionsHandler handler = new(rig.Controller, AllowAllAuthorizer.Instance, new Random(5));
        Create("growing");
        Assert.True(rig.Partitions.TryFind("growing", out TopicEntry? before));
        int count = 1;
        foreach (short version in AdminRig.VersionsOf(ApiKey.CreatePartitions))
        {
            count++;
            CreatePartitionsRequest request = new()
            {
                Topics = [new() { Name = "growing", Count = count, Assignments = null }],
            };
            Assert.Equal(0, Assert.Single(AdminRig.Ask(handler, request, version).Results).ErrorCode);
            Assert.True(rig.Partitions.TryFind("growing", out TopicEntry? topic));
            Assert.Equal(count, topic.Partitions.Length);
            Assert.Same(before.Find(0), topic.Find(0));
            Assert.Equal(ErrorCode.None, topic.Find(count - 1)!.Check(0, requiresLeader: true, out _));
        }
    }

    [Fact]
    public void A_restart_finds_topics_and_logs_again_and_raises_the_leader_epochs_by_two()
    {
        Create("lasting");
        Assert.True(rig.Partitions.TryFind("lasting", out TopicEntry? before));
        rig.Restart();
        Assert.True(rig.Partitions.TryFind("lasting", out TopicEntry? after));
        Assert.Equal(before.Id, after.Id);
        Assert.Equal(before.Find(0)!.Leadership.LeaderEpoch + 2, after.Find(0)!.Leadership.LeaderEpoch);
        Assert.True(after.Find(0)!.Leadership.IsLeader);
        Assert.Equal(before.Id, after.Find(0)!.Log!.TopicId);
    }

    [Fact]
    public void A_log_of_a_topic_that_is_gone_is_never_served_under_a_new_topic_of_its_name()
    {
        // As after a crash between the deletion's record and the folder's renaming.
        Uuid former = new(5, 5);
        Assert.Equal(
            ErrorCode.None, rig.Logs.Create(new TopicPartition("again", 0), former, LogConfig.Default, out _));
        Create("again");
        Assert.True(rig.Partitions.TryFind("again", out TopicEntry? topic));
        Assert.NotEqual(former, topic.Find(0)!.Log!.TopicId);
        Assert.Equal(topic.Id, topic.Find(0)!.Log!.TopicId);
    }

    [Fact]
    public void A_log_without_a_topic_is_named_and_left_alone_at_the_start()
    {
        Assert.Equal(
            ErrorCode.None, rig.Logs.Create(new TopicPartition("stray", 0), new Uuid(5, 5), LogConfig.Default, out _));
        rig.Restart();
        Assert.Contains(rig.Lines, line => line.StartsWith("Warn", StringComparison.Ordinal)
            && line.Contains("stray-0"));
        Assert.True(Directory.Exists(Path.Join(rig.Folder, "stray-0")));
        Assert.False(rig.Partitions.TryFind("stray", out _));
    }

    private void Create(string name, AdminRig? on = null)
    {
        AdminRig node = on ?? rig;
        CreateTopicsHandler handler = new(node.Controller, node.Creator);
        Assert.Equal(0, Assert.Single(AdminRig.Ask(handler, CreationOf(name), 7).Topics).ErrorCode);
    }

    private static CreateTopicsRequest CreationOf(string name, int partitions = 1) => new()
    {
        Topics = [new() { Name = name, NumPartitions = partitions, ReplicationFactor = 1 }],
    };
}
