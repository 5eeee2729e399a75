using Xunit.Abstractions;

namespace Millrace.Clients.Tests;

/// <summary>segmentio's kafka-go, and confluent-kafka-go (librdkafka).</summary>
[Trait("Kind", "clients")]
public sealed class GoClientTests(ServedBroker broker, ITestOutputHelper log) : IClassFixture<ServedBroker>
{
    [GoTheory]
    [InlineData("kafkago", "produce")]
    [InlineData("kafkago", "consume")]
    [InlineData("kafkago", "admin")]
    [InlineData("kafkago", "group")]
    [InlineData("kafkago", "seed")]
    [InlineData("confluentgo", "produce")]
    [InlineData("confluentgo", "consume")]
    [InlineData("confluentgo", "admin")]
    [InlineData("confluentgo", "group")]
    [InlineData("confluentgo", "seed")]
    public void The_check_passes(string program, string check) =>
        new ClientRun(broker, log).MustPass(
            $"{program} {check}", ClientKit.Go(program, check, broker.Address));
}
