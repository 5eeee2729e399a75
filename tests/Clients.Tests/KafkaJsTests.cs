using Xunit.Abstractions;

namespace Millrace.Clients.Tests;

/// <summary>
/// kafkajs; the program is <c>kafkajs/checks.js</c>. It has no codec but gzip without further packages.
/// </summary>
[Trait("Kind", "clients")]
public sealed class KafkaJsTests(ServedBroker broker, ITestOutputHelper log) : IClassFixture<ServedBroker>
{
    [KafkaJsFact]
    public void Every_check_of_the_program_passes() =>
        new ClientRun(broker, log).MustPass("kafkajs", ClientKit.KafkaJs(broker.Address));
}
