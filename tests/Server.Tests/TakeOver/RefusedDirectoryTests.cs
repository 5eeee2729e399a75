using Millrace.Base;
using Millrace.Broker;
using Millrace.Cluster;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;
using Millrace.Storage;

namespace Millrace.Server.Tests.TakeOver;

/// <summary>What is newer, foreign or not whole is refused, and stays as it was to the last byte.</summary>
[Trait("Data", "kafka-data")]
[Trait("Kind", "native")]
public sealed class RefusedDirectoryTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("millrace-refused-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [NativeOnKafkaDataTheory]
    [InlineData("version=1", "version=2", "it has no version 0 or 1")]
    [InlineData("node.id=1", "node.id=7", "is of node 7, this one is node 1")]
    [InlineData("cluster.id=", "cluster=", "cluster.id was not found")]
    public void A_directory_of_another_format_or_node_is_refused(string found, string changed, string message)
    {
        KafkaDataSet set = new("snapshot-4.4", folder);
        string path = Path.Combine(set.Data, MetaProperties.FileName);
        File.WriteAllText(path, File.ReadAllText(path).Replace(found, changed, StringComparison.Ordinal));
        AssertRefused(set, message);
    }

    [NativeOnKafkaDataTheory]
    [InlineData("snapshot-4.4")]
    [InlineData("clean-3.9")]
    public void Metadata_of_a_newer_version_is_refused(string name)
    {
        KafkaDataSet set = new(name, folder);
        FeatureLevelRecord record = new() { Name = MetadataVersion.FeatureName, FeatureLevel = 99 };
        Append(set, MetadataRecordCodec.Encode(new MetadataRecord(record, 0)));
        AssertRefused(set, "metadata.version");
    }

    [NativeOnKafkaDataTheory]
    [InlineData((byte)120, (byte)0, "its type 120 is unknown: a newer version wrote it")]
    [InlineData((byte)12, (byte)9, "it is a FeatureLevelRecord of version 9")]
    public void A_metadata_record_of_a_newer_version_is_refused(byte type, byte version, string message)
    {
        KafkaDataSet set = new("snapshot-4.4", folder);
        Append(set, [1, type, version]);
        AssertRefused(set, message);
    }

    [NativeOnKafkaDataTheory]
    [InlineData("snapshot-4.4")]
    public void A_vote_of_a_newer_version_is_refused(string name)
    {
        KafkaDataSet set = new(name, folder);
        string path = Path.Combine(set.Data, MetadataLogFiles.FolderName, QuorumState.FileName);
        string text = File.ReadAllText(path);
        string changed = text.Replace("\"data_version\":0", "\"data_version\":7", StringComparison.Ordinal)
            .Replace("\"data_version\":1", "\"data_version\":7", StringComparison.Ordinal);
        Assert.NotEqual(text, changed);
        File.WriteAllText(path, changed);
        AssertRefused(set, QuorumState.FileName);
    }

    [NativeOnKafkaDataTheory]
    [InlineData("snapshot-4.4")]
    public void Partitions_without_the_metadata_of_their_cluster_are_refused(string name)
    {
        KafkaDataSet set = new(name, folder);
        Directory.Delete(Path.Combine(set.Data, MetadataLogFiles.FolderName), recursive: true);
        AssertRefused(set, "there is no metadata of their cluster");

        // As ZooKeeper's brokers left it.
        string path = Path.Combine(set.Data, MetaProperties.FileName);
        File.WriteAllText(path, "version=0\nbroker.id=1\n");
        AssertRefused(set, "there is no metadata of their cluster");

        // And for a node that would format itself.
        File.Delete(path);
        IReadOnlyList<string> before = set.Checksums();
        ProgramRun run = ProgramRun.Of(NativeBinary.Path, "server", "--set", $"log.dirs={set.Data}");
        Assert.Equal((int)ExitCode.DirectoryRefused, run.ExitCode);
        Assert.Contains("there is no metadata of their cluster", run.Errors, StringComparison.Ordinal);
        Assert.Equal(before, set.Checksums());
    }

    [NativeOnKafkaDataTheory]
    [InlineData("trio-4.4")]
    public void A_node_of_a_cluster_is_refused(string name)
    {
        KafkaDataSet set = new(name, folder, "node-2");
        AssertRefused(set, "a quorum of several nodes is not served yet");
    }

    private static void AssertRefused(KafkaDataSet set, string message)
    {
        IReadOnlyList<string> before = set.Checksums();
        ProgramRun run = ProgramRun.Of(
            NativeBinary.Path, "server", "--config", set.Config, "--allow-unprotected");
        Assert.Equal((int)ExitCode.DirectoryRefused, run.ExitCode);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
        Assert.Equal(before, set.Checksums());
    }

    /// <summary>Appends one record to the metadata log, in a batch of its own.</summary>
    private static void Append(KafkaDataSet set, byte[] record)
    {
        MetadataLogFiles log = MetadataLogFiles.Open(new PosixFileSystem(), set.Data, new MetadataLogConfig());
        using BatchBuilder builder = new();
        builder.Begin(new NewBatch { BaseOffset = log.EndOffset, PartitionLeaderEpoch = log.LastEpoch });
        builder.Append(1, RecordField.Null, record);
        byte[] batch = builder.Finish().ToArray();

        // Kafka leaves nothing behind the batches of a log that was stopped cleanly.
        string segment = Directory.GetFiles(Path.Combine(set.Data, MetadataLogFiles.FolderName), "*.log").Max()!;
        File.AppendAllBytes(segment, batch);
    }
}

/// <summary>A theory about the native binary on Kafka's data; skipped where one of them is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NativeOnKafkaDataTheoryAttribute : TheoryAttribute
{
    public NativeOnKafkaDataTheoryAttribute() =>
        Skip = NativeBinary.WhyAbsent ?? new SharedTheoryAttribute(SharedPart.KafkaData).Skip;
}
