using System.Diagnostics;
using Millrace.Base;
using Millrace.Broker;
using Millrace.Protocol.Records;
using Millrace.Protocol.Wire;
using Millrace.Storage;

namespace Millrace.Cluster.Tests;

/// <summary>Metadata that Apache Kafka wrote: every set of the reference material.</summary>
[Trait("Data", "kafka-data")]
public sealed class KafkaDataTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cluster-tests-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [SharedTheory(SharedPart.KafkaData)]
    [InlineData("clean-4.4", "data", 33, 2)]
    [InlineData("killed-4.4", "data", 33, 2)]
    [InlineData("clean-3.9", "data", 14, 2)]
    [InlineData("snapshot-4.4", "data", 33, -1)]
    [InlineData("trio-4.4", "node-1/data", 33, 3)]
    [InlineData("trio-4.4", "node-2/data", 33, -1)]
    [InlineData("trio-4.4", "node-3/data", 33, -1)]
    public void The_metadata_of_a_set_loads_as_kafka_wrote_it(string set, string data, short level, int epoch)
    {
        MetadataLogFiles log = Open(set, data);
        MetadataState state = new();
        LoadedMetadata loaded = LoadedMetadata.Read(log, state);

        Assert.Equal(level, state.Image.MetadataVersion.Level);
        Assert.True(
            state.Image.TryFindTopic(set == "snapshot-4.4" ? state.Image.TopicsByName.Keys.First() : "plain", out _));
        Assert.NotEmpty(state.Image.Brokers);
        if (epoch > 0)
        {
            Assert.Equal(epoch, loaded.Epoch);
        }

        MetadataImage replayed = TestCluster.Replay(ImageRecords.Of(state.Image));
        Assert.Equal(TestCluster.Bytes(state.Image), TestCluster.Bytes(replayed));
    }

    [SharedTheory(SharedPart.KafkaData)]
    [InlineData("clean-4.4", "data")]
    [InlineData("killed-4.4", "data")]
    [InlineData("clean-3.9", "data")]
    [InlineData("snapshot-4.4", "data")]
    [InlineData("trio-4.4", "node-2/data")]
    public void Every_batch_is_built_again_with_the_same_bytes(string set, string data)
    {
        MetadataLogFiles log = Open(set, data);
        using MetadataBatches batches = new();
        int count = 0;
        log.ReadFrom(0, Check);
        foreach (SnapshotId snapshot in log.Snapshots)
        {
            log.ReadSnapshot(snapshot, Check);
        }

        Assert.True(count > 20);

        void Check(RecordBatch batch)
        {
            if (!batch.IsControl)
            {
                List<MetadataRecord> records = MetadataBatches.Records(batch);
                ReadOnlySpan<byte> again = batches.Data(
                    records, batch.BaseOffset, batch.PartitionLeaderEpoch, batch.BaseTimestamp);
                Assert.Equal(batch.Bytes, again);
                count++;
            }
        }
    }

    [SharedTheory(SharedPart.KafkaData)]
    [InlineData("clean-4.4", "data")]
    [InlineData("clean-3.9", "data")]
    [InlineData("trio-4.4", "node-1/data")]
    public void A_snapshot_and_the_log_before_it_say_the_same(string set, string data)
    {
        MetadataLogFiles log = Open(set, data);
        foreach (SnapshotId snapshot in log.Snapshots.Where(id => id.EndOffset > 0))
        {
            MetadataState fromLog = new();
            log.ReadFrom(0, batch =>
            {
                if (!batch.IsControl && batch.BaseOffset < snapshot.EndOffset)
                {
                    fromLog.Apply(MetadataBatches.Records(batch), batch.LastOffset, 0, 0);
                }
            });
            MetadataDelta delta = new(MetadataImage.Empty);
            log.ReadSnapshot(snapshot, batch =>
            {
                foreach (MetadataRecord record in batch.IsControl ? [] : MetadataBatches.Records(batch))
                {
                    delta.Apply(record);
                }
            });
            MetadataImage image = delta.Build(0, 0, 0);
            string[] ofSnapshot = [.. Brokers(image), .. Comparable(image)];
            string[] ofLog = [.. Brokers(fromLog.Image), .. Comparable(fromLog.Image)];
            Assert.Empty(ofSnapshot.Except(ofLog));
            Assert.Empty(ofLog.Except(ofSnapshot));
        }
    }

    // Kafka shuffles the features of a registration when it writes a snapshot.
    private static IEnumerable<string> Brokers(MetadataImage image) => image.Brokers.Values.Select(broker =>
        $"{broker.Id} {broker.Epoch} {broker.IncarnationId} {broker.Fenced} "
        + $"{broker.InControlledShutdown} {broker.Rack} "
        + string.Join(
            " ", broker.Features.ToArray().Select(f => $"{f.Name}{f.MinSupportedVersion}{f.MaxSupportedVersion}")
            .Order())
        + string.Join(" ", broker.LogDirs.ToArray()) + string.Join(" ", broker.CordonedLogDirs ?? []));

    private static IEnumerable<string> Comparable(MetadataImage image) =>
        TestCluster.Bytes(image).Where(static record => !record.StartsWith("0100", StringComparison.Ordinal));

    [SharedTheory(SharedPart.KafkaData)]
    [InlineData("clean-4.4")]
    [InlineData("killed-4.4")]
    [InlineData("clean-3.9")]
    [InlineData("snapshot-4.4")]
    public void A_node_takes_over_and_finds_its_own_state_after_a_restart(string set)
    {
        MetadataLogFiles log = Open(set, "data");
        using MetadataQuorum quorum = Quorum(log);
        quorum.Load();
        IReadOnlyList<string> before = TestCluster.Bytes(quorum.Image);
        int epoch = quorum.Epoch;
        Assert.Equal(MetadataWrite.Done, quorum.BecomeLeader());
        Assert.Equal(before, TestCluster.Bytes(quorum.Image));
        Assert.Equal(MetadataWrite.Done, quorum.Append([QuorumRig.Topic(1)]).Outcome);
        Assert.Equal(MetadataWrite.Done, quorum.WriteSnapshot());
        log.Close();

        MetadataLogFiles again = MetadataLogFiles.Open(new PosixFileSystem(), Path.Combine(folder, "data"), new());
        using MetadataQuorum restarted = Quorum(again);
        restarted.Load();
        Assert.Equal(TestCluster.Bytes(quorum.Image), TestCluster.Bytes(restarted.Image));
        Assert.Equal(epoch + 1, restarted.Epoch);
    }

    private static MetadataQuorum Quorum(MetadataLogFiles log) => new(
        log,
        new QuorumConfig { NodeId = 1, DirectoryId = Uuid.Zero, StaticVoters = [1] },
        new ManualClock());

    private MetadataLogFiles Open(string set, string data)
    {
        string archive = Path.Combine(SharedMaterial.KafkaData, set + ".tar.gz");
        using Process tar = Process.Start(
            "tar", ["-xSzf", archive, "-C", folder, "--wildcards", $"{data}/{MetadataLogFiles.FolderName}*",
                $"{data}/meta.properties"]);
        tar.WaitForExit();
        Assert.Equal(0, tar.ExitCode);
        string directory = Path.Combine(folder, data);
        string bootstrap = Path.Combine(directory, MetadataLogFiles.BootstrapFileName);
        Assert.False(File.Exists(bootstrap));
        return MetadataLogFiles.Open(new PosixFileSystem(), directory, new MetadataLogConfig());
    }
}
