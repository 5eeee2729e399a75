namespace Millrace.Broker.Tests;

/// <summary>Values and layers as a running Kafka 4.4.0 described them, before and after the same changes.</summary>
public class ConfigResolverTests
{
    private static readonly DescribeOptions Synonyms = new(IncludeSynonyms: true, IncludeDocumentation: false);

    private static readonly Dictionary<string, string> Statics = new()
    {
        ["process.roles"] = "broker,controller",
        ["node.id"] = "1",
        ["broker.id"] = "1",
        ["controller.listener.names"] = "CONTROLLER",
        ["log.retention.hours"] = "48",
        ["log.roll.jitter.hours"] = "1",
        ["log.cleaner.io.max.bytes.per.second"] = "104857600",
        ["ssl.keystore.password"] = "secret",
        ["log.segment.bytes"] = "2097152",
        ["listener.name.internal.max.connections"] = "7",
        ["unknown.thing"] = "5",
    };

    private static readonly Dictionary<string, string> Defaults = new()
    {
        ["log.cleaner.threads"] = "8",
        ["log.retention.ms"] = "0",
        ["log.cleaner.io.max.bytes.per.second"] = "1e7",
        ["listener.name.plaintext.max.connections"] = "100",
        ["log.cleanup.policy"] = "delete,compact",
        ["leader.replication.throttled.rate"] = "2000",
        ["min.insync.replicas"] = "2",
        ["nope"] = "8",
    };

    private static readonly Dictionary<string, string> Dynamics = new()
    {
        ["log.cleaner.threads"] = "2",
        ["log.retention.ms"] = "-2",
        ["listener.name.plaintext.max.connections"] = "200",
        ["listener.name.plaintext.ssl.keystore.password"] = "abc",
        ["listener.name.Bad.Name.ssl.keystore.password"] = "abc",
        ["leader.replication.throttled.rate"] = "1000",
        ["nope"] = "8",
        ["unclean.leader.election.enable"] = "true",
    };

    private static readonly Dictionary<string, string> None = [];

    [Theory]
    [InlineData("log.retention.hours", "48", ConfigSource.StaticBroker, true,
        "log.retention.hours=48:StaticBroker log.retention.hours=168:Default")]
    [InlineData("log.retention.ms", null, ConfigSource.Default, false, "")]
    [InlineData("log.roll.jitter.ms", null, ConfigSource.Default, false, "")]
    [InlineData("log.flush.interval.ms", null, ConfigSource.Default, false, "")]
    [InlineData("node.id", "1", ConfigSource.StaticBroker, true, "node.id=1:StaticBroker")]
    [InlineData("broker.id", "1", ConfigSource.StaticBroker, true, "broker.id=1:StaticBroker broker.id=-1:Default")]
    [InlineData("log.cleaner.io.max.bytes.per.second", "1.048576E8", ConfigSource.StaticBroker, false,
        "log.cleaner.io.max.bytes.per.second=104857600:StaticBroker " +
        "log.cleaner.io.max.bytes.per.second=1.7976931348623157E308:Default")]
    [InlineData("ssl.keystore.password", null, ConfigSource.StaticBroker, false, "ssl.keystore.password=:StaticBroker")]
    [InlineData("listener.name.internal.max.connections", "7", ConfigSource.StaticBroker, true,
        "listener.name.internal.max.connections=7:StaticBroker max.connections=2147483647:Default")]
    [InlineData("unknown.thing", null, ConfigSource.StaticBroker, true, "unknown.thing=:StaticBroker")]
    public void A_broker_config_of_the_file_is_described(
        string name, string? value, ConfigSource source, bool isReadOnly, string synonyms) =>
        AssertOne(File().DescribeBroker([name], Synonyms), name, value, source, isReadOnly, synonyms);

    [Theory]
    [InlineData("log.cleaner.threads", "2", ConfigSource.DynamicBroker, false,
        "log.cleaner.threads=2:DynamicBroker log.cleaner.threads=8:DynamicDefaultBroker log.cleaner.threads=1:Default")]
    [InlineData("log.retention.ms", "-2", ConfigSource.DynamicBroker, false,
        "log.retention.ms=-2:DynamicBroker log.retention.ms=0:DynamicDefaultBroker " +
        "log.retention.hours=48:StaticBroker " +
        "log.retention.hours=168:Default")]
    // The file's hours no longer count, but still are the source: so Kafka answers, too.
    [InlineData("log.retention.hours", "168", ConfigSource.StaticBroker, true,
        "log.retention.hours=48:StaticBroker log.retention.hours=168:Default")]
    [InlineData("log.cleaner.io.max.bytes.per.second", "1.0E7", ConfigSource.DynamicDefaultBroker, false,
        "log.cleaner.io.max.bytes.per.second=1e7:DynamicDefaultBroker " +
        "log.cleaner.io.max.bytes.per.second=104857600:StaticBroker " +
        "log.cleaner.io.max.bytes.per.second=1.7976931348623157E308:Default")]
    [InlineData("listener.name.plaintext.max.connections", "200", ConfigSource.DynamicBroker, true,
        "listener.name.plaintext.max.connections=200:DynamicBroker " +
        "listener.name.plaintext.max.connections=100:DynamicDefaultBroker max.connections=2147483647:Default")]
    [InlineData("listener.name.plaintext.ssl.keystore.password", null, ConfigSource.DynamicBroker, true,
        "listener.name.plaintext.ssl.keystore.password=:DynamicBroker ssl.keystore.password=:StaticBroker")]
    [InlineData("listener.name.Bad.Name.ssl.keystore.password", null, ConfigSource.DynamicBroker, true,
        "listener.name.Bad.Name.ssl.keystore.password=:DynamicBroker")]
    [InlineData("leader.replication.throttled.rate", "1000", ConfigSource.DynamicBroker, false,
        "leader.replication.throttled.rate=1000:DynamicBroker " +
        "leader.replication.throttled.rate=2000:DynamicDefaultBroker")]
    [InlineData("nope", null, ConfigSource.DynamicBroker, true, "nope=:DynamicBroker nope=:DynamicDefaultBroker")]
    public void A_dynamic_broker_config_is_described_with_its_layers(
        string name, string? value, ConfigSource source, bool isReadOnly, string synonyms) =>
        AssertOne(All().DescribeBroker([name], Synonyms), name, value, source, isReadOnly, synonyms);

    [Theory]
    [InlineData("log.cleaner.io.max.bytes.per.second", "1e7", false)]
    [InlineData("listener.name.plaintext.max.connections", "100", true)]
    [InlineData("nope", null, true)]
    public void Defaults_of_all_brokers_are_described_as_they_were_set(string name, string? value, bool isReadOnly) =>
        AssertOne(All().DescribeBrokerDefaults([name], Synonyms), name, value, ConfigSource.DynamicDefaultBroker,
            isReadOnly, $"{name}={value}:DynamicDefaultBroker");

    [Fact]
    public void Only_what_was_set_is_described_of_all_brokers() =>
        Assert.Equal(Defaults.Keys.Order(StringComparer.Ordinal),
            All().DescribeBrokerDefaults(null, Synonyms).Select(one => one.Name));

    [Theory]
    [InlineData("segment.bytes", "1048576", ConfigSource.DynamicTopic,
        "segment.bytes=1048576:DynamicTopic log.segment.bytes=2097152:StaticBroker " +
        "log.segment.bytes=1073741824:Default")]
    [InlineData("retention.ms", "77", ConfigSource.DynamicTopic, "retention.ms=77:DynamicTopic")]
    // Its fallback in hours is effective but under another name than the first, and so no layer is told.
    [InlineData("segment.jitter.ms", "3600000", ConfigSource.Default, "")]
    [InlineData("flush.ms", "9223372036854775807", ConfigSource.Default, "")]
    [InlineData("segment.ms", "604800000", ConfigSource.Default, "")]
    [InlineData("cleanup.policy", "delete", ConfigSource.Default, "log.cleanup.policy=delete:Default")]
    [InlineData("errors.deadletterqueue.group.enable", "false", ConfigSource.Default, "")]
    [InlineData("preallocate", "true", ConfigSource.DynamicTopic, "preallocate=true:DynamicTopic " +
        "log.preallocate=false:Default")]
    [InlineData("millrace.flush.before.ack", "false", ConfigSource.Default, "millrace.flush.before.ack=false:Default")]
    public void A_topic_config_is_described_with_its_layers(
        string name, string value, ConfigSource source, string synonyms)
    {
        var own = new Dictionary<string, string>
        {
            ["segment.bytes"] = "1048576", ["retention.ms"] = " 77 ", ["preallocate"] = " TRUE ",
        };
        AssertOne(File().DescribeTopic(own, [name], Synonyms), name, value, source, false, synonyms);
    }

    [Theory]
    [InlineData("retention.ms", "-1", ConfigSource.DynamicBroker,
        "log.retention.ms=-2:DynamicBroker log.retention.ms=0:DynamicDefaultBroker " +
        "log.retention.hours=48:StaticBroker " +
        "log.retention.hours=168:Default")]
    [InlineData("min.insync.replicas", "2", ConfigSource.DynamicDefaultBroker,
        "min.insync.replicas=2:DynamicDefaultBroker min.insync.replicas=1:Default")]
    [InlineData("cleanup.policy", "delete,compact", ConfigSource.DynamicDefaultBroker,
        "log.cleanup.policy=delete,compact:DynamicDefaultBroker log.cleanup.policy=delete:Default")]
    [InlineData("unclean.leader.election.enable", "true", ConfigSource.DynamicBroker,
        "unclean.leader.election.enable=true:DynamicBroker unclean.leader.election.enable=false:Default")]
    public void A_topic_takes_what_it_does_not_set_from_the_broker(
        string name, string value, ConfigSource source, string synonyms) =>
        AssertOne(All().DescribeTopic(None, [name], Synonyms), name, value, source, false, synonyms);

    [Fact]
    public void Internal_configs_show_only_where_set()
    {
        var resolver = new ConfigResolver(Statics);
        Assert.DoesNotContain(resolver.DescribeTopic(None, null, Synonyms), one =>
            one.Name == "internal.segment.bytes");
        Assert.Contains(resolver.DescribeTopic(new Dictionary<string, string> { ["internal.segment.bytes"] = "5000" },
            null, Synonyms), one => one is { Name: "internal.segment.bytes", Value: "5000" });
        // Kafka: 37 topic configs, 21 group configs, 3 of client metrics; one topic config is ours.
        Assert.Equal(37 + 1, resolver.DescribeTopic(None, null, Synonyms).Count);
        Assert.Equal(21, resolver.DescribeGroup(None, null, Synonyms).Count);
        Assert.Equal(3, resolver.DescribeClientMetrics(None, null, Synonyms).Count);
        Assert.DoesNotContain(resolver.DescribeBroker(null, Synonyms), one =>
            one.Name == "unstable.api.versions.enable");
    }

    [Theory]
    [InlineData("consumer.session.timeout.ms", "50000", ConfigSource.DynamicGroup,
        "consumer.session.timeout.ms=50000:DynamicGroup group.consumer.session.timeout.ms=45000:Default")]
    [InlineData("share.auto.offset.reset", "latest", ConfigSource.Default, "share.auto.offset.reset=latest:Default")]
    [InlineData("streams.assignor.name", "sticky", ConfigSource.Default, "group.streams.assignors=sticky:Default")]
    [InlineData("streams.rack.aware.assignment.tags", "", ConfigSource.Default,
        "group.streams.rack.aware.assignment.tags=:Default")]
    [InlineData("errors.deadletterqueue.topic.name", "foo", ConfigSource.DynamicGroup,
        "errors.deadletterqueue.topic.name=foo:DynamicGroup errors.deadletterqueue.topic.name=:Default")]
    public void A_group_config_is_described_with_its_layers(
        string name, string value, ConfigSource source, string synonyms)
    {
        var own = new Dictionary<string, string>
        {
            ["consumer.session.timeout.ms"] = "50000", ["errors.deadletterqueue.topic.name"] = "foo",
        };
        AssertOne(File().DescribeGroup(own, [name], Synonyms), name, value, source, false, synonyms);
    }

    [Theory]
    [InlineData("metrics", "", ConfigSource.DynamicClientMetrics, "metrics=:DynamicClientMetrics")]
    [InlineData("interval.ms", "300000", ConfigSource.Default, "")]
    public void A_subscription_is_described(string name, string value, ConfigSource source, string synonyms) =>
        AssertOne(new ConfigResolver(Statics).DescribeClientMetrics(new Dictionary<string, string> { ["metrics"] = "" },
            [name], Synonyms), name, value, source, false, synonyms);

    [Fact]
    public void Levels_of_the_log_are_described_without_type()
    {
        var levels = new Dictionary<string, string> { ["root"] = "INFO", ["Storage"] = "DEBUG" };
        var one = Assert.Single(ConfigResolver.DescribeLoggers(levels, ["Storage"]));
        Assert.Equal(("DEBUG", ConfigSource.DynamicBrokerLogger, ConfigType.Unknown, false),
            (one.Value, one.Source, one.Type, one.IsSensitive));
    }

    [Fact]
    public void Names_that_do_not_exist_are_left_out_and_no_names_mean_all()
    {
        Assert.Empty(All().DescribeBroker(["not.there"], Synonyms));
        Assert.Equal(All().DescribeBroker(null, Synonyms).Count, All().DescribeBroker([], Synonyms).Count);
    }

    [Fact]
    public void Layers_and_documentation_come_only_where_asked_for()
    {
        var plain = Assert.Single(All().DescribeTopic(None, ["retention.ms"], default));
        Assert.Empty(plain.Synonyms);
        Assert.Null(plain.Documentation);
        var full = Assert.Single(All().DescribeTopic(None, ["retention.ms"], new DescribeOptions(false, true)));
        Assert.NotNull(full.Documentation);
        Assert.False(full.IsDefault);
    }

    [Fact]
    public void A_topics_snapshot_has_the_effective_values()
    {
        var own = new Dictionary<string, string>
        {
            ["segment.bytes"] = "1048576",
            ["cleanup.policy"] = "compact",
            ["compression.type"] = "zstd",
            ["message.timestamp.type"] = "LogAppendTime",
            ["millrace.flush.before.ack"] = "true",
            ["max.decompressed.message.bytes"] = "1000",
        };
        var topic = TopicConfig.Read(own, All().Values);
        Assert.Equal(1048576, topic.SegmentBytes);
        Assert.Equal(3_600_000, topic.SegmentJitterMs);
        Assert.Equal(-1, topic.RetentionMs);
        Assert.True(topic is { IsCompacted: true, IsDeleted: false });
        Assert.True(topic is { TimestampIsLogAppendTime: true, FlushBeforeAck: true });
        Assert.Equal((TopicCompression.Zstd, 3), (topic.Compression, topic.CompressionLevel));
        Assert.Equal(2, topic.MinInsyncReplicas);
        Assert.Equal(1000, topic.MaxDecompressedMessageBytes);
        Assert.Equal(long.MaxValue, topic.FlushMs);
        Assert.True(topic.UncleanLeaderElection);
        own["internal.segment.bytes"] = "5000";
        Assert.Equal(5000, TopicConfig.Read(own, All().Values).SegmentBytes);
    }

    [Fact]
    public void A_topic_flushes_by_the_schedulers_interval_where_no_other_is_set()
    {
        var statics = new Dictionary<string, string>(Statics) { ["log.flush.scheduler.interval.ms"] = "5000" };
        Assert.Equal(5000, TopicConfig.Read(None, new ConfigResolver(statics).Values).FlushMs);
    }

    private static ConfigResolver File() => new(Statics);

    private static ConfigResolver All() => new(Statics, Defaults, Dynamics);

    private static void AssertOne(
        List<DescribedConfig> described,
        string name,
        string? value,
        ConfigSource source,
        bool isReadOnly,
        string synonyms)
    {
        var one = Assert.Single(described);
        Assert.Equal((name, value, source, isReadOnly), (one.Name, one.Value, one.Source, one.IsReadOnly));
        Assert.Equal(synonyms, string.Join(" " +
            "", one.Synonyms.Select(layer => $"{layer.Name}={layer.Value}:{layer.Source}")));
        Assert.Equal(one.Type is ConfigType.Password or ConfigType.Unknown, one.IsSensitive);
    }
}
