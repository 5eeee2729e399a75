using Millrace.Base;

namespace Millrace.Storage.Tests;

/// <summary>
/// Every file that Kafka's own classes wrote for us, read entry by entry and, where Kafka's bytes are fixed, written
/// again.
/// </summary>
[Trait("Data", "golden")]
public sealed class GoldenFileTests
{
    private static readonly string Folder = Path.Join(SharedMaterial.Golden, "files");

    private static IEnumerable<FileExpectation> OfKind(params string[] kinds)
    {
        List<FileExpectation> found = FileExpectation.ReadAll(Path.Join(Folder, "files.jsonl"))
            .FindAll(line => kinds.Contains(line["kind"].GetString()));
        Assert.NotEmpty(found);
        return found;
    }

    private static byte[] BytesOf(FileExpectation line) => File.ReadAllBytes(Path.Join(Folder, line.File));

    [SharedFact]
    public void Offset_checkpoints_read_and_write_as_kafka_does()
    {
        foreach (FileExpectation line in OfKind(
            OffsetCheckpoint.RecoveryPointFile,
            OffsetCheckpoint.LogStartFile,
            OffsetCheckpoint.HighWatermarkFile,
            OffsetCheckpoint.CleanerFile))
        {
            Assert.Null(OffsetCheckpoint.Parse(BytesOf(line), out OffsetCheckpoint? checkpoint));
            Dictionary<TopicPartition, long> expected = line["entries"].EnumerateArray().ToDictionary(
                entry => new TopicPartition(
                    entry.GetProperty("topic").GetString()!, entry.GetProperty("partition").GetInt32()),
                entry => entry.GetProperty("offset").GetInt64());
            Assert.Equal(expected, checkpoint!.Offsets);
            Assert.Equal(BytesOf(line), checkpoint.Format());
        }
    }

    [SharedFact]
    public void Leader_epoch_checkpoints_read_and_write_as_kafka_does()
    {
        foreach (FileExpectation line in OfKind("leader-epoch-checkpoint"))
        {
            Assert.Null(LeaderEpochCheckpoint.Parse(BytesOf(line), out LeaderEpochCheckpoint? checkpoint));
            Assert.Equal(
                line.Entries("epoch", "startOffset"),
                checkpoint!.Entries.Select(entry => new[] { entry.Epoch, entry.StartOffset }));
            Assert.Equal(BytesOf(line), checkpoint.Format());
        }
    }

    [SharedFact]
    public void Partition_metadata_reads_and_writes_as_kafka_does()
    {
        FileExpectation line = Assert.Single(OfKind("partition.metadata"));
        Assert.Null(PartitionMetadata.Parse(BytesOf(line), out PartitionMetadata? metadata));
        Assert.Equal(line["topicId"].GetString(), metadata!.TopicId.ToString());
        Assert.Equal(BytesOf(line), metadata.Format());
    }

    [SharedFact]
    public void Meta_properties_read_and_write_as_kafka_does()
    {
        FileExpectation line = Assert.Single(OfKind("meta.properties"));
        Assert.Null(MetaProperties.Parse(BytesOf(line), out MetaProperties? properties));
        Assert.True(Uuid.TryParse("Xz6fqNdS3-bIYyLXat-v3w", out Uuid directoryId));
        Assert.Equal(
            new MetaProperties
            {
                Version = 1,
                NodeId = 3,
                ClusterId = "aLNRr8LviOG25mWkukS9EQ",
                DirectoryId = directoryId,
            },
            properties);
        Assert.Equal(BytesOf(line), properties!.Format(new DateTimeOffset(2025, 10, 9, 8, 53, 20, TimeSpan.Zero)));
    }

    [SharedFact]
    public void The_mark_of_a_clean_shutdown_reads_and_writes_as_kafka_does()
    {
        FileExpectation line = Assert.Single(OfKind("clean-shutdown"));
        Assert.Null(CleanShutdownMarker.Parse(BytesOf(line), out CleanShutdownMarker? marker));
        Assert.Equal(line["brokerEpoch"].GetInt64(), marker!.BrokerEpoch);
        Assert.Equal(BytesOf(line), marker.Format());
    }

    [SharedFact]
    public void Producer_snapshots_read_and_write_as_kafka_does()
    {
        foreach (FileExpectation line in OfKind("snapshot"))
        {
            Assert.Null(ProducerSnapshot.Parse(BytesOf(line), out ProducerSnapshotEntry[]? entries));
            Assert.Equal(
                line["producers"].EnumerateArray().Select(producer => (
                    producer.GetProperty("producerId").GetInt64(),
                    producer.GetProperty("producerEpoch").GetInt16(),
                    producer.GetProperty("coordinatorEpoch").GetInt32(),
                    producer.GetProperty("lastTimestamp").GetInt64(),
                    producer.GetProperty("lastDataOffset").GetInt64(),
                    producer.TryGetProperty("currentTxnFirstOffset", out var first) ? first.GetInt64() : -1,
                    producer.GetProperty("batches").EnumerateArray().Select(batch => (
                        batch.GetProperty("lastSeq").GetInt32(),
                        batch.GetProperty("lastOffset").GetInt64() - batch.GetProperty("firstOffset").GetInt64()))
                        .LastOrDefault((-1, 0L)))),
                entries!.Select(entry => (
                    entry.ProducerId,
                    entry.ProducerEpoch,
                    entry.CoordinatorEpoch,
                    entry.Timestamp,
                    entry.LastOffset,
                    entry.CurrentTransactionFirstOffset,
                    (entry.LastSequence, (long)entry.OffsetDelta))));
            Assert.Equal(BytesOf(line), ProducerSnapshot.Format(entries));
        }
    }

    [SharedFact]
    public void Offset_indexes_hold_what_kafka_wrote()
    {
        foreach (FileExpectation line in OfKind("index"))
        {
            long baseOffset = line["baseOffset"].GetInt64();
            OffsetIndex index = FileExpectation.OpenOffsetIndex(Path.Join(Folder, line.File), baseOffset);
            Assert.Null(index.Damage);
            Assert.Equal(line.Entries("offset", "position"), FileExpectation.EntriesOf(index));
        }
    }

    [SharedFact]
    public void Time_indexes_hold_what_kafka_wrote()
    {
        foreach (FileExpectation line in OfKind("timeindex"))
        {
            long baseOffset = line["baseOffset"].GetInt64();
            TimeIndex index = FileExpectation.OpenTimeIndex(Path.Join(Folder, line.File), baseOffset);
            Assert.Null(index.Damage);
            Assert.Equal(line.Entries("timestamp", "offset"), FileExpectation.EntriesOf(index));
        }
    }

    [SharedFact]
    public void Indexes_written_entry_by_entry_have_kafkas_bytes()
    {
        using TemporaryFolder folder = new();
        FileCache cache = new(new PosixFileSystem(), 8);
        foreach (FileExpectation line in OfKind("index", "timeindex").Where(
            line => !line.Name.StartsWith("pre", StringComparison.Ordinal)))
        {
            CachedFile file = new(cache, folder[line.Name], OpenKind.ReadWrite);
            long baseOffset = line["baseOffset"].GetInt64();
            if (line["kind"].GetString() == "index")
            {
                OffsetIndex index = new(file, baseOffset, 1024);
                Assert.Equal(IoError.None, index.Reset());
                Assert.All(
                    line.Entries("offset", "position"),
                    entry => Assert.Equal(IoError.None, index.Append(entry[0], (int)entry[1])));
                Assert.Equal(IoError.None, index.Sync());
            }
            else
            {
                TimeIndex index = new(file, baseOffset, 1024);
                Assert.Equal(IoError.None, index.Reset());
                Assert.All(
                    line.Entries("timestamp", "offset"),
                    entry => Assert.Equal(IoError.None, index.MaybeAppend(entry[0], entry[1])));
                Assert.Equal(IoError.None, index.Sync());
            }

            Assert.Equal(BytesOf(line), File.ReadAllBytes(file.Path));
        }
    }

    [SharedFact]
    public void Transaction_indexes_read_and_write_as_kafka_does()
    {
        foreach (FileExpectation line in OfKind("txnindex"))
        {
            Assert.Null(
                TransactionIndex.Parse(BytesOf(line), line["baseOffset"].GetInt64(), out AbortedTransaction[] entries));
            Assert.Equal(
                line.Entries("producerId", "firstOffset", "lastOffset", "lastStableOffset"),
                entries.Select(
                    entry => new[] { entry.ProducerId, entry.FirstOffset, entry.LastOffset, entry.LastStableOffset }));
            Assert.Equal(BytesOf(line), entries.SelectMany(TransactionIndex.Format));
        }
    }
}
