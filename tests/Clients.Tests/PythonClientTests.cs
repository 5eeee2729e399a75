using Xunit.Abstractions;

namespace Millrace.Clients.Tests;

/// <summary>confluent-kafka (librdkafka) and kafka-python, of today and as most older programs pin it.</summary>
[Trait("Kind", "clients")]
public sealed class PythonClientTests(ServedBroker broker, ITestOutputHelper log) : IClassFixture<ServedBroker>
{
    [PythonTheory]
    [InlineData("newest", "confluent/produce_consume.py")]
    [InlineData("newest", "confluent/admin.py")]
    [InlineData("newest", "kafka_python/produce_consume.py")]
    [InlineData("2.0.2", "kafka_python/produce_consume.py")]
    [InlineData("2.0.2", "kafka_python/admin.py")]
    [InlineData("newest", "confluent/groups.py")]
    [InlineData("2.0.2", "kafka_python/groups.py")]
    [InlineData("2.0.2", "seeds.py")]
    public void Every_check_of_the_program_passes(string environment, string program, params string[] flags) =>
        new ClientRun(broker, log).MustPass(
            $"{environment} {program}", ClientKit.Python(environment, program, broker.Address, flags));

    /// <summary>
    /// A member of kafka-python 3.0.12 loses the assignment that is answered while nobody polls: a join that ends
    /// after the poll's time limit is not looked at any more. It then owns nothing and sends no heartbeat. On a
    /// machine without a free processor that is 2 of 30 runs, on Apache Kafka 4.4 as here.
    /// </summary>
    [PythonTheory]
    [InlineData("kafka_python/admin.py")]
    [InlineData("kafka_python/groups.py", "--only", "commit")]
    [InlineData("kafka_python/groups.py", "--only", "static")]
    [InlineData("kafka_python/transactions.py")]
    [InlineData("seeds.py")]
    public void Every_check_passes_but_for_assignments_that_the_client_loses(string program, params string[] flags) =>
        new ClientRun(broker, log).MustPass(
            $"newest {program}", ClientKit.Python("newest", program, broker.Address, flags), tries: 3);
}
