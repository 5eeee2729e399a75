using Xunit.Abstractions;

namespace Millrace.Clients.Tests;

/// <summary>Kafka's own Java clients, from 2017's to today's.</summary>
[Trait("Kind", "clients")]
public sealed class JavaClientTests(ServedBroker broker, ITestOutputHelper log) : IClassFixture<ServedBroker>
{
    /// <summary>
    /// What a client cannot ask for it leaves out, as on Apache Kafka 3.9.1; Kafka 4 itself serves the two oldest less.
    /// </summary>
    [JavaTheory]
    [InlineData("0.11.0.3", 7)]
    [InlineData("1.1.1", 4)]
    [InlineData("2.0.1", 3)]
    [InlineData("2.8.2", 1)]
    [InlineData("3.9.1", 0)]
    [InlineData("4.3.1", 1)]
    [InlineData("4.4.0", 1)]
    public void What_applications_do_works_with_every_version(string version, int leftOutMax) =>
        new ClientRun(broker, log).MustPass(
            $"ClientCompat {version}",
            ClientKit.Java("ClientCompat", version, broker.Address, ["--check-timeout", "60"]),
            leftOutMax);

    [JavaTheory]
    [InlineData("2.8.2", "--seconds", "8")]
    [InlineData("4.4.0", "--seconds", "8", "--codec", "zstd")]
    public void No_record_is_lost_doubled_reordered_or_changed(string version, params string[] flags) =>
        new ClientRun(broker, log).MustPass(
            $"LogChecker {version}",
            ClientKit.Java("LogChecker", version, broker.Address, ["--topic", $"log-{version}", .. flags]));
}
