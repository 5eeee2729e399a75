namespace Millrace.Loadgen.Tests.Live;

/// <summary>
/// Apache Kafka itself, one node on loopback, for all tests of a class; started by the first that asks.
/// </summary>
public sealed class KafkaBroker : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("loadgen-kafka-").FullName;
    private readonly int[] ports = FreePorts.Take(2);
    private readonly Lazy<RunningKafka> kafka;

    public KafkaBroker() => kafka = new Lazy<RunningKafka>(Start);

    public string Address
    {
        get
        {
            _ = kafka.Value;
            return $"127.0.0.1:{Port}";
        }
    }

    private int Port => ports[0];

    public void Dispose()
    {
        if (kafka.IsValueCreated)
        {
            kafka.Value.Dispose();
        }

        Directory.Delete(folder, recursive: true);
    }

    private RunningKafka Start()
    {
        string config = Path.Combine(folder, "server.properties");
        File.WriteAllLines(config,
        [
            "process.roles=broker,controller",
            "node.id=1",
            $"controller.quorum.voters=1@127.0.0.1:{ports[1]}",
            $"listeners=PLAINTEXT://127.0.0.1:{Port},CONTROLLER://127.0.0.1:{ports[1]}",
            $"advertised.listeners=PLAINTEXT://127.0.0.1:{Port}",
            "controller.listener.names=CONTROLLER",
            $"log.dirs={Path.Combine(folder, "data")}",
            "offsets.topic.replication.factor=1",
            "offsets.topic.num.partitions=2",
            "transaction.state.log.replication.factor=1",
            "transaction.state.log.min.isr=1",
            "transaction.state.log.num.partitions=2",
            "group.initial.rebalance.delay.ms=0",
        ]);
        ProgramRun format = KafkaMaterial.Run(
            [
                Path.Combine(SharedMaterial.Root, "kafka", "bin", "kafka-tool"), "kafka-storage", "format",
                "--cluster-id", "5L6g3nShT-eMCtK--X86sw", "--config", config,
            ],
            ("KAFKA_VERSION", "4.4.0"));
        Assert.True(format.ExitCode == 0, format.Output + format.Errors);
        return new RunningKafka(config);
    }
}
