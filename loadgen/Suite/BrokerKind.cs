using System.Diagnostics;
using System.Globalization;

namespace Millrace.Loadgen.Suite;

/// <summary>A broker that the suite can start: what it is called, and how it is run.</summary>
internal abstract class BrokerKind
{
    /// <summary>
    /// Of every broker: P1's topics outgrow what they may keep within a second, and the default is five minutes.
    /// </summary>
    protected const string RetentionCheck = "log.retention.check.interval.ms=300";

    /// <summary>As the report has it.</summary>
    public abstract string Name { get; }

    /// <summary>How it is started and set, for the report.</summary>
    public abstract string Description { get; }

    /// <summary>What a topic needs so that nothing is acknowledged before it is on the device.</summary>
    public abstract string DurableTopicConfig { get; }

    /// <summary>
    /// Managed memory that it has allocated since its start, as its files tell; null where they do not.
    /// </summary>
    /// <param name="folder">The folder that it was started with.</param>
    public virtual long? AllocatedBytes(string folder) => null;

    /// <summary>Whether it writes what it has allocated when it is sent SIGUSR1.</summary>
    public virtual bool AnswersMemorySignal => false;

    /// <summary>The process that runs it in the foreground.</summary>
    /// <param name="folder">Where its data goes.</param>
    /// <param name="port">Where it listens, on the loopback.</param>
    public abstract ProcessStartInfo Start(string folder, int port);

    protected static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Millrace's native binary, with its defaults.</summary>
internal sealed class MillraceBroker(string program, string version) : BrokerKind
{
    public override string Name => "Millrace";

    public override string Description => $"{version}: its defaults, {RetentionCheck}";

    public override string DurableTopicConfig => "millrace.flush.before.ack=true";

    public override bool AnswersMemorySignal => true;

    public override long? AllocatedBytes(string folder) =>
        AllocationLogs.LastMemoryLine(AllocationLogs.Read(Path.Combine(folder, RunningBroker.LogName)));

    public override ProcessStartInfo Start(string folder, int port) => new(
        program,
        [
            "server",
            "--set", $"listeners=PLAINTEXT://127.0.0.1:{Number(port)}",
            "--set", $"log.dirs={Path.Combine(folder, "data")}",
            "--set", RetentionCheck,
        ]);
}

/// <summary>
/// Apache Kafka from a distribution's folder: its own start script, with the heap of 1 GiB and the collector that the
/// script sets by default, one node that is broker and controller, and otherwise the defaults.
/// </summary>
internal sealed class KafkaBroker(string home) : BrokerKind
{
    private const string BareScript = "kafka-run-class";
    private const string Heap = "1g";
    private const string GcLogName = "gc.log";
    private const string ClusterId = "bWlsbHJhY2UtcmVwb3J0LQ";

    /// <summary>A bare folder of jars with one script that runs a class of them, in place of a distribution.</summary>
    private bool IsBare => File.Exists(Path.Combine(home, "bin", BareScript));

    public override string Name => "Kafka";

    public override string Description =>
        $"Apache Kafka {Version}: heap {Heap}, G1 with MaxGCPauseMillis=20 as its start script sets, "
        + $"num.network.threads=3, num.io.threads=8, {RetentionCheck} and all else its defaults";

    /// <summary>Sync after every record, as Kafka has no way to sync once for several producers.</summary>
    public override string DurableTopicConfig => "flush.messages=1";

    private string Version
    {
        get
        {
            string[] jars = Directory.GetFiles(home, "kafka-clients-*.jar", SearchOption.AllDirectories);
            string newest = jars.Select(jar => Path.GetFileNameWithoutExtension(jar)).Max(StringComparer.Ordinal) ?? "";
            return newest.Length == 0 ? "of unknown version" : newest["kafka-clients-".Length..];
        }
    }

    public override long? AllocatedBytes(string folder) =>
        AllocationLogs.SumOfCollections(AllocationLogs.Read(Path.Combine(folder, GcLogName)));

    /// <summary>A distribution in this folder; null where there is none.</summary>
    public static KafkaBroker? Find(string? home)
    {
        string bin = home is null ? "" : Path.Combine(home, "bin");
        bool isThere = File.Exists(Path.Combine(bin, BareScript))
            || File.Exists(Path.Combine(bin, "kafka-server-start.sh"));
        return home is not null && isThere ? new KafkaBroker(home) : null;
    }

    public override ProcessStartInfo Start(string folder, int port)
    {
        string properties = Path.Combine(folder, "server.properties");
        Directory.CreateDirectory(folder);
        File.WriteAllText(properties, Properties(folder, port));
        ProcessStartInfo start = new("bash");
        start.Environment["LOG_DIR"] = Path.Combine(folder, "logs");
        start.Environment["KAFKA_HEAP_OPTS"] = $"-Xms{Heap} -Xmx{Heap}";
        string gcLog = $"-Xlog:gc:file={Path.Combine(folder, GcLogName)}";
        start.Environment["KAFKA_GC_LOG_OPTS"] = gcLog;
        if (IsBare)
        {
            start.Environment["KAFKA_JVM_OPTS"] = gcLog;
            start.Environment["KAFKA_HEAP"] = Heap;
            start.Environment["KAFKA_VERSION"] = Version;
            start.Environment["KAFKA_LOG4J"] = Path.Combine(home, "conf", "log4j2.yaml");
        }

        // Formatting is a program of its own, which has ended when the broker takes the process.
        string format = IsBare ? $"bash \"$0/{BareScript}\" kafka.tools.StorageTool" : "\"$0/kafka-storage.sh\"";
        string run = IsBare ? $"bash \"$0/{BareScript}\" kafka.Kafka" : "\"$0/kafka-server-start.sh\"";
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"{format} format --ignore-formatted -t \"$1\" -c \"$2\" && exec {run} \"$2\"");
        string[] arguments = [Path.Combine(home, "bin"), ClusterId, properties];
        Array.ForEach(arguments, start.ArgumentList.Add);
        return start;
    }

    private static string Properties(string folder, int port)
    {
        string controller = Number(port + 1);
        return $"""
            process.roles=broker,controller
            node.id=1
            controller.quorum.voters=1@127.0.0.1:{controller}
            listeners=PLAINTEXT://127.0.0.1:{Number(port)},CONTROLLER://127.0.0.1:{controller}
            controller.listener.names=CONTROLLER
            log.dirs={Path.Combine(folder, "data")}
            offsets.topic.replication.factor=1
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            {RetentionCheck}

            """;
    }
}
