using Millrace.Base;
using Millrace.Protocol.Messages;

namespace Millrace.Cluster.Tests;

public sealed class ImageTests
{
    [Theory]
    [InlineData(1, 33)]
    [InlineData(2, 33)]
    [InlineData(3, 23)]
    [InlineData(4, 17)]
    [InlineData(5, 14)]
    [InlineData(6, 7)]
    public void A_snapshot_of_any_history_replays_to_an_equal_image(int seed, short level)
    {
        TestCluster cluster = new(new MetadataVersion(level));
        cluster.WithBrokers(1, 2, 3);
        Random random = new(seed);
        for (int step = 0; step < 300; step++)
        {
            Step(cluster, random);
            if (step % 50 == 49)
            {
                MetadataImage replayed = TestCluster.Replay(ImageRecords.Of(cluster.Image));
                Assert.Equal(TestCluster.Bytes(cluster.Image), TestCluster.Bytes(replayed));
            }
        }

        Assert.NotEmpty(cluster.Image.TopicsById);
        MetadataImage atOnce = TestCluster.Replay(cluster.History);
        Assert.Equal(TestCluster.Bytes(cluster.Image), TestCluster.Bytes(atOnce));
    }

    private static void Step(TestCluster cluster, Random random)
    {
        string topic = $"topic{(random.Next(2) == 0 ? "." : "-")}{random.Next(12)}";
        int broker = random.Next(1, 4);
        switch (random.Next(10))
        {
            case 0 or 1 or 2:
                cluster.Create(
                    topic, random.Next(1, 5), (short)random.Next(1, 4), ("retention.ms", $"{random.Next(9)}"));
                break;
            case 3:
                cluster.Apply(TopicDeletion.Decide(
                    new DeleteTopicsRequest { TopicNames = [topic] }, 5, cluster.Image, new TopicDeletionRules()));
                break;
            case 4:
                CreatePartitionsRequest.CreatePartitionsTopic more =
                    new() { Name = topic, Count = random.Next(1, 9), Assignments = null };
                cluster.Apply(PartitionCreation.Decide(
                    new CreatePartitionsRequest { Topics = [more] }, cluster.Image, cluster.Random));
                break;
            case 5:
                cluster.Stop(broker);
                break;
            case 6:
                cluster.Start(broker, random.Next(2) == 0 ? cluster.Image.Brokers[broker].Epoch : -1);
                break;
            case 7:
                cluster.Apply([Config(topic, random), Quota(random), Entry(random)]);
                break;
            case 8:
                cluster.Apply(ProducerIdAllocation.Decide(
                    new AllocateProducerIdsRequest
                    {
                        BrokerId = broker,
                        BrokerEpoch = cluster.Image.Brokers[broker].Epoch,
                    },
                    cluster.Image));
                break;
            default:
                cluster.Apply(LeaderElection.Decide(
                    new ElectLeadersRequest { TopicPartitions = null }, cluster.Image, ElectionRules.Default));
                break;
        }
    }

    private static MetadataRecord Config(string topic, Random random) => ImageRecords.Config(
        new ConfigResourceKey(random.Next(2) == 0 ? ConfigResourceKey.GroupType : ConfigResourceKey.BrokerType, topic),
        $"name{random.Next(3)}",
        random.Next(3) == 0 ? null : $"{random.Next()}");

    private static MetadataRecord Quota(Random random) => new(
        new ClientQuotaRecord
        {
            Entity = [new ClientQuotaRecord.EntityData { EntityType = "user",
                EntityName = random.Next(2) == 0 ? null : "" }],
            Key = "producer_byte_rate",
            Value = random.Next(),
            Remove = random.Next(3) == 0,
        },
        0);

    private static MetadataRecord Entry(Random random) => new(
        new AccessControlEntryRecord { Id = new Uuid(5, (ulong)random.Next(20)), Principal = $"User:{random.Next()}" },
            0);

    [Fact]
    public void A_transaction_takes_effect_as_a_whole_when_it_ends_and_not_at_all_when_it_is_aborted()
    {
        MetadataState state = new();
        MetadataRecord version = ImageRecords.Feature(MetadataVersion.FeatureName, 33);
        MetadataRecord topic = new(new TopicRecord { Name = "t", TopicId = new Uuid(9, 9) }, 0);
        MetadataRecord begin = new(new BeginTransactionRecord { Name = "n" }, 0);
        state.Apply([version], 0, 1, 1);

        Assert.Null(state.Apply([begin, topic], 2, 1, 1));
        Assert.True(state.InTransaction);
        Assert.False(state.Image.TryFindTopic("t", out _));
        state.Apply([new MetadataRecord(new AbortTransactionRecord(), 0)], 3, 1, 1);
        Assert.False(state.Image.TryFindTopic("t", out _));

        state.Apply([begin, topic], 5, 1, 1);
        Assert.NotNull(state.Apply([new MetadataRecord(new EndTransactionRecord(), 0)], 6, 1, 1));
        Assert.True(state.Image.TryFindTopic("t", out _));
        Assert.Equal(6, state.Image.Offset);
    }

    [Theory]
    [InlineData("0110000000", "frame")] // frame version 1, and trailing bytes make no NoOp of version 16
    [InlineData("024E00", "frame has version 2")]
    [InlineData("017F00", "type 127 is unknown")]
    [InlineData("010009", "version 9")]
    [InlineData("", "no metadata record")]
    public void A_record_of_unknown_type_or_newer_version_is_refused_with_its_offset(string hex, string reason)
    {
        MetadataRefusedException refusal = Assert.Throws<MetadataRefusedException>(
            () => MetadataRecordCodec.Decode(Convert.FromHexString(hex), 4711));
        Assert.Contains("offset 4711", refusal.Message, StringComparison.Ordinal);
        if (reason != "frame")
        {
            Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_newer_metadata_version_or_an_unknown_feature_is_refused()
    {
        Assert.Throws<MetadataRefusedException>(
            () => TestCluster.Replay([ImageRecords.Feature(MetadataVersion.FeatureName, 34)]));
        Assert.Throws<MetadataRefusedException>(
            () => TestCluster.Replay([ImageRecords.Feature(MetadataVersion.FeatureName, 6)]));
        Assert.Throws<MetadataRefusedException>(
            () => TestCluster.Replay([ImageRecords.Feature(ClusterFeature.GroupVersion, 2)]));
        Assert.Throws<MetadataRefusedException>(() => TestCluster.Replay([ImageRecords.Feature("other.version", 1)]));
    }

    [Fact]
    public void An_old_image_stays_as_it_was_while_new_ones_come_about()
    {
        TestCluster cluster = new TestCluster().WithBrokers(1);
        cluster.Create("a", 2);
        MetadataImage old = cluster.Image;
        IReadOnlyList<string> bytes = TestCluster.Bytes(old);

        cluster.Create("b");
        cluster.Stop(1);
        cluster.Apply(TopicDeletion.Decide(
            new DeleteTopicsRequest { TopicNames = ["a"] }, 5, cluster.Image, new TopicDeletionRules()));

        Assert.Equal(bytes, TestCluster.Bytes(old));
        Assert.True(old.TryFindTopic("a", out _));
        Assert.False(cluster.Image.TryFindTopic("a", out _));
    }

    [Theory]
    [InlineData("3.3", 7)]
    [InlineData("3.9.1", 21)]
    [InlineData("4.4", 33)]
    [InlineData("4.4-IV1", 32)]
    [InlineData("4.0-IV3", 25)]
    public void A_release_stands_for_its_newest_metadata_version(string text, short level)
    {
        Assert.True(MetadataVersion.TryParse(text, out MetadataVersion version));
        Assert.Equal(level, version.Level);
    }

    [Theory]
    [InlineData("3.2")]
    [InlineData("4.5")]
    [InlineData("4.4-IV3")]
    [InlineData("4")]
    [InlineData("")]
    public void A_version_that_is_not_served_has_no_metadata_version(string text) =>
        Assert.False(MetadataVersion.TryParse(text, out _));
}
