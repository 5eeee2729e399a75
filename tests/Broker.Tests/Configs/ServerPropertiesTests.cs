using System.Text;

namespace Millrace.Broker.Tests;

public class ServerPropertiesTests
{
    [Fact]
    public void No_config_at_all_is_a_broker_on_9092_with_its_data_beside_it()
    {
        var properties = Read(null);
        Assert.Empty(properties.Warnings);
        Assert.True(properties.IsSelfContained);
        Assert.Empty(ServerConfig.Read(properties.Values, properties.IsSelfContained, out var config));
        Assert.Equal("PLAINTEXT://:9092", Assert.Single(config!.BrokerListeners).ToString());
        Assert.Equal(["./millrace-data"], config.LogDirs);
        Assert.Equal(1, config.NodeId);
        Assert.True(config is { IsBroker: true, IsController: true });
        Assert.Null(config.AdvertisedFor("PLAINTEXT"));
        Assert.Null(config.NetworkThreads);
        Assert.Empty(UnservedProtections.Find(config));
    }

    [Fact]
    public void A_file_from_ZooKeepers_times_starts_with_one_warning_per_old_key()
    {
        var properties = Read("""
            broker.id=7
            zookeeper.connect=localhost:2181
            zookeeper.connection.timeout.ms=18000
            inter.broker.protocol.version=3.5
            log.message.format.version=2.8
            broker.id.generation.enable=true
            log.dirs=/data/kafka
            """);
        Assert.Equal(5, properties.Warnings.Count);
        Assert.Contains(properties.Warnings, line =>
            line.StartsWith("zookeeper.connect is no longer used", StringComparison.Ordinal));
        Assert.Empty(ServerConfig.Read(properties.Values, properties.IsSelfContained, out var config));
        Assert.Equal(7, config!.NodeId);
        Assert.Equal(["/data/kafka"], config.LogDirs);
    }

    [Theory]
    [InlineData("log.retension.ms", "log.retention.ms")]
    [InlineData("listner", "listeners")]
    [InlineData("num.network.thread", "num.network.threads")]
    [InlineData("auto.create.topic.enable", "auto.create.topics.enable")]
    public void An_unknown_key_is_warned_about_with_the_nearest_name(string key, string nearest)
    {
        var warning = Assert.Single(Read($"{key}=1").Warnings);
        Assert.Equal($"{key} is not a config that Millrace knows, it is ignored; did you mean {nearest}?", warning);
    }

    [Fact]
    public void A_key_that_is_like_no_other_gets_no_suggestion() =>
        Assert.Equal("xyz.wholly.other.thing is not a config that Millrace knows, it is ignored",
            Assert.Single(Read("xyz.wholly.other.thing=1").Warnings));

    [Theory]
    [InlineData("super.users=User:admin")]
    [InlineData("listener.name.internal.ssl.keystore.location=/k")]
    [InlineData("listener.name.internal.plain.sasl.jaas.config=x")]
    [InlineData("rsm.config.bucket=b")]
    public void Names_that_belong_to_plugged_in_parts_are_no_mistakes(string line) => Assert.Empty(Read(line).Warnings);

    [Fact]
    public void A_key_set_twice_is_warned_about_and_the_last_counts()
    {
        var properties = Read("num.partitions=1\nnum.partitions=2");
        Assert.Equal("2", properties.Values["num.partitions"]);
        Assert.Equal("server.properties, line 2: num.partitions is set more than once, the last one counts",
            Assert.Single(properties.Warnings));
    }

    [Fact]
    public void The_command_line_wins_over_the_environment_and_that_over_the_file()
    {
        var environment = EnvironmentConfigs.Read(
        [
            new("KAFKA_NUM_PARTITIONS", "5"),
            new("KAFKA_BROKER_RACK", "r"),
            new("KAFKA_HEAP_OPTS", "-Xmx1g"),
            new("PATH", "/bin"),
        ]);
        Assert.Null(ServerProperties.Read("num.partitions=4\nmin.insync.replicas=2"u8.ToArray(), "f", environment,
            ["num.partitions=6", "listeners=PLAINTEXT://:1"], out var properties));
        Assert.Equal("6", properties!.Values["num.partitions"]);
        Assert.Equal("r", properties.Values["broker.rack"]);
        Assert.Equal("2", properties.Values["min.insync.replicas"]);
        Assert.Equal("PLAINTEXT://:1", properties.Values["listeners"]);
    }

    [Theory]
    [InlineData("KAFKA_LOG_DIRS", "log.dirs")]
    [InlineData("KAFKA_A__B_C___D", "a_b.c-d")]
    [InlineData("KAFKA_NODE_ID", "node.id")]
    public void A_variable_stands_for_a_config(string variable, string config)
    {
        Assert.True(EnvironmentConfigs.TryConfigName(variable, out var name));
        Assert.Equal(config, name);
    }

    [Theory]
    [InlineData("KAFKA_")]
    [InlineData("KAFKA_OPTS")]
    [InlineData("KAFKA_JMX_HOSTNAME")]
    [InlineData("HOME")]
    public void Other_variables_stand_for_none(string variable) =>
        Assert.False(EnvironmentConfigs.TryConfigName(variable, out _));

    [Fact]
    public void An_assignment_without_a_name_is_refused()
    {
        Assert.Equal("--set =5: takes name=value, as in --set log.dirs=/data",
            ServerProperties.Read(null, "f", null, ["=5"], out var properties));
        Assert.Null(properties);
    }

    [Fact]
    public void A_broken_file_is_refused_with_its_name_and_line()
    {
        var error = ServerProperties.Read("a=\\u1"u8.ToArray(), "etc/server.properties", null, [], out _);
        Assert.StartsWith("etc/server.properties: line 1: ", error, StringComparison.Ordinal);
    }

    private static ServerProperties Read(string? text)
    {
        var bytes = text == null ? null : Encoding.Latin1.GetBytes(text);
        Assert.Null(ServerProperties.Read(bytes, "server.properties", null, [], out var properties));
        return properties!;
    }
}
