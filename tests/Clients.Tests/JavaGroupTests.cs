using Xunit.Abstractions;

namespace Millrace.Clients.Tests;

/// <summary>Groups of Kafka's own Java clients: storms of members, and Kafka Connect.</summary>
[Trait("Kind", "clients")]
public sealed class JavaGroupTests(ServedBroker broker, ITestOutputHelper log) : IClassFixture<ServedBroker>
{
    /// <summary>50 members on 200 partitions, which come, go and vanish.</summary>
    [JavaTheory]
    [InlineData("2.8.2", "--assignor", "sticky")]
    [InlineData("4.4.0", "--assignor", "range")]
    [InlineData("4.4.0", "--assignor", "cooperative")]
    [InlineData("4.4.0", "--assignor", "range", "--static")]
    public void Storms_of_members_lose_nothing_and_never_own_a_partition_twice(string version, params string[] flags) =>
        new ClientRun(broker, log).MustPass(
            $"GroupStorm {version} {string.Join(' ', flags)}",
            ClientKit.Java("GroupStorm", version, broker.Address, ["--seconds", "15", .. flags]));

    [JavaFact]
    public void Connect_takes_lines_through_a_topic_over_stops_and_kills_of_its_worker() =>
        new ClientRun(broker, log).MustPass("connect", ClientKit.Connect(broker.Address, restPort: 21090));
}
