using System.Diagnostics;
using System.Globalization;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;

namespace Millrace.Storage.Tests.Log;

/// <summary>Apache Kafka's own dump tool reads what a log has written: batches, indexes and snapshots.</summary>
public sealed class KafkaReadsOurLogTests
{
    [SharedFact(SharedPart.Whole)]
    public void Kafka_finds_our_segments_indexes_and_snapshots_sound()
    {
        using TemporaryFolder folder = new();
        using LogRig rig = new(new PosixFileSystem(), folder.Path);
        PartitionLog log = rig.Create(new LogConfig { SegmentBytes = 15_000, IndexIntervalBytes = 1000 });
        int records = Write(rig, log);
        Assert.Equal(ErrorFree, rig.Failures);
        string[] files = [.. rig.FilesOf(log).Select(name => Path.Join(log.Folder, name))
            .Where(path => !path.EndsWith("checkpoint", StringComparison.Ordinal))];
        Assert.True(files.Length > 15);
        foreach (string kind in (string[])[".log", ".index", ".timeindex", ".txnindex", ".snapshot"])
        {
            Assert.Contains(files, path => path.EndsWith(kind, StringComparison.Ordinal));
        }

        string[] lines = DumpLog(files);
        Assert.Equal(records, lines.Count(line => line.StartsWith("| offset:", StringComparison.Ordinal)));
        Assert.All(
            lines.Where(line => line.Contains("isvalid:", StringComparison.Ordinal)),
            line => Assert.Contains("isvalid: true", line, StringComparison.Ordinal));
        int sane = lines.Count(line => line.EndsWith("passed sanity check.", StringComparison.Ordinal));
        Assert.Equal(
            files.Count(path => path.EndsWith("index", StringComparison.Ordinal) && !IsTransactionIndex(path)), sane);
        string all = string.Join('\n', lines);
        Assert.DoesNotContain("Mismatches in", all, StringComparison.Ordinal);
        Assert.DoesNotContain("non-consecutive", all, StringComparison.Ordinal);
        Assert.DoesNotContain("Invalid", all, StringComparison.Ordinal);
        Assert.Contains("producerId: 7 ", all, StringComparison.Ordinal);
    }

    private static string[] ErrorFree => [];

    private static bool IsTransactionIndex(string path) => path.EndsWith(".txnindex", StringComparison.Ordinal);

    private static int Write(LogRig rig, PartitionLog log)
    {
        int records = 0;
        for (int index = 0; index < 120; index++)
        {
            NewBatch header = index % 3 == 0
                ? LogRig.Transactional(7, 0, index / 3 * 5)
                : new NewBatch { Codec = new Codec((CompressionCodec)(index % 5)) };
            rig.AppendAndFlush(log, rig.Batch(5, 300, LogRig.StartMs + (index * 10), header), leaderEpoch: index / 40);
            records += 5;
            rig.NowMs = LogRig.StartMs + (index * 10);
            if (index % 12 == 11)
            {
                rig.AppendAndFlush(
                    log, rig.Marker(7, 0, commit: index % 24 == 23), AppendOrigin.Coordinator, index / 40);
                records++;
            }

            rig.Worker.RunAll();
        }

        Assert.True(log.Close());
        return records;
    }

    private static string[] DumpLog(string[] files)
    {
        string tool = Path.Combine(SharedMaterial.Root, "kafka", "bin", "kafka-tool");
        string[] arguments =
            [tool, "kafka-dump-log", "--deep-iteration", "--index-sanity-check", "--files", string.Join(',', files)];
        ProcessStartInfo start = new("bash", arguments) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(
            process.ExitCode == 0, string.Create(CultureInfo.InvariantCulture, $"exit {process.ExitCode}: {output}"));
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
