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
    [InlineData("newest", "kafka_python/admin.py")]
    [InlineData("2.0.2", "kafka_python/produce_consume.py")]
    [InlineData("2.0.2", "kafka_python/admin.py")]
    [InlineData("newest", "confluent/groups.py")]
    [InlineData("2.0.2", "kafka_python/groups.py")]
    [InlineData("newest", "kafka_python/groups.py", "--only", "commit")]
    [InlineData("newest", "seeds.py")]
    [InlineData("2.0.2", "seeds.py")]
    public void Every_check_of_the_program_passes(string environment, string program, params string[] flags) =>
        new ClientRun(broker, log).MustPass(
            $"{environment} {program}", ClientKit.Python(environment, program, broker.Address, flags));

    /// <summary>
    /// Of two members that join a moment apart, one of kafka-python's now and then says nothing more after its join: in
    /// 3 of 30 runs on Apache Kafka 4.4, and about as often here. So the program gets three tries.
    /// </summary>
    [PythonTheory]
    [InlineData("newest", 3)]
    public void A_static_member_comes_back_to_its_partitions(string environment, int tries)
    {
        while (true)
        {
            try
            {
                new ClientRun(broker, log).MustPass(
                    "static members",
                    ClientKit.Python(environment, "kafka_python/groups.py", broker.Address, ["--only", "static"]));
                return;
            }
            catch (Xunit.Sdk.XunitException failure) when (--tries > 0)
            {
                log.WriteLine(failure.Message);
            }
        }
    }
}
