namespace Millrace.Loadgen.Tests.Workload;

public sealed class FileTests
{
    [Fact]
    public void A_driver_file_puts_its_configs_over_a_workload()
    {
        RunPlan workload = OpenMessagingWorkload.Read(
            new StringReader("topics: 2\nproducersPerTopic: 3\nproducerRate: 0 # as many as it takes\n"), "w.yaml");
        RunPlan plan = OpenMessagingWorkload.ReadDriver(
            new StringReader(
                """
                name: Kafka
                driverClass: io.openmessaging.benchmark.driver.kafka.KafkaBenchmarkDriver

                replicationFactor: 3
                reset: true
                topicConfig: |
                  min.insync.replicas=2
                commonConfig: |
                  bootstrap.servers=10.0.0.1:9092,10.0.0.2
                producerConfig: |
                  acks=all
                  linger.ms=1
                  batch.size=1048576
                  compression.type=lz4
                consumerConfig: |
                  auto.offset.reset=earliest
                  max.partition.fetch.bytes=10485760
                """),
            "driver.yaml",
            workload);
        Assert.True(plan.Produce!.Rate.IsUnlimited);
        Assert.Equal(6, plan.Produce.Producers);
        Assert.Equal((1.0, 1048576, (short)-1), (plan.Produce.LingerMs, plan.Produce.BatchBytes, plan.Produce.Acks));
        Assert.Equal(10485760, plan.Consume!.PartitionMaxBytes);
        Assert.Equal(["min.insync.replicas=2"], plan.Topics.Configs);
        Assert.Equal((short)3, plan.Topics.Replication);
        Assert.Equal([("10.0.0.1", 9092), ("10.0.0.2", 9092)], plan.Brokers);
    }

    [Theory]
    [InlineData("topics: 1\nnested:\n  deeper: 1\n", "w.yaml:3: ")]
    [InlineData("topics: 1\ntopics: 2\n", "w.yaml:2: topics stands there twice")]
    [InlineData("- topics\n", "w.yaml:1: ")]
    [InlineData("topics: many\n", "w.yaml: topics: many is no number")]
    [InlineData("topicz: 1\n", "w.yaml: topicz is not known")]
    [InlineData("name: \"open\nx: 1\n", "w.yaml:1: a quote is not closed")]
    public void What_is_wrong_in_a_workload_is_said_with_its_place(string text, string message) =>
        Assert.StartsWith(
            message,
            Assert.Throws<FormatException>(() => OpenMessagingWorkload.Read(new StringReader(text), "w.yaml")).Message);

    [Theory]
    [InlineData("1 a 0 0\n", "f:1: ")]
    [InlineData("# nothing\n", "f: no record")]
    [InlineData("1 a 0 0 5\n\nx a 0 0 5\n", "f:3: ")]
    public void What_is_wrong_in_a_recording_is_said_with_its_place(string text, string message) =>
        Assert.StartsWith(
            message,
            Assert.Throws<FormatException>(() => RecordedWorkload.Read(new StringReader(text), "f")).Message);

    [Fact]
    public void Every_preset_has_a_name_of_its_own_and_can_be_found_by_it()
    {
        Assert.Equal(PresetTable.All.Count, PresetTable.All.Select(preset => preset.Name).Distinct().Count());
        Assert.All(PresetTable.All, preset => Assert.Same(preset, PresetTable.Find(preset.Name.ToUpperInvariant())));
        Assert.All(PresetTable.All, preset => Assert.Equal(preset.Name, preset.Plan.Name));
        foreach (string shape in new[] { "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10", "p11", "t1",
            "g1" })
        {
            Assert.NotNull(PresetTable.Find(shape));
        }
    }
}
