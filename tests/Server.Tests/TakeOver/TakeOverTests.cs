namespace Millrace.Server.Tests.TakeOver;

/// <summary>
/// A directory goes from Apache Kafka to Millrace, back, and to Millrace again, and nothing is ever converted: what the
/// one holds, the other finds.
/// </summary>
[Trait("Data", "kafka-data")]
[Trait("Kind", "native")]
[Collection(AloneInTheMachine.Name)]
public sealed class TakeOverTests : IDisposable
{
    private const string NewTopic = "written-by-millrace";

    private readonly string folder = Directory.CreateTempSubdirectory("millrace-take-over-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [NativeBesideKafkaTheory]
    [InlineData("clean-4.4")]
    [InlineData("killed-4.4")]
    [InlineData("clean-3.9")]
    [InlineData("snapshot-4.4")]
    public void A_directory_of_kafka_is_served_written_to_and_served_by_kafka_again(string name)
    {
        string work = Directory.CreateDirectory(Path.Combine(folder, "verifier")).FullName;
        KafkaDataSet set = new(name, Directory.CreateDirectory(Path.Combine(folder, name)).FullName);
        DataVerifier verifier = new(work);
        string journal = Path.Combine(folder, "journal");

        string expected = ServeAndWrite(set, verifier, journal);

        using (RunningKafka kafka = new(set.Config))
        {
            verifier.MustAgree(expected, set.Bootstrap, skipped: []);
            VerifyJournal(set, journal);

            // Before the stop: Kafka's own components may trip over each other in it.
            IReadOnlyList<string> lines = kafka.Lines;
            Assert.DoesNotContain(lines, line => line.Contains(" ERROR ", StringComparison.Ordinal));
            Assert.DoesNotContain(lines, line => line.Contains("orrupt", StringComparison.Ordinal));
            Assert.DoesNotContain(lines, line => line.Contains("Truncating to offset", StringComparison.Ordinal));
            kafka.Stop();
        }

        using RunningServer again = Serve(set);
        AssertNothingRepaired(again);
        verifier.MustAgree(expected, set.Bootstrap, DataVerifier.NotServedBy(set.Bootstrap));
        VerifyJournal(set, journal);
        Assert.Equal(0, again.Stop().ExitCode);
    }

    /// <returns>What is to be found in the directory from now on.</returns>
    private static string ServeAndWrite(KafkaDataSet set, DataVerifier verifier, string journal)
    {
        using RunningServer server = Serve(set);
        verifier.MustAgree(set.Expectations, set.Bootstrap, DataVerifier.NotServedBy(set.Bootstrap));
        KafkaMaterial.JavaKit(
            "LogChecker", "run", "--bootstrap", set.Bootstrap, "--journal", journal, "--topic", NewTopic, "--seconds",
            "4", "--producers", "2", "--consumers", "1").MustEndWell();
        AppendTo(set, "plain");
        string expected = verifier.ExpectTopicsOf(set.Bootstrap, set.Expectations);
        (int exitCode, string errors) = server.Stop();
        Assert.Equal(0, exitCode);
        Assert.Contains("stopped cleanly", errors, StringComparison.Ordinal);
        return expected;
    }

    // clean-4.4 names an authorizer.
    private static RunningServer Serve(KafkaDataSet set)
    {
        RunningServer server = RunningServer.Of(set.Config, "--allow-unprotected");
        Assert.True(server.Address.Length > 0, server.Log);
        return server;
    }

    private static void AppendTo(KafkaDataSet set, string topic) => KafkaMaterial.Run(
        [
            "-c", "printf 'a\\nb\\nc\\n' | bash \"$@\"", "-",
            Path.Combine(SharedMaterial.Root, "kafka", "bin", "kafka-tool"),
            "kafka-console-producer", "--bootstrap-server", set.Bootstrap, "--topic", topic,
        ]).MustEndWell();

    private static void VerifyJournal(KafkaDataSet set, string journal) => KafkaMaterial.JavaKit(
        "LogChecker", "verify", "--bootstrap", set.Bootstrap, "--journal", journal, "--topic", NewTopic)
        .MustEndWell();

    private static void AssertNothingRepaired(RunningServer server) =>
        Assert.DoesNotContain(server.Lines, line => line.Contains("WARN  storage: ", StringComparison.Ordinal));
}
