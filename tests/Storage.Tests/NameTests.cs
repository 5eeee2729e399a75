namespace Millrace.Storage.Tests;

public sealed class NameTests
{
    [Theory]
    [InlineData("plain-0", "plain", 0, PartitionFolderKind.Live)]
    [InlineData(
        "name.with_dots-and_UNDERSCORES.0-12", "name.with_dots-and_UNDERSCORES.0", 12, PartitionFolderKind.Live)]
    [InlineData("my-delete-3", "my-delete", 3, PartitionFolderKind.Live)]
    [InlineData("a.b-2.0123456789abcdef0123456789abcdef-delete", "a.b", 2, PartitionFolderKind.Delete)]
    [InlineData("a.b-2.0123456789abcdef0123456789abcdef-future", "a.b", 2, PartitionFolderKind.Future)]
    [InlineData("a-b-2.0123456789abcdef0123456789abcdef-stray", "a-b", 2, PartitionFolderKind.Stray)]
    [InlineData("__cluster_metadata-0", "__cluster_metadata", 0, PartitionFolderKind.Live)]
    public void A_partition_folder_is_told_by_its_name(
        string name, string topic, int partition, PartitionFolderKind kind)
    {
        Assert.True(PartitionFolderName.TryParse(name, out PartitionFolderName folder));
        Assert.Equal(new TopicPartition(topic, partition), folder.TopicPartition);
        Assert.Equal(kind, folder.Kind);
        Assert.Equal(name, folder.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("-0")]
    [InlineData("plain-")]
    [InlineData("plain-x")]
    [InlineData("plain-01")]
    [InlineData("plain-99999999999")]
    [InlineData("plain 1-0")]
    [InlineData("topic-delete")]
    [InlineData("topic-0-delete")]
    [InlineData("topic-0.-delete")]
    [InlineData("lost+found")]
    public void Other_folders_are_not_partitions(string name) =>
        Assert.False(PartitionFolderName.TryParse(name, out _));

    [Theory]
    [InlineData(PartitionFolderKind.Delete, 255)]
    [InlineData(PartitionFolderKind.Stray, 255)]
    [InlineData(PartitionFolderKind.Future, 249 + 2 + 1 + 32 + 7)]
    public void A_long_topic_is_cut_in_the_name_of_a_deleted_or_stray_folder(PartitionFolderKind kind, int length)
    {
        string topic = new('t', 249);
        PartitionFolderName folder = PartitionFolderName.Unique(new TopicPartition(topic, 5), kind, new Random(1));
        Assert.Equal(length, folder.ToString().Length);
        Assert.True(PartitionFolderName.TryParse(folder.ToString(), out PartitionFolderName parsed));
        Assert.Equal((5, kind, folder.UniqueId), (parsed.TopicPartition.Partition, parsed.Kind, parsed.UniqueId));
        Assert.StartsWith(parsed.TopicPartition.Topic, topic, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00000000000000000042.log", 42L, SegmentFileKind.Log, SegmentFileStage.Live, 0)]
    [InlineData("00000000000000000042.index.deleted", 42L, SegmentFileKind.OffsetIndex, SegmentFileStage.Deleted, 0)]
    [InlineData(
        "09223372036854775807.timeindex.swap", long.MaxValue, SegmentFileKind.TimeIndex, SegmentFileStage.Swap, 0)]
    [InlineData(
        "00000000000000000000.txnindex.cleaned", 0L, SegmentFileKind.TransactionIndex, SegmentFileStage.Cleaned, 0)]
    [InlineData(
        "00000000000000000571-0000000002.checkpoint", 571L, SegmentFileKind.MetadataSnapshot, SegmentFileStage.Live, 2)]
    [InlineData(
        "00000000000000000571-0000000002.checkpoint.part",
        571L,
        SegmentFileKind.MetadataSnapshot,
        SegmentFileStage.Part,
        2)]
    [InlineData("00000000000000000007.snapshot", 7L, SegmentFileKind.ProducerSnapshot, SegmentFileStage.Live, 0)]
    public void A_segment_file_is_told_by_its_name(
        string name, long offset, SegmentFileKind kind, SegmentFileStage stage, int epoch)
    {
        Assert.True(SegmentFileName.TryParse(name, out SegmentFileName parsed));
        Assert.Equal(new SegmentFileName(offset, kind, stage, epoch), parsed);
        Assert.Equal(name, parsed.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(".log")]
    [InlineData("42.log")]
    [InlineData("0000000000000000004x.log")]
    [InlineData("00000000000000000042.log2")]
    [InlineData("000000000000000000042.log")]
    [InlineData("99999999999999999999.log")]
    [InlineData("00000000000000000042.checkpoint")]
    [InlineData("00000000000000000042-1.checkpoint")]
    [InlineData("00000000000000000042-9999999999.checkpoint")]
    [InlineData("00000000000000000042-0000000001.log")]
    [InlineData("bootstrap.checkpoint")]
    [InlineData("leader-epoch-checkpoint")]
    [InlineData("partition.metadata")]
    public void Other_files_are_not_segments(string name) => Assert.False(SegmentFileName.TryParse(name, out _));
}
