using System.Diagnostics;
using Millrace.Base;
using Millrace.Broker;
using Millrace.Protocol.Messages;
using Millrace.Storage;

namespace Millrace.Cluster.Tests;

/// <summary>Apache Kafka itself on a directory that was formatted and led here: one start of it.</summary>
public sealed class KafkaReadsOursTests : IDisposable
{
    private const int Port = 21320;
    private const int ControllerPort = 21321;

    private readonly string folder = Directory.CreateTempSubdirectory("cluster-kafka-").FullName;
    private readonly Random random = new(3);
    private Uuid directoryId;

    private string Data => Path.Combine(folder, "data");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [SharedFact(SharedPart.Whole)]
    public void Kafka_dumps_our_log_starts_on_it_and_we_take_it_back()
    {
        Format();
        Uuid topicId = RunOurs();
        string log = Path.Combine(Data, MetadataLogFiles.FolderName, $"{0:D20}.log");
        string dump = Run("", "kafka-dump-log", "--cluster-metadata-decoder", "--files", log);
        Assert.Contains("LeaderChange", dump, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"ours\",\"topicId\":\"" + topicId, dump, StringComparison.Ordinal);
        Assert.DoesNotContain("isvalid: false", dump, StringComparison.Ordinal);

        RunKafka();

        MetadataLogFiles files = MetadataLogFiles.Open(new PosixFileSystem(), Data, new MetadataLogConfig());
        using MetadataQuorum quorum = Quorum(files);
        quorum.Load();
        Assert.Equal(2, quorum.Epoch);
        Assert.True(quorum.Image.TryFindTopic(topicId, out TopicImage? topic));
        Assert.Equal(2, topic.PartitionCount);
        Assert.Equal("1234", quorum.Image.ConfigsOf(ConfigResourceKey.Topic("ours"))["retention.ms"]);
        Assert.Single(quorum.Image.Controllers);
        Assert.True(quorum.Image.Brokers[1].Epoch > 20);
        Assert.Equal(MetadataWrite.Done, quorum.BecomeLeader());
        files.Close();
    }

    private void Format()
    {
        VotersRecord.Voter voter = QuorumRig.Voter(1);
        voter.Endpoints[0].Port = ControllerPort;
        string? why = new DirectoryFormat(new PosixFileSystem(), new ManualClock(), random).Format(
            new DirectoryFormatOptions
            {
                NodeId = 1,
                ClusterId = TestCluster.ClusterId,
                LogDirectories = [Data],
                MetadataDirectory = Data,
                Quorum = InitialQuorum.Dynamic,
                Voters = [voter],
            },
            out _);
        Assert.Null(why);
        directoryId = MetaProperties.Read(new PosixFileSystem(), Path.Combine(Data, MetaProperties.FileName))
            .Value!.DirectoryId!.Value;
    }

    private MetadataQuorum Quorum(MetadataLogFiles files) => new(
        files, new QuorumConfig { NodeId = 1, DirectoryId = directoryId, StaticVoters = [] }, new ManualClock());

    private Uuid RunOurs()
    {
        MetadataLogFiles files = MetadataLogFiles.Open(new PosixFileSystem(), Data, new MetadataLogConfig());
        using MetadataQuorum quorum = Quorum(files);
        quorum.Load();
        Assert.Equal(MetadataWrite.Done, quorum.BecomeLeader());
        BrokerRegistrationRequest registration = new TestCluster().Registration(1);
        registration.LogDirs = [directoryId];
        Append(Lifecycle().Register(registration, TestCluster.ClusterId, quorum.EndOffset, false).Records);
        Append(Lifecycle().Unfence(1));
        CreateTopicsRequest request = new()
        {
            Topics =
            [
                new()
                {
                    Name = "ours",
                    NumPartitions = 2,
                    ReplicationFactor = 1,
                    Configs = [new() { Name = "retention.ms", Value = "1234" }],
                },
            ],
        };
        var creation = TopicCreation.Decide(request, quorum.Image, TestCluster.Rules, random);
        Append(creation.Records);
        Assert.Equal(MetadataWrite.Done, quorum.WriteSnapshot());
        Append(Lifecycle().BeginControlledShutdown(1));
        Append(Lifecycle().Fence(1));
        files.Close();
        return creation.Response.Topics[0].TopicId;

        BrokerLifecycle Lifecycle() => new(quorum.Image, ElectionRules.Default);

        void Append(IReadOnlyList<MetadataRecord> records) =>
            Assert.Equal(MetadataWrite.Done, quorum.Append(records).Outcome);
    }

    private void RunKafka()
    {
        string config = Path.Combine(folder, "server.properties");
        File.WriteAllText(config, $"""
            process.roles=broker,controller
            node.id=1
            controller.quorum.bootstrap.servers=127.0.0.1:{ControllerPort}
            listeners=PLAINTEXT://127.0.0.1:{Port},CONTROLLER://127.0.0.1:{ControllerPort}
            controller.listener.names=CONTROLLER
            log.dirs={Data}
            """);
        ProcessStartInfo start = StartInfo("4.4.0", "kafka-server-start", config);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (false, true);
        using Process kafka = Process.Start(start)!;
        List<string> lines = [];
        while (kafka.StandardError.ReadLine() is { } line)
        {
            lines.Add(line);
            if (line.Contains("Kafka Server started", StringComparison.Ordinal))
            {
                // SIGTERM: the script has become the JVM.
                using Process kill = Process.Start("kill", ["-TERM", $"{kafka.Id}"]);
            }
        }

        kafka.WaitForExit();
        Assert.True(lines.Any(line => line.Contains("Kafka Server started", StringComparison.Ordinal)),
            string.Join('\n', lines.TakeLast(40)));
        Assert.DoesNotContain(lines, line => line.Contains("FATAL", StringComparison.Ordinal));
    }

    private static string Run(string version, params string[] arguments)
    {
        using Process process = Process.Start(StartInfo(version, arguments))!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    private static ProcessStartInfo StartInfo(string version, params string[] arguments)
    {
        string tool = Path.Combine(SharedMaterial.Root, "kafka", "bin", "kafka-tool");
        ProcessStartInfo info = new("bash", [tool, .. arguments]) { RedirectStandardOutput = true };
        info.Environment["KAFKA_HEAP"] = "256m";
        info.Environment["KAFKA_LOG4J"] = Path.Combine(SharedMaterial.Root, "kafka", "conf", "log4j2.yaml");
        if (version.Length > 0)
        {
            info.Environment["KAFKA_VERSION"] = version;
        }

        return info;
    }
}
