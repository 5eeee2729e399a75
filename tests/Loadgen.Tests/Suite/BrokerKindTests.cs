using System.Diagnostics;
using System.Runtime.Versioning;
using Millrace.Loadgen.Suite;

namespace Millrace.Loadgen.Tests.Suite;

[SupportedOSPlatform("linux")]
public sealed class BrokerKindTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("millrace-kinds-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Where_there_is_no_Kafka_none_is_found()
    {
        Assert.Null(KafkaBroker.Find(null));
        Assert.Null(KafkaBroker.Find(folder));
    }

    [Fact]
    public void A_distribution_is_formatted_and_started_with_its_own_scripts_and_heap()
    {
        string bin = Path.Combine(folder, "bin");
        Directory.CreateDirectory(bin);
        File.WriteAllText(Path.Combine(bin, "kafka-server-start.sh"), "echo started $1 with $KAFKA_HEAP_OPTS\n");
        File.WriteAllText(Path.Combine(bin, "kafka-storage.sh"), "echo formatted $6\n");
        File.WriteAllText(Path.Combine(folder, "kafka-clients-4.4.0.jar"), "");
        foreach (string script in Directory.GetFiles(bin))
        {
            string text = File.ReadAllText(script);
            File.WriteAllText(script, "#!/bin/sh\n" + text);
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        KafkaBroker kafka = KafkaBroker.Find(folder)!;
        Assert.StartsWith("Apache Kafka 4.4.0: heap 1g", kafka.Description);
        string data = Path.Combine(folder, "node");
        ProcessStartInfo start = kafka.Start(data, port: 12345);
        start.RedirectStandardOutput = true;
        using Process process = Process.Start(start)!;
        string[] said = process.StandardOutput.ReadToEnd().Trim().Split('\n');
        process.WaitForExit();
        string properties = Path.Combine(data, "server.properties");
        Assert.Equal([$"formatted {properties}", $"started {properties} with -Xms1g -Xmx1g"], said);
        Assert.Contains("listeners=PLAINTEXT://127.0.0.1:12345,", File.ReadAllText(properties));
    }

    [Theory]
    [InlineData("Other=10.0.0.1:9092", "Other", "10.0.0.1:9092", 0)]
    [InlineData("R=h:1,77", "R", "h:1", 77)]
    public void Another_broker_is_named_by_its_address(string text, string name, string address, int processId)
    {
        RunningElsewhere other = RunningElsewhere.Parse(text);
        Assert.Equal((name, address, processId), (other.Name, other.Address, other.ProcessId));
    }

    [Theory]
    [InlineData("10.0.0.1:9092")]
    [InlineData("=h:1")]
    [InlineData("x=h")]
    [InlineData("x=h:1,pid")]
    public void What_is_no_address_is_refused(string text) =>
        Assert.Contains(text, Assert.Throws<FormatException>(() => RunningElsewhere.Parse(text)).Message);
}
