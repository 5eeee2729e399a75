using System.Diagnostics;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;
using Millrace.Storage.Tests.Log;

namespace Millrace.Storage.Tests.Directories;

/// <summary>Apache Kafka's tool, and Kafka itself, on directories that this engine has written and closed.</summary>
[Trait("Kind", "interop")]
public sealed class KafkaOnOurDirectoryTests
{
    private const int Port = 21800;
    private const int ControllerPort = 21801;
    private const int RecordBytes = 300;
    private static readonly LogConfig Config = new() { SegmentBytes = 15_000, IndexIntervalBytes = 1000 };

    [SharedFact(SharedPart.Whole)]
    public void Kafkas_dump_tool_finds_every_file_of_a_closed_directory_sound()
    {
        using TemporaryFolder disk = new();
        using DirectoriesRig rig = new(new PosixFileSystem(), disk.Path)
        {
            Config = Config, IsSimulated = false, HasThreads = true,
        };
        rig.Format();
        LogDirectories directories = rig.Open();
        PartitionLog log = rig.Create(directories);
        Written written = Write(rig, log);
        Assert.True(directories.Close(brokerEpoch: 3));

        string[] files = [.. Directory.GetFiles(log.Folder).Where(IsDumped).Order(StringComparer.Ordinal)];
        foreach (string kind in (string[])[".log", ".index", ".timeindex", ".txnindex", ".snapshot"])
        {
            Assert.True(files.Count(path => path.EndsWith(kind, StringComparison.Ordinal)) > 1, kind);
        }

        string[] lines = Run("kafka-dump-log", "--deep-iteration", "--index-sanity-check",
            "--files", string.Join(',', files));
        Assert.Equal(written.All, lines.Count(line => line.StartsWith("| offset:", StringComparison.Ordinal)));
        Assert.All(
            lines.Where(line => line.Contains("isvalid:", StringComparison.Ordinal)),
            line => Assert.Contains("isvalid: true", line, StringComparison.Ordinal));
        Assert.Equal(
            files.Count(path => path.EndsWith("index", StringComparison.Ordinal)
                && !path.EndsWith(".txnindex", StringComparison.Ordinal)),
            lines.Count(line => line.EndsWith("passed sanity check.", StringComparison.Ordinal)));
        AssertNoComplaint(lines);

        string[] indexes = [.. files.Where(path => path.EndsWith("index", StringComparison.Ordinal))];
        AssertNoComplaint(Run("kafka-dump-log", "--verify-index-only", "--files", string.Join(',', indexes)));
    }

    [SharedFact(SharedPart.Whole)]
    public void Kafka_starts_on_a_directory_that_we_went_on_writing_and_serves_all_of_it()
    {
        using TemporaryFolder folder = new();
        string data = Path.Join(folder.Path, "data");
        string config = WriteConfig(folder.Path, data);
        Run("kafka-storage", "format", "-t", "bXlscmFjZS10ZXN0LTAwMQ", "-c", config);
        using (RunningKafka kafka = new(config))
        {
            Run("kafka-topics", "--bootstrap-server", $"127.0.0.1:{Port}", "--create", "--topic", "ours",
                "--partitions", "1", "--config", "retention.ms=-1");
            kafka.Stop();
        }

        Written written;
        using (DirectoriesRig rig = new(new PosixFileSystem(), data)
        {
            Config = Config, IsSimulated = false, HasThreads = true,
        })
        {
            LogDirectories directories = rig.Open();
            PartitionLog log = directories.Logs.Find(new TopicPartition("ours", 0))!;
            written = Write(rig, log);
            Assert.Empty(rig.Repairs);
            Assert.True(directories.Close(brokerEpoch: null));
        }

        using (RunningKafka kafka = new(config))
        {
            Assert.Equal(
                [$"ours:0:{written.EndOffset}"],
                Run("kafka-get-offsets", "--bootstrap-server", $"127.0.0.1:{Port}", "--topic", "ours"));
            Assert.Equal(written.Committed, Consume("read_committed", written.Committed));
            Assert.Equal(written.Data, Consume("read_uncommitted", written.Data));
            kafka.Stop();
            IReadOnlyList<string> log = kafka.Lines;
            Assert.DoesNotContain(log, line => line.Contains(" ERROR ", StringComparison.Ordinal));
            Assert.DoesNotContain(log, line => line.Contains("orrupt", StringComparison.Ordinal));
            Assert.DoesNotContain(log, line => line.Contains("Truncating to offset", StringComparison.Ordinal));
        }
    }

    /// <summary>How many records were written.</summary>
    /// <param name="All">Markers too.</param>
    /// <param name="Data">Without markers.</param>
    /// <param name="Committed">What a reader of committed records is given.</param>
    /// <param name="EndOffset">The log's end.</param>
    private readonly record struct Written(int All, int Data, int Committed, long EndOffset);

    /// <summary>Appends of every kind: codecs, producers, transactions both ways, over several epochs.</summary>
    private static Written Write(DirectoriesRig rig, PartitionLog log)
    {
        int data = 0;
        int markers = 0;
        int aborted = 0;
        int open = 0;
        for (int index = 0; index < 120; index++)
        {
            NewBatch header = (index % 4) switch
            {
                0 => LogRig.Transactional(7, 0, index / 4 * 5),
                1 => LogRig.Idempotent(8, 0, index / 4 * 5),
                _ => new NewBatch { Codec = new Codec((CompressionCodec)(index % 5)) },
            };
            long timestamp = LogRig.StartMs + (index * 10);
            byte[] batch = rig.Appends.Batch(5, RecordBytes, timestamp, header);
            rig.Appends.AppendAndFlush(log, batch, leaderEpoch: 0);
            data += 5;
            open += index % 4 == 0 ? 5 : 0;
            if (index % 12 == 11)
            {
                bool commit = index % 24 == 23;
                rig.Appends.AppendAndFlush(
                    log, rig.Appends.Marker(7, 0, commit, timestamp: timestamp), AppendOrigin.Coordinator);
                markers++;
                aborted += commit ? 0 : open;
                open = 0;
            }
        }

        Assert.Equal(0, open);
        Assert.True(aborted > 0);
        return new Written(data + markers, data, data - aborted, log.LogEndOffset);
    }

    private static bool IsDumped(string path) =>
        Path.GetExtension(path) is ".log" or ".index" or ".timeindex" or ".txnindex" or ".snapshot";

    private static void AssertNoComplaint(string[] lines)
    {
        string all = string.Join('\n', lines);
        foreach (string complaint in (string[])["ismatch", "on-consecutive", "nvalid:", "out of order", "xception"])
        {
            Assert.DoesNotContain(complaint, all, StringComparison.Ordinal);
        }
    }

    private static int Consume(string isolation, int count) =>
        Run("kafka-console-consumer", "--bootstrap-server", $"127.0.0.1:{Port}", "--topic", "ours",
            "--from-beginning", "--isolation-level", isolation, "--max-messages", $"{count}")
            .Count(line => line.Length == RecordBytes && !line.Contains(' ', StringComparison.Ordinal));

    private static string WriteConfig(string folder, string data)
    {
        string config = Path.Join(folder, "server.properties");
        File.WriteAllText(config, $"""
            process.roles=broker,controller
            node.id=1
            controller.quorum.voters=1@127.0.0.1:{ControllerPort}
            listeners=PLAINTEXT://127.0.0.1:{Port},CONTROLLER://127.0.0.1:{ControllerPort}
            controller.listener.names=CONTROLLER
            offsets.topic.replication.factor=1
            offsets.topic.num.partitions=1
            group.initial.rebalance.delay.ms=0
            log.dirs={data}
            """);
        return config;
    }

    private static string[] Run(params string[] arguments)
    {
        using Process process = Process.Start(StartInfo(arguments))!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"exit {process.ExitCode}: {output}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private static ProcessStartInfo StartInfo(params string[] arguments)
    {
        string tool = Path.Combine(SharedMaterial.Root, "kafka", "bin", "kafka-tool");
        ProcessStartInfo info = new("bash", [tool, .. arguments]) { RedirectStandardOutput = true };
        info.Environment["KAFKA_HEAP"] = "256m";
        if (arguments[0] is "kafka-server-start" or "kafka-storage")
        {
            // The broker is the newest one; the client tools are there of the version before only.
            info.Environment["KAFKA_VERSION"] = "4.4.0";
        }

        return info;
    }
}
