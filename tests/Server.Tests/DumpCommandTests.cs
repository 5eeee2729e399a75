using System.Text;
using Millrace.Base;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;
using Millrace.Storage;

namespace Millrace.Server.Tests;

public sealed class DumpCommandTests : IDisposable
{
    private const string FirstSegment = "00000000000000000000.log";

    private readonly DumpFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(CompressionCodec.None, "none")]
    [InlineData(CompressionCodec.Gzip, "gzip")]
    [InlineData(CompressionCodec.Snappy, "snappy")]
    [InlineData(CompressionCodec.Lz4, "lz4")]
    [InlineData(CompressionCodec.Zstd, "zstd")]
    public void A_log_shows_each_batch_and_each_record(CompressionCodec codec, string name)
    {
        byte[] batch = Batch(codec, baseOffset: 0, "first", "second");
        ProgramRun run = Dump("--print-data-log", folder.Add("orders-0", FirstSegment, batch));

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        string[] lines = Lines(run);
        Assert.Equal("Log starting offset: 0", lines[1]);
        Assert.Equal(
            "baseOffset: 0 lastOffset: 1 count: 2 baseSequence: -1 lastSequence: -1 producerId: -1 producerEpoch: -1 "
            + "partitionLeaderEpoch: 3 isTransactional: false isControl: false deleteHorizonMs: OptionalLong.empty "
            + $"position: 0 CreateTime: 1001 size: {batch.Length} magic: 2 compresscodec: {name} "
            + $"crc: {new RecordBatch(batch).Crc} isvalid: true",
            lines[2]);
        Assert.Equal(
            [
                "| offset: 0 CreateTime: 1000 keySize: -1 valueSize: 5 sequence: -1 headerKeys: [] payload: first",
                "| offset: 1 CreateTime: 1001 keySize: -1 valueSize: 6 sequence: -1 headerKeys: [] payload: second",
            ],
            lines[3..]);
    }

    [Fact]
    public void Without_options_a_log_shows_its_batches_alone()
    {
        string[] lines = Lines(
            Dump(folder.Add("orders-0", FirstSegment, Batch(CompressionCodec.Zstd, baseOffset: 0, "first"))));

        Assert.Equal(3, lines.Length);
        Assert.StartsWith("baseOffset: 0 ", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Offsets_that_compaction_took_away_are_told_but_are_no_damage()
    {
        byte[] log =
        [
            .. Batch(CompressionCodec.None, baseOffset: 7, "first"),
            .. Batch(CompressionCodec.None, baseOffset: 12, "second"),
        ];
        string path = folder.Add("orders-0", "00000000000000000007.log", log);
        ProgramRun run = Dump("--deep-iteration", path);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal($"Non-consecutive offsets in {path}\n  7 is followed by 12\n", run.Errors);
    }

    [Fact]
    public void A_log_that_was_cut_tells_how_many_bytes_are_left_over()
    {
        byte[] whole = Batch(CompressionCodec.None, baseOffset: 0, "first");
        ProgramRun run = Dump(folder.Add("orders-0", FirstSegment, [.. whole, .. whole[..20]]));

        Assert.Equal(0, run.ExitCode);
        Assert.EndsWith($"Found 20 invalid bytes at the end of {FirstSegment}\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_of_zeros_is_damage_at_its_position()
    {
        byte[] whole = Batch(CompressionCodec.None, baseOffset: 0, "first");
        string path = folder.Add("orders-0", FirstSegment, [.. whole, .. new byte[64]]);
        ProgramRun run = Dump(path);

        Assert.Equal((int)ExitCode.DamagedFile, run.ExitCode);
        Assert.Equal(
            $"{path}: no batch begins at position {whole.Length} ({RecordFault.LengthBelowMinimum})\n", run.Errors);
    }

    [Fact]
    public void A_log_of_many_batches_is_read_across_the_buffers_ends()
    {
        byte[] large = Batch(CompressionCodec.None, baseOffset: 0, new string('x', 300_000));
        byte[] log = [.. Enumerable.Repeat(large, 12).SelectMany(batch => batch)];
        ProgramRun run = Dump(folder.Add("orders-0", FirstSegment, log));

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(12, Lines(run).Count(line => line.StartsWith("baseOffset: ", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_index_whose_entry_leads_elsewhere_is_damage()
    {
        byte[] batch = Batch(CompressionCodec.None, baseOffset: 0, "first", "second");
        folder.Add("orders-0", FirstSegment, batch);
        string path = folder.Add("orders-0", "00000000000000000000.index", [0, 0, 0, 9, 0, 0, 0, 0]);
        ProgramRun run = Dump(path);

        Assert.Equal((int)ExitCode.DamagedFile, run.ExitCode);
        Assert.EndsWith("\noffset: 9 position: 0\n", run.Output, StringComparison.Ordinal);
        Assert.Equal($"Mismatches in :{path}\n  Index offset: 9, log offset: 1\n", run.Errors);
    }

    [Fact]
    public void Checkpoints_and_properties_show_their_entries()
    {
        Uuid id = new(1, 2);
        ProgramRun run = Dump(
            folder.Add("orders-0", LeaderEpochCheckpoint.FileName, new LeaderEpochCheckpoint([new(4, 17)]).Format()),
            folder.Add(
                "data",
                OffsetCheckpoint.HighWatermarkFile,
                new OffsetCheckpoint(new() { [new("orders", 1)] = 5, [new("events", 0)] = 7 }).Format()),
            folder.Add("orders-0", PartitionMetadata.FileName, new PartitionMetadata(id).Format()),
            folder.Add(
                "data",
                MetaProperties.FileName,
                new MetaProperties { Version = 1, ClusterId = "c", NodeId = 3 }.Format(DateTimeOffset.UnixEpoch)));

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Equal(
            [
                "epoch: 4 startOffset: 17",
                "topic: events partition: 0 offset: 7",
                "topic: orders partition: 1 offset: 5",
                $"version: 0 topicId: {id}",
                "version: 1 clusterId: c nodeId: 3 directoryId: none",
            ],
            Lines(run).Where(line => !line.StartsWith("Dumping ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_start_of_every_small_file_is_a_value_or_a_clear_line()
    {
        (string Name, byte[] Bytes)[] files =
        [
            (LeaderEpochCheckpoint.FileName, new LeaderEpochCheckpoint([new(4, 17)]).Format()),
            (PartitionMetadata.FileName, new PartitionMetadata(new(1, 2)).Format()),
            ("00000000000000000003.snapshot", ProducerSnapshot.Format([new(1, 2, 3, 4, 0, 5, -1, -1)])),
            ("00000000000000000003.txnindex", TransactionIndex.Format(new(1, 3, 4, 5))),
        ];
        foreach ((string name, byte[] bytes) in files)
        {
            for (int length = 0; length < bytes.Length; length++)
            {
                string path = folder.Add("orders-0", name, bytes[..length]);
                ProgramRun run = Dump(path);

                bool isSound = run.ExitCode == 0 && run.Errors.Length == 0;
                bool isRefused = run.ExitCode == (int)ExitCode.DamagedFile
                    && run.Errors.StartsWith($"{path}: ", StringComparison.Ordinal);
                Assert.True(isSound || isRefused, $"{name} cut to {length} bytes: {run}");
            }
        }
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_told_and_the_others_are_printed()
    {
        string there = folder.Add("orders-0", PartitionMetadata.FileName, new PartitionMetadata(new(1, 2)).Format());
        string missing = Path.Combine(Path.GetDirectoryName(there)!, "00000000000000000001.log");
        ProgramRun run = Dump(missing, Path.GetDirectoryName(there)!, there);

        Assert.Equal((int)ExitCode.DamagedFile, run.ExitCode);
        Assert.Equal(
            $"{missing}: there is no such file\n{Path.GetDirectoryName(there)}: it is a folder; name the files in it\n",
            run.Errors);
        Assert.Contains("version: 0 topicId: ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_no_known_kind_is_ignored_aloud()
    {
        string path = folder.Add("orders-0", "notes.txt", Encoding.ASCII.GetBytes("nothing of ours"));
        ProgramRun run = Dump(path);

        Assert.Equal((0, $"Ignoring unknown file {path}\n"), (run.ExitCode, run.Errors));
    }

    [Fact]
    public void Records_that_no_decoder_knows_are_skipped_aloud()
    {
        string path = folder.Add("orders-0", FirstSegment, Batch(CompressionCodec.None, baseOffset: 0, "\x01\x7f?"));

        Assert.Contains(
            "payload: Error at offset 0, skipping. Unknown metadata type 127, version 63",
            Dump("--cluster-metadata-decoder", path).Output,
            StringComparison.Ordinal);
        Assert.Contains(
            "key: Error at offset 0, skipping. The key has no type",
            Dump("--offsets-decoder", path).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_file_the_command_gives_an_example()
    {
        ProgramRun run = Dump();

        Assert.Equal((int)ExitCode.Usage, run.ExitCode);
        Assert.Contains("millrace dump millrace-data/orders-0/*.log", run.Errors, StringComparison.Ordinal);
    }

    private static ProgramRun Dump(params string[] arguments) => InProcess.Run(["dump", .. arguments]);

    private static string[] Lines(ProgramRun run) => run.Output.TrimEnd('\n').Split('\n');

    private static byte[] Batch(CompressionCodec codec, long baseOffset, params string[] values)
    {
        using BatchBuilder builder = new();
        builder.Begin(new NewBatch { Codec = new Codec(codec), BaseOffset = baseOffset, PartitionLeaderEpoch = 3 });
        long timestamp = 1000;
        foreach (string value in values)
        {
            builder.Append(timestamp++, RecordField.Null, RecordField.FromArray(Encoding.ASCII.GetBytes(value)));
        }

        return builder.Finish().ToArray();
    }
}
