using Millrace.Broker;
using Millrace.Protocol.Wire;
using Millrace.Storage;
using Millrace.Storage.Simulation;

namespace Millrace.Cluster.Tests;

public sealed class QuorumTests
{
    private readonly QuorumRig rig = new();

    [Theory]
    [InlineData(InitialQuorum.Static, 0)]
    [InlineData(InitialQuorum.Dynamic, 1)]
    public void A_formatted_directory_starts_with_its_features_and_each_start_is_a_new_epoch(
        InitialQuorum kind, short kraftVersion)
    {
        Assert.Null(rig.Format(kind));
        int[] voters = kind == InitialQuorum.Static ? [1] : [];
        using MetadataQuorum first = rig.Start(voters);
        Assert.Equal((1, kraftVersion), (first.Epoch, first.Voters.KRaftVersion));
        Assert.Equal(MetadataVersion.Newest, first.Image.MetadataVersion);
        Assert.Equal(2, first.Image.FeatureLevel(ClusterFeature.ShareVersion));
        Assert.Equal("1", first.Image.ConfigsOf(ConfigResourceKey.AllBrokers)["min.insync.replicas"]);
        IReadOnlyList<string> image = TestCluster.Bytes(first.Image);
        // Leader change, under kraft.version 1 version and voters, then a transaction of six features and a config.
        Assert.Equal(1 + (2 * kraftVersion) + 9, first.EndOffset);

        using MetadataQuorum second = rig.Start(voters);
        Assert.Equal(2, second.Epoch);
        Assert.Equal(first.EndOffset + 1, second.EndOffset);
        Assert.Equal(image, TestCluster.Bytes(second.Image));
        QuorumVote vote = rig.OpenLog().ReadVote()!;
        Assert.Equal((1, 2, -1), (vote.LeaderId, vote.Epoch, vote.VotedId));
        Assert.Equal(kraftVersion == 0, vote.StaticVoters is not null);
    }

    [Fact]
    public void What_was_appended_is_there_after_a_power_cut()
    {
        rig.Format(InitialQuorum.Dynamic);
        for (int round = 0; round < 20; round++)
        {
            using MetadataQuorum quorum = rig.Start();
            Assert.Equal(round, quorum.Image.TopicsById.Count);
            Assert.Equal(MetadataWrite.Done, quorum.Append([QuorumRig.Topic(round)]).Outcome);
            rig.Disk.Crash(new Random(round));
        }
    }

    [Fact]
    public void A_torn_tail_is_cut_off_at_the_start_and_only_there()
    {
        rig.Format(InitialQuorum.Dynamic);
        using MetadataQuorum quorum = rig.Start();
        quorum.Append([QuorumRig.Topic(1)]);
        string path = $"{QuorumRig.Folder}/{0:D20}.log";
        byte[] whole = rig.Disk.Peek(path)!;
        for (int cut = 1; cut < 70; cut += 7)
        {
            rig.Disk.Put(path, [.. whole, .. whole.AsSpan(whole.Length - 80, 80 - cut)]);
            MetadataLogFiles log = rig.OpenLog();
            Assert.Equal(quorum.EndOffset, log.EndOffset);
            Assert.True(rig.Disk.Peek(path)!.Length > whole.Length);
            Assert.Equal(MetadataWrite.Done, log.BeginWriting(-1));
            Assert.Equal(whole, rig.Disk.Peek(path));
            log.Close();
        }
    }

    [Fact]
    public void Damage_before_the_last_segment_is_refused_and_nothing_is_written()
    {
        rig.Format(InitialQuorum.Dynamic);
        rig.LogConfig = new MetadataLogConfig { SegmentBytes = 600 };
        using MetadataQuorum quorum = rig.Start();
        for (int topic = 0; topic < 20; topic++)
        {
            quorum.Append([QuorumRig.Topic(topic)]);
        }

        string path = $"{QuorumRig.Folder}/{0:D20}.log";
        byte[] bytes = rig.Disk.Peek(path)!;
        bytes[bytes.Length / 2] ^= 1;
        rig.Disk.Put(path, bytes);
        Assert.Throws<MetadataRefusedException>(() => rig.OpenLog());
        Assert.Equal(bytes, rig.Disk.Peek(path));
    }

    [Fact]
    public void Snapshots_are_written_when_due_loaded_and_old_ones_deleted_with_their_segments()
    {
        rig.Format(InitialQuorum.Dynamic);
        rig.LogConfig = new MetadataLogConfig { SegmentBytes = 600, RetentionBytes = 6000 };
        using MetadataQuorum quorum = rig.Start();
        int written = 0;
        for (int topic = 0; topic < 200; topic++)
        {
            quorum.Append([QuorumRig.Topic(topic)]);
            if (quorum.IsSnapshotDue)
            {
                Assert.Equal(MetadataWrite.Done, quorum.WriteSnapshot());
                written++;
            }
        }

        Assert.True(written > 3);
        MetadataLogFiles log = rig.OpenLog();
        Assert.True(log.StartOffset > 0);
        Assert.True(log.Snapshots.Count < written);
        Assert.True(log.Snapshots[0].EndOffset >= log.StartOffset);
        log.Close();
        IReadOnlyList<string> image = TestCluster.Bytes(quorum.Image);
        using MetadataQuorum again = rig.Start();
        Assert.Equal(image, TestCluster.Bytes(again.Image));
        Assert.Equal(1, again.Voters.KRaftVersion);
        Assert.Equal(2, again.Epoch);
    }

    [Fact]
    public void A_snapshot_is_due_after_its_interval_if_there_is_news()
    {
        rig.Format(InitialQuorum.Dynamic);
        using MetadataQuorum quorum = rig.Start();
        Assert.False(quorum.IsSnapshotDue);
        rig.Clock.Advance(60_000);
        Assert.True(quorum.IsSnapshotDue);
        Assert.Equal(MetadataWrite.Done, quorum.WriteSnapshot());
        rig.Clock.Advance(60_000);
        Assert.False(quorum.IsSnapshotDue);
        quorum.Append([QuorumRig.Topic(1)]);
        Assert.True(quorum.IsSnapshotDue);
    }

    [Fact]
    public void A_full_disk_refuses_the_change_and_takes_it_once_there_is_room()
    {
        rig.Format(InitialQuorum.Dynamic);
        using MetadataQuorum quorum = rig.Start();
        long end = quorum.EndOffset;
        rig.Disk.Capacity = 0;
        Assert.Equal(MetadataWrite.NoSpace, quorum.Append([QuorumRig.Topic(1)]).Outcome);
        Assert.Equal(end, quorum.EndOffset);
        Assert.Empty(quorum.Image.TopicsById);
        rig.Disk.Capacity = null;
        Assert.Equal(MetadataWrite.Done, quorum.Append([QuorumRig.Topic(1)]).Outcome);
        using MetadataQuorum again = rig.Start();
        Assert.Single(again.Image.TopicsById);
    }

    [Fact]
    public void A_quorum_of_several_nodes_is_refused()
    {
        rig.Format(InitialQuorum.Static);
        using MetadataQuorum several = rig.Open(null, 1, 2, 3);
        Assert.Throws<MetadataRefusedException>(several.Load);
        using MetadataQuorum nobody = rig.Open();
        Assert.Throws<MetadataRefusedException>(nobody.Load);
    }

    [Fact]
    public void A_directory_that_is_formatted_is_not_formatted_again()
    {
        Assert.Null(rig.Format(InitialQuorum.Dynamic));
        Assert.Contains("already formatted", rig.Format(InitialQuorum.Dynamic), StringComparison.Ordinal);
        Assert.Null(rig.Format(InitialQuorum.Dynamic, null, ignoresFormatted: true));
    }

    [Fact]
    public void A_log_whose_beginning_no_snapshot_has_is_refused()
    {
        rig.Format(InitialQuorum.Dynamic);
        rig.LogConfig = new MetadataLogConfig { SegmentBytes = 600, RetentionBytes = 0 };
        using MetadataQuorum quorum = rig.Start();
        for (int topic = 0; topic < 60; topic++)
        {
            quorum.Append([QuorumRig.Topic(topic)]);
        }

        Assert.Equal(MetadataWrite.Done, quorum.WriteSnapshot());
        MetadataLogFiles log = rig.OpenLog();
        SnapshotId snapshot = Assert.Single(log.Snapshots);
        Assert.True(log.StartOffset > 0);
        rig.Disk.Delete($"{QuorumRig.Folder}/{snapshot.EndOffset:D20}-{snapshot.Epoch:D10}.checkpoint");
        using MetadataQuorum headless = rig.Open();
        Assert.Throws<MetadataRefusedException>(headless.Load);
    }
}
