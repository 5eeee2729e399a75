namespace Millrace.Clients.Tests;

/// <summary>
/// Apache Kafka 4.4 and the native binary, new and with the same settings, for tests that do the same to both. They
/// start when the first test asks for them.
/// </summary>
public sealed class BrokerPair : IDisposable
{
    private const string ClusterId = "bXlscmFjZS10ZXN0LTAwMQ";

    private readonly string folder = Directory.CreateTempSubdirectory("millrace-pair-").FullName;
    private readonly Lazy<RunningKafka> kafka;
    private readonly Lazy<RunningServer> millrace;

    public BrokerPair()
    {
        kafka = new(NewKafka);
        millrace = new(NewMillrace);
    }

    /// <summary>Host and port of Kafka.</summary>
    public string Kafka { get; private set; } = "";

    /// <summary>Host and port of Millrace.</summary>
    public string Millrace { get; private set; } = "";

    /// <summary>What both have instead of their names: the start of every path of theirs.</summary>
    public string Folder => folder;

    /// <summary>Both serve after this.</summary>
    public void Start()
    {
        StartMillrace();
        if (kafka.Value.HasExited)
        {
            throw new InvalidOperationException($"Kafka ended:\n{string.Join('\n', kafka.Value.Lines)}");
        }
    }

    /// <summary>Millrace serves after this.</summary>
    public void StartMillrace()
    {
        if (millrace.Value.HasExited)
        {
            throw new InvalidOperationException($"the broker ended:\n{millrace.Value.Log}");
        }
    }

    public void Dispose()
    {
        if (kafka.IsValueCreated)
        {
            kafka.Value.Dispose();
        }

        if (millrace.IsValueCreated)
        {
            millrace.Value.Dispose();
        }

        Directory.Delete(folder, recursive: true);
    }

    private RunningKafka NewKafka()
    {
        (string config, Kafka) = WriteConfig("kafka");
        KafkaMaterial.Run(
            [
                Path.Combine(SharedMaterial.Root, "kafka", "bin", "kafka-tool"), "kafka-storage", "format",
                "-t", ClusterId, "-c", config,
            ],
            ("KAFKA_VERSION", "4.4.0")).MustEndWell();
        return new RunningKafka(config);
    }

    private RunningServer NewMillrace()
    {
        (string config, Millrace) = WriteConfig("millrace");
        ProgramRun.Of(NativeBinary.Path, "format", "--cluster-id", ClusterId, "--config", config).MustEndWell();
        return RunningServer.Of(config);
    }

    private (string Config, string Address) WriteConfig(string name)
    {
        int[] ports = FreePorts.Take(2);
        string home = Path.Combine(folder, name);
        Directory.CreateDirectory(home);
        string config = Path.Combine(home, "server.properties");
        string[] own =
        [
            $"controller.quorum.voters=1@127.0.0.1:{ports[1]}",
            $"listeners=PLAINTEXT://127.0.0.1:{ports[0]},CONTROLLER://127.0.0.1:{ports[1]}",
            $"advertised.listeners=PLAINTEXT://127.0.0.1:{ports[0]}",
            $"log.dirs={Path.Combine(home, "data")}",
        ];
        File.WriteAllLines(config, [.. own, .. BrokerSettings.Node, .. BrokerSettings.Common]);
        return (config, $"127.0.0.1:{ports[0]}");
    }
}
