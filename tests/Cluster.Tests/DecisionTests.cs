using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Cluster.Tests;

public sealed class DecisionTests
{
    private readonly TestCluster cluster = new TestCluster().WithBrokers(1);

    [Fact]
    public void A_topic_is_created_with_topic_configs_and_partitions_in_kafkas_order()
    {
        int before = cluster.History.Count;
        CreateTopicsResponse.CreatableTopicResult result = cluster.Create("t", 2, -1, ("retention.ms", "-1"));

        Assert.Equal(0, result.ErrorCode);
        Assert.Null(result.ErrorMessage);
        Assert.Equal((2, 1), (result.NumPartitions, result.ReplicationFactor));
        Assert.Equal(
            ["TopicRecord v0", "ConfigRecord v0", "PartitionRecord v2", "PartitionRecord v2"],
            cluster.History.Skip(before).Select(record => record.ToString()));
        Assert.True(cluster.Image.TryFindTopic(result.TopicId, out TopicImage? topic));
        PartitionImage partition = topic.Partitions[1];
        Assert.Equal([1], partition.Replicas);
        Assert.Equal([1], partition.Isr);
        Assert.Equal([new Uuid(77, 1)], partition.Directories);
        Assert.Equal((1, 0, 0), (partition.Leader, partition.LeaderEpoch, partition.PartitionEpoch));
        Assert.Equal("-1", cluster.Image.ConfigsOf(ConfigResourceKey.Topic("t"))["retention.ms"]);
    }

    [Theory]
    [InlineData("", 1, -1, ErrorCode.InvalidTopicException, "Topic name is invalid: the empty string is not allowed")]
    [InlineData(".", 1, -1, ErrorCode.InvalidTopicException, "Topic name is invalid: '.' is not allowed")]
    [InlineData("a b", 1, -1, ErrorCode.InvalidTopicException,
        "Topic name is invalid: 'a b' contains one or more characters other than ASCII alphanumerics, "
        + "'.', '_' and '-'")]
    [InlineData("taken", 1, -1, ErrorCode.TopicAlreadyExists, "Topic 'taken' already exists.")]
    [InlineData("dotted_name", 1, -1, ErrorCode.InvalidTopicException,
        "Topic 'dotted_name' collides with existing topic: dotted.name")]
    [InlineData(
        "t", 0, -1, ErrorCode.InvalidPartitions, "Number of partitions was set to an invalid non-positive value.")]
    [InlineData(
        "t", -2, -1, ErrorCode.InvalidPartitions, "Number of partitions was set to an invalid non-positive value.")]
    [InlineData("t", 1, 0, ErrorCode.InvalidReplicationFactor,
        "Replication factor must be larger than 0, or -1 to use the default value.")]
    [InlineData("t", 1, 3, ErrorCode.InvalidReplicationFactor,
        "Unable to replicate the partition 3 time(s): The target replication factor of 3 cannot be reached because "
        + "only 1 broker(s) are registered or some brokers have all their log directories cordoned.")]
    [InlineData("t", 10_001, -1, ErrorCode.PolicyViolation, "Excessively large number of partitions per request.")]
    [InlineData("t", 10_000, -1, ErrorCode.PolicyViolation, "Unable to perform excessively large batch operation.")]
    public void A_topic_that_cannot_be_is_refused_as_in_kafka(
        string name, int partitions, short replicas, ErrorCode code, string message)
    {
        cluster.Create("taken");
        cluster.Create("dotted.name");
        int before = cluster.History.Count;

        CreateTopicsResponse.CreatableTopicResult result = cluster.Create(name, partitions, replicas);

        Assert.Equal(code, (ErrorCode)result.ErrorCode);
        Assert.Equal(message, result.ErrorMessage);
        Assert.Equal(before, cluster.History.Count);
    }

    [Fact]
    public void Configs_are_checked_and_null_ones_refused()
    {
        Assert.Equal((short)ErrorCode.InvalidConfig, cluster.Create("t", 1, -1, ("no.such.config", "1")).ErrorCode);
        Assert.Equal(
            "Null value not supported for topic configs: a,b",
            cluster.Create("t", 1, -1, ("a", null), ("b", null)).ErrorMessage);
    }

    [Fact]
    public void Duplicates_and_the_metadata_topic_are_refused_and_others_of_the_request_created()
    {
        CreateTopicsResponse response = cluster.Create(
            Topic("twice"), Topic("twice"), Topic("__cluster_metadata"), Topic("good"));
        Assert.Equal(
            [("good", ErrorCode.None), ("twice", ErrorCode.InvalidRequest),
                ("__cluster_metadata", ErrorCode.InvalidRequest)],
            response.Topics.Select(topic => (topic.Name, (ErrorCode)topic.ErrorCode)));
        Assert.Single(cluster.Image.TopicsById);

        static CreateTopicsRequest.CreatableTopic Topic(string name) =>
            new() { Name = name, NumPartitions = 1, ReplicationFactor = -1 };
    }

    [Fact]
    public void Validate_only_answers_as_if_and_changes_nothing()
    {
        CreateTopicsRequest request = new()
        {
            ValidateOnly = true,
            Topics = [new CreateTopicsRequest.CreatableTopic { Name = "t", NumPartitions = -1,
                ReplicationFactor = -1 }],
        };
        var decision = TopicCreation.Decide(request, cluster.Image, TestCluster.Rules, cluster.Random);
        Assert.Empty(decision.Records);
        Assert.Equal(3, Assert.Single(decision.Response.Topics).NumPartitions);
    }

    [Theory]
    [InlineData(1, -1, new[] { 0 }, 1, ErrorCode.InvalidRequest)]
    [InlineData(-1, 1, new[] { 0 }, 1, ErrorCode.InvalidRequest)]
    [InlineData(-1, -1, new[] { 0, 0 }, 1, ErrorCode.InvalidReplicaAssignment)]
    [InlineData(-1, -1, new[] { 0, 2 }, 1, ErrorCode.InvalidReplicaAssignment)]
    [InlineData(-1, -1, new[] { 0 }, 9, ErrorCode.InvalidReplicaAssignment)]
    [InlineData(-1, -1, new[] { 1, 0 }, 1, ErrorCode.None)]
    public void Manual_assignments_are_checked(int partitions, short replicas, int[] ids, int broker, ErrorCode code)
    {
        CreateTopicsResponse response = cluster.Create(new CreateTopicsRequest.CreatableTopic
        {
            Name = "t",
            NumPartitions = partitions,
            ReplicationFactor = replicas,
            Assignments =
            [
                .. ids.Select(id => new CreateTopicsRequest.CreatableReplicaAssignment
                {
                    PartitionIndex = id,
                    BrokerIds = [broker],
                }),
            ],
        });
        Assert.Equal(code, (ErrorCode)Assert.Single(response.Topics).ErrorCode);
    }

    [Fact]
    public void Topics_are_deleted_by_name_and_by_id_with_their_configs()
    {
        Uuid byId = cluster.Create("by-id", 1, -1, ("retention.ms", "1")).TopicId;
        cluster.Create("by-name");
        Uuid both = cluster.Create("both").TopicId;
        DeleteTopicsRequest request = new()
        {
            Topics =
            [
                new() { TopicId = byId }, new() { Name = "by-name" }, new() { TopicId = new Uuid(1, 500) },
                new() { Name = "missing" }, new(), new() { Name = "x", TopicId = byId },
                new() { TopicId = both }, new() { Name = "both" },
            ],
        };
        DeleteTopicsResponse response = cluster.Apply(
            TopicDeletion.Decide(request, 6, cluster.Image, new TopicDeletionRules()));
        Assert.Equal(
            new[]
            {
                (null, ErrorCode.InvalidRequest), ("x", ErrorCode.InvalidRequest), ("by-id", ErrorCode.None),
                (null, ErrorCode.UnknownTopicId), ("by-name", ErrorCode.None),
                ("missing", ErrorCode.UnknownTopicOrPartition), ("both", ErrorCode.InvalidRequest),
            },
            response.Responses.Select(topic => (topic.Name, (ErrorCode)topic.ErrorCode)));
        Assert.Equal(["both"], cluster.Image.TopicsByName.Keys);
        Assert.Empty(cluster.Image.ConfigsOf(ConfigResourceKey.Topic("by-id")));
    }

    [Theory]
    [InlineData(2, ErrorCode.InvalidRequest)]
    [InlineData(6, ErrorCode.TopicDeletionDisabled)]
    public void Deletion_can_be_switched_off(short version, ErrorCode code)
    {
        cluster.Create("t");
        var decision = TopicDeletion.Decide(
            new DeleteTopicsRequest { TopicNames = ["t"] }, version, cluster.Image,
            new TopicDeletionRules { IsEnabled = false });
        Assert.Empty(decision.Records);
        Assert.Equal(code, (ErrorCode)Assert.Single(decision.Response.Responses).ErrorCode);
    }

    [Theory]
    [InlineData("t", 2, ErrorCode.InvalidPartitions, "Topic already has 2 partition(s).")]
    [InlineData("t", 1, ErrorCode.InvalidPartitions,
        "The topic t currently has 2 partition(s); 1 would not be an increase.")]
    [InlineData("missing", 5, ErrorCode.UnknownTopicOrPartition, null)]
    [InlineData("t", 20_000, ErrorCode.PolicyViolation,
        "Excessively large number of additional partitions per request.")]
    [InlineData("t", 4, ErrorCode.None, null)]
    public void Partitions_are_added_or_refused_as_in_kafka(string topic, int count, ErrorCode code, string? message)
    {
        cluster.Create("t", 2);
        CreatePartitionsResponse response = cluster.Apply(PartitionCreation.Decide(
            new CreatePartitionsRequest { Topics = [new() { Name = topic, Count = count, Assignments = null }] },
            cluster.Image, cluster.Random));
        CreatePartitionsResponse.CreatePartitionsTopicResult result = Assert.Single(response.Results);
        Assert.Equal((code, message), ((ErrorCode)result.ErrorCode, result.ErrorMessage));
        Assert.Equal(code == ErrorCode.None ? count : 2, cluster.Image.TopicsByName["t"].PartitionCount);
    }

    [Fact]
    public void A_clean_restart_raises_leader_epochs_by_two_as_seen_in_kafka()
    {
        cluster.Create("t");
        cluster.Stop(1);
        PartitionImage stopped = cluster.Image.TopicsByName["t"].Partitions[0];
        Assert.Equal((-1, 1), (stopped.Leader, stopped.LeaderEpoch));
        Assert.Empty(stopped.Isr);
        Assert.Equal([1], stopped.EligibleLeaderReplicas);
        Assert.Equal([1], stopped.LastKnownElr);

        cluster.Start(1, cluster.Image.Brokers[1].Epoch);
        PartitionImage started = cluster.Image.TopicsByName["t"].Partitions[0];
        Assert.Equal((1, 2, 0), (started.Leader, started.LeaderEpoch, started.LeaderRecoveryState));
        Assert.Equal([1], started.Isr);
        Assert.Empty(started.EligibleLeaderReplicas);
        Assert.Empty(started.LastKnownElr);
    }

    [Fact]
    public void After_a_crash_the_last_leader_comes_back_in_recovery_as_seen_in_kafka()
    {
        cluster.Create("t");
        int before = cluster.History.Count;
        cluster.Start(1, previousEpoch: -1);

        List<MetadataRecord> records = [.. cluster.History.Skip(before)];
        Assert.Equal(
            ["PartitionChangeRecord v2", "RegisterBrokerRecord v4", "BrokerRegistrationChangeRecord v0",
                "PartitionChangeRecord v2"],
            records.Select(record => record.ToString()));
        PartitionChangeRecord gone = (PartitionChangeRecord)records[0].Message;
        Assert.Equal((-1, null), (gone.Leader, gone.EligibleLeaderReplicas));
        Assert.Empty(gone.Isr!);
        Assert.Equal([1], gone.LastKnownElr!);
        Assert.Equal(before, cluster.Image.Brokers[1].Epoch);
        PartitionChangeRecord back = (PartitionChangeRecord)records[3].Message;
        Assert.Equal((1, 1), (back.Leader, back.LeaderRecoveryState));
        Assert.Equal([1], back.Isr!);
        Assert.Empty(back.LastKnownElr!);
    }

    [Fact]
    public void Before_eligible_leader_replicas_the_last_in_sync_stays_in_sync()
    {
        TestCluster old = new TestCluster(new MetadataVersion(14)).WithBrokers(1);
        old.Create("t");
        old.Stop(1);
        PartitionImage stopped = old.Image.TopicsByName["t"].Partitions[0];
        Assert.Equal((-1, 1), (stopped.Leader, stopped.LeaderEpoch));
        Assert.Equal([1], stopped.Isr);
        old.Start(1, -1);
        Assert.Equal((1, 2), (old.Image.TopicsByName["t"].Partitions[0].Leader,
            old.Image.TopicsByName["t"].Partitions[0].LeaderEpoch));
    }

    [Fact]
    public void Of_several_replicas_another_takes_over_and_the_preferred_one_is_elected_back()
    {
        TestCluster three = new TestCluster().WithBrokers(1, 2, 3);
        three.Create("t", 1, 3);
        int first = three.Image.TopicsByName["t"].Partitions[0].Leader;
        three.Stop(first);
        PartitionImage without = three.Image.TopicsByName["t"].Partitions[0];
        Assert.NotEqual(first, without.Leader);
        Assert.DoesNotContain(first, without.Isr);
        Assert.Equal(1, without.LeaderEpoch);

        ElectLeadersRequest request = new() { TopicPartitions = [new() { Topic = "t", Partitions = [0, 7] }] };
        ElectLeadersResponse response = three.Apply(LeaderElection.Decide(request, three.Image, ElectionRules.Default));
        Assert.Equal(
            [ErrorCode.PreferredLeaderNotAvailable, ErrorCode.UnknownTopicOrPartition],
            response.ReplicaElectionResults[0].PartitionResult.Select(result => (ErrorCode)result.ErrorCode));

        Assert.Equal(
            ErrorCode.ElectionNotNeeded,
            (ErrorCode)cluster.Apply(LeaderElection.Decide(
                ElectOnly(cluster.Create("u").Name), cluster.Image, ElectionRules.Default))
                .ReplicaElectionResults[0].PartitionResult[0].ErrorCode);

        static ElectLeadersRequest ElectOnly(string topic) =>
            new() { TopicPartitions = [new() { Topic = topic, Partitions = [0] }] };
    }

    [Fact]
    public void Producer_ids_come_in_blocks_of_a_thousand_to_the_present_incarnation_only()
    {
        long epoch = cluster.Image.Brokers[1].Epoch;
        AllocateProducerIdsRequest request = new() { BrokerId = 1, BrokerEpoch = epoch };
        Assert.Equal(0, cluster.Apply(ProducerIdAllocation.Decide(request, cluster.Image)).ProducerIdStart);
        AllocateProducerIdsResponse second = cluster.Apply(ProducerIdAllocation.Decide(request, cluster.Image));
        Assert.Equal((1000, 1000), (second.ProducerIdStart, second.ProducerIdLen));
        request.BrokerEpoch = epoch + 1;
        Assert.Equal(
            (short)ErrorCode.StaleBrokerEpoch, ProducerIdAllocation.Decide(request, cluster.Image).Response.ErrorCode);
        Assert.Equal(2000, cluster.Image.NextProducerId);
    }

    [Theory]
    [InlineData("group.version", 2, 1, "Local controller 1 only supports versions 0-1")]
    [InlineData("no.such.version", 1, 1, "Local controller 1 does not support this feature.")]
    [InlineData("group.version", 0, 1, "Can't downgrade the version of this feature without setting the upgrade type")]
    [InlineData("metadata.version", 31, 2, "Refusing to perform the requested downgrade")]
    [InlineData("metadata.version", 32, 3, "Unsafe metadata downgrade is not supported in this version.")]
    [InlineData("share.version", 1, 2, null)]
    [InlineData("group.version", 0, 2, null)]
    public void Features_move_as_kafka_lets_them(string name, short level, sbyte type, string? why)
    {
        UpdateFeaturesRequest request = new()
        {
            FeatureUpdates = [new() { Feature = name, MaxVersionLevel = level, UpgradeType = type }],
        };
        UpdateFeaturesResponse response = cluster.Apply(
            FeatureUpdate.Decide(request, 2, cluster.Image, 1, 1, ElectionRules.Default));
        Assert.Equal(why is null ? 0 : (short)ErrorCode.InvalidUpdateVersion, response.ErrorCode);
        Assert.Contains(why ?? "", response.ErrorMessage ?? "", StringComparison.Ordinal);
        Assert.Equal(why is null, cluster.Image.FeatureLevel(name) == level);
    }

    [Fact]
    public void An_upgrade_turns_eligible_leader_replicas_on_with_a_cluster_wide_min_insync_replicas()
    {
        TestCluster old = new(new MetadataVersion(23));
        ConfigResourceKey one = new(ConfigResourceKey.BrokerType, "1");
        old.Apply([ImageRecords.Config(one, "min.insync.replicas", "2")]);
        Assert.False(old.Image.KeepsElr);
        UpdateFeaturesRequest request = new()
        {
            FeatureUpdates =
                [new() { Feature = ClusterFeature.EligibleLeaderReplicasVersion, MaxVersionLevel = 1,
                    UpgradeType = 1 }],
        };
        old.Apply(FeatureUpdate.Decide(request, 2, old.Image, 1, 1, ElectionRules.Default));
        Assert.True(old.Image.KeepsElr);
        Assert.Equal("1", old.Image.ConfigsOf(ConfigResourceKey.AllBrokers)["min.insync.replicas"]);
        Assert.Single(old.Image.Configs);
    }

    [Fact]
    public void Reassignments_of_one_broker_are_answered_as_in_kafka()
    {
        cluster.Create("t");
        Reassignments reassignments = new(cluster.Image, ElectionRules.Default);
        AlterPartitionReassignmentsRequest request = new()
        {
            Topics =
            [
                new()
                {
                    Name = "t",
                    Partitions =
                    [
                        new() { PartitionIndex = 0, Replicas = [1] }, new() { PartitionIndex = 0, Replicas = [2] },
                        new() { PartitionIndex = 0, Replicas = null }, new() { PartitionIndex = 5, Replicas = [1] },
                        new() { PartitionIndex = 0, Replicas = [] },
                    ],
                },
            ],
        };
        var decision = reassignments.Alter(request);
        Assert.Empty(decision.Records);
        Assert.Equal(
            [ErrorCode.None, ErrorCode.InvalidReplicaAssignment, ErrorCode.NoReassignmentInProgress,
                ErrorCode.UnknownTopicOrPartition, ErrorCode.InvalidReplicaAssignment],
            decision.Response.Responses[0].Partitions.Select(partition => (ErrorCode)partition.ErrorCode));
        Assert.Empty(reassignments.List(new ListPartitionReassignmentsRequest { Topics = null }).Topics);
    }

    [Fact]
    public void A_reassignment_adds_replicas_is_listed_and_can_be_cancelled()
    {
        TestCluster three = new TestCluster().WithBrokers(1, 2, 3);
        three.Create(new CreateTopicsRequest.CreatableTopic
        {
            Name = "t",
            NumPartitions = -1,
            ReplicationFactor = -1,
            Assignments = [new() { PartitionIndex = 0, BrokerIds = [1] }],
        });
        three.Apply(Alter([2]));
        PartitionImage moving = three.Image.TopicsByName["t"].Partitions[0];
        Assert.Equal([2, 1], moving.Replicas);
        Assert.Equal([2], moving.AddingReplicas);
        Assert.Equal([1], moving.RemovingReplicas);
        Assert.Single(new Reassignments(three.Image, ElectionRules.Default)
            .List(new ListPartitionReassignmentsRequest { Topics = null }).Topics);

        three.Apply(Alter(null));
        PartitionImage back = three.Image.TopicsByName["t"].Partitions[0];
        Assert.Equal([1], back.Replicas);
        Assert.False(back.IsReassigning);

        Decision<AlterPartitionReassignmentsResponse> Alter(int[]? replicas) =>
            new Reassignments(three.Image, ElectionRules.Default).Alter(new AlterPartitionReassignmentsRequest
            {
                Topics = [new() { Name = "t", Partitions = [new() { PartitionIndex = 0, Replicas = replicas }] }],
            });
    }

    [Theory]
    [InlineData(true, "other", false, ErrorCode.InconsistentClusterId)]
    [InlineData(true, TestCluster.ClusterId, true, ErrorCode.DuplicateBrokerRegistration)]
    [InlineData(false, TestCluster.ClusterId, false, ErrorCode.InvalidRegistration)]
    public void A_broker_that_may_not_register_is_refused(bool hasDir, string clusterId, bool alive, ErrorCode code)
    {
        BrokerRegistrationRequest request = cluster.Registration(1);
        request.ClusterId = clusterId;
        request.LogDirs = hasDir ? request.LogDirs : [];
        var decision = cluster.Lifecycle.Register(request, TestCluster.ClusterId, 100, alive);
        Assert.Empty(decision.Records);
        Assert.Equal(code, (ErrorCode)decision.Response.ErrorCode);
    }

    [Fact]
    public void Config_changes_are_checked_for_their_resource_before_anyone_looks_at_the_configs()
    {
        cluster.Create("t");
        IncrementalAlterConfigsRequest request = new()
        {
            Resources =
            [
                Resource(2, "t"), Resource(2, "missing"), Resource(4, ""), Resource(4, "1"), Resource(4, "2"),
                Resource(4, "x"), Resource(77, "y"), Resource(32, "g"), Resource(32, "g"),
            ],
        };
        IncrementalAlterConfigsResponse response = cluster.Apply(new ConfigDecisions(cluster.Image, 1).Incremental(
            request,
            (ConfigResourceKey _, IReadOnlyList<IncrementalAlterConfigsRequest.AlterableConfig> changes,
                System.Collections.Immutable.ImmutableSortedDictionary<string, string> _,
                out IReadOnlyList<KeyValuePair<string, string?>> records) =>
            {
                records = [.. changes.Select(change => KeyValuePair.Create(change.Name, change.Value))];
                return Refusal.None;
            }));
        Assert.Equal(
            [ErrorCode.None, ErrorCode.UnknownTopicOrPartition, ErrorCode.None, ErrorCode.None,
                ErrorCode.InvalidRequest,
                ErrorCode.InvalidRequest, ErrorCode.InvalidRequest, ErrorCode.InvalidRequest, ErrorCode.InvalidRequest],
            response.Responses.Select(result => (ErrorCode)result.ErrorCode));
        Assert.Equal("v", cluster.Image.ConfigsOf(ConfigResourceKey.Topic("t"))["k"]);
        Assert.Equal(3, cluster.Image.Configs.Count);

        static IncrementalAlterConfigsRequest.AlterConfigsResource Resource(sbyte type, string name) =>
            new() { ResourceType = type, ResourceName = name, Configs = [new() { Name = "k", Value = "v" }] };
    }
}
