using Millrace.Protocol;

namespace Millrace.Broker.Tests;

/// <summary>Changes that a running Kafka 4.4.0 accepted or refused, with its codes and messages.</summary>
public class ConfigAlterationTests
{
    private static readonly ConfigResource Topic = new(ConfigResourceType.Topic, "t");

    private static readonly Dictionary<string, string> Statics = new()
    {
        ["process.roles"] = "broker,controller",
        ["node.id"] = "1",
        ["broker.id"] = "1",
        ["controller.listener.names"] = "CONTROLLER",
        ["controller.quorum.voters"] = "1@localhost:9093",
        ["listeners"] = "PLAINTEXT://:9092,CONTROLLER://:9093",
        ["log.dirs"] = "/a",
    };

    private static readonly Dictionary<string, string> None = [];

    [Theory]
    [InlineData("", "SET cleanup.policy=delete,delete", "cleanup.policy=delete,delete")]
    [InlineData("cleanup.policy=", "APPEND cleanup.policy=compact", "cleanup.policy=compact")]
    [InlineData("cleanup.policy=compact", "APPEND cleanup.policy=compact", "")]
    [InlineData("cleanup.policy=compact", "APPEND cleanup.policy=compact,delete", "cleanup.policy=compact,delete")]
    [InlineData("cleanup.policy=compact,delete", "SUBTRACT cleanup.policy=delete", "cleanup.policy=compact")]
    [InlineData("cleanup.policy=compact", "SUBTRACT cleanup.policy=zzz", "")]
    [InlineData("", "SUBTRACT cleanup.policy=delete", "cleanup.policy=")]
    [InlineData("", "APPEND cleanup.policy=compact", "cleanup.policy=delete,compact")]
    [InlineData("retention.ms=5", "DELETE retention.ms", "retention.ms")]
    [InlineData("", "DELETE nope", "")]
    [InlineData("", "SET retention.ms= 77 ", "retention.ms= 77 ")]
    [InlineData("", "SET internal.segment.bytes=5000", "internal.segment.bytes=5000")]
    [InlineData("", "SET millrace.flush.before.ack=true", "millrace.flush.before.ack=true")]
    [InlineData("", "SET local.retention.ms=100000|SET retention.ms=50", "local.retention.ms=100000|retention.ms=50")]
    [InlineData("", "", "")]
    public void A_topics_change_becomes_records(string current, string changes, string records)
    {
        var error = Alteration().Incremental(Topic, Changes(changes), Map(current), out var result);
        Assert.Null(error.Message);
        Assert.Equal(records, string.Join("|", result!.Records.Select(one =>
            one.Value == null ? one.Key : $"{one.Key}={one.Value}")));
        var expected = Map(current);
        foreach (var (name, value) in result.Records)
        {
            if (value == null)
                expected.Remove(name);
            else
                expected[name] = value;
        }

        Assert.Equal(expected.OrderBy(one => one.Key), result.Updated.OrderBy(one => one.Key));
    }

    [Theory]
    [InlineData("SET retention.ms=abc", ErrorCode.InvalidConfig,
        "Invalid value abc for configuration retention.ms: Not a number of type LONG")]
    [InlineData("SET nope=1", ErrorCode.InvalidConfig, "Unknown topic config name: nope")]
    [InlineData("SET message.max.bytes=3", ErrorCode.InvalidConfig, "Unknown topic config name: message.max.bytes")]
    [InlineData("APPEND retention.ms=1", ErrorCode.InvalidConfig,
        "Can't APPEND to key retention.ms because its type is not LIST.")]
    [InlineData("SUBTRACT nope=1", ErrorCode.InvalidConfig, "Can't SUBTRACT to key nope because its type is not LIST.")]
    [InlineData("SET retention.ms=5|SET retention.ms=6", ErrorCode.InvalidRequest, "Error due to duplicate config " +
        "keys")]
    [InlineData("SET retention.ms", ErrorCode.InvalidRequest, "Null value not supported for : retention.ms")]
    [InlineData("APPEND cleanup.policy", ErrorCode.InvalidRequest, "Null value not supported for : cleanup.policy")]
    [InlineData("SET min.compaction.lag.ms=100|SET max.compaction.lag.ms=50", ErrorCode.InvalidConfig,
        "conflict topic config setting min.compaction.lag.ms (100) > max.compaction.lag.ms (50)")]
    [InlineData("SET remote.storage.enable=true", ErrorCode.InvalidConfig, "Tiered Storage functionality is disabled " +
        "in " +
        "the broker. Topic cannot be configured with remote log storage.")]
    public void A_topics_change_is_refused(string changes, ErrorCode code, string message) =>
        AssertRefused(Topic, changes, code, message);

    [Theory]
    [InlineData("1", "SET log.cleaner.threads=2")]
    [InlineData("", "SET nope=8")]
    [InlineData("1", "SET listener.name.plaintext.ssl.keystore.password=abc")]
    [InlineData("1", "SET listener.name.Bad.Name.ssl.keystore.password=abc")]
    [InlineData("", "SET listener.name.plaintext.max.connections=100")]
    [InlineData("", "SET log.cleaner.io.max.bytes.per.second=1e7")]
    [InlineData("1", "SET leader.replication.throttled.rate=1000")]
    [InlineData("1", "DELETE node.id")]
    [InlineData("1", "DELETE never.set")]
    [InlineData("1", "SET cordoned.log.dirs=*")]
    [InlineData("1", "SET log.retention.ms=-2")]
    [InlineData("", "SET max.connections.per.ip.overrides=127.0.0.1:100")]
    public void A_brokers_change_is_accepted_and_always_recorded(string broker, string change)
    {
        var resource = new ConfigResource(ConfigResourceType.Broker, broker);
        var error = Alteration().Incremental(resource, Changes(change), None, out var result);
        Assert.Null(error.Message);
        Assert.Single(result!.Records);
    }

    [Fact]
    public void A_brokers_list_grows_from_its_default()
    {
        Alteration().Incremental(new ConfigResource(ConfigResourceType.Broker, ""),
            Changes("APPEND log.cleanup.policy=compact"), None, out var result);
        Assert.Equal("delete,compact", result!.Updated["log.cleanup.policy"]);
    }

    [Theory]
    [InlineData("1", "SET log.segment.bytes=5",
        "Invalid value 5 for configuration log.segment.bytes: Value must be at least 1048576")]
    [InlineData("", "SET node.id=8", "Cannot update these configs dynamically: [node.id]")]
    [InlineData("1", "SET advertised.listeners=PLAINTEXT://h:1",
        "Cannot update these configs dynamically: [advertised.listeners]")]
    [InlineData("1", "SET ssl.keystore.location=/x", "These security configs can be dynamically updated only " +
        "per-listener " +
        "using the listener prefix: [ssl.keystore.location]")]
    [InlineData("", "SET cordoned.log.dirs=*", "Cannot update these configs at default cluster level, broker id must " +
        "be " +
        "specified: [cordoned.log.dirs]")]
    [InlineData("1", "SET cordoned.log.dirs=/zz", "All entries in cordoned.log.dirs must be present in log.dirs or " +
        "log.dir. Missing entries : /zz")]
    [InlineData("1", "SET listeners=PLAINTEXT://127.0.0.1:21101", "controller.listener.names must contain at least " +
        "one " +
        "value appearing in the 'listeners' configuration when running the KRaft controller role")]
    [InlineData("1", "SET log.roll.ms=0", "log.roll.ms must be greater than or equal to 1")]
    [InlineData("1", "SET leader.replication.throttled.rate=-1",
        "Invalid value -1 for configuration leader.replication.throttled.rate: Value must be at least 0")]
    [InlineData("", "SET num.network.threads=100", "Invalid value 100 for configuration num.network.threads: value " +
        "should " +
        "not be greater than double the current value 3")]
    [InlineData("", "SET num.io.threads=3", "Invalid value 3 for configuration num.io.threads: value should be at " +
        "least " +
        "half the current value 8")]
    public void A_brokers_change_is_refused(string broker, string change, string message) =>
        AssertRefused(new ConfigResource(ConfigResourceType.Broker, broker), change, ErrorCode.InvalidRequest, message);

    [Fact]
    public void A_number_of_a_broker_cannot_be_appended_to() =>
        AssertRefused(new ConfigResource(ConfigResourceType.Broker, ""), "APPEND message.max.bytes=5",
            ErrorCode.InvalidConfig, "Config value append is not allowed for config key: message.max.bytes");

    [Theory]
    [InlineData("1", "SET min.insync.replicas=2",
        "Broker-level min.insync.replicas cannot be altered while ELR is enabled.")]
    [InlineData("", "DELETE min.insync.replicas",
        "Cluster-level min.insync.replicas cannot be removed while ELR is enabled.")]
    public void Eligible_leader_replicas_bind_min_insync_replicas(string broker, string change, string message)
    {
        var resource = new ConfigResource(ConfigResourceType.Broker, broker);
        AssertRefused(resource, change, ErrorCode.InvalidConfig, message);
        Assert.False(Alteration(elr: false).Incremental(resource, Changes(change), None, out _).IsError);
    }

    [Theory]
    [InlineData("SET consumer.session.timeout.ms=100", "consumer.session.timeout.ms must be in the range 45000 to " +
        "60000 inclusive.")]
    [InlineData("SET consumer.heartbeat.interval.ms=100000",
        "consumer.heartbeat.interval.ms must be in the range 5000 to 15000 inclusive.")]
    [InlineData("SET nope=1", "Unknown group config name: nope")]
    [InlineData("SET streams.num.standby.replicas=5", "streams.num.standby.replicas must be less than or equal to 2")]
    [InlineData("SET share.record.lock.duration.ms=1000",
        "share.record.lock.duration.ms must be in the range 15000 to 60000 inclusive.")]
    [InlineData("SET share.delivery.count.limit=11", "share.delivery.count.limit must be in the range 2 to 10 " +
        "inclusive.")]
    [InlineData("SET streams.assignor.name=foo", "streams.assignor.name 'foo' is not a registered task assignor. " +
        "Registered assignors are: [sticky].")]
    [InlineData("SET errors.deadletterqueue.topic.name=__foo",
        "errors.deadletterqueue.topic.name: DLQ topic name must not start with '__'")]
    [InlineData("APPEND streams.rack.aware.assignment.tags=a",
        "Can't APPEND to key streams.rack.aware.assignment.tags because its type is not LIST.")]
    public void A_groups_change_is_refused(string change, string message) =>
        AssertRefused(new ConfigResource(ConfigResourceType.Group, "g"), change, ErrorCode.InvalidConfig, message);

    [Theory]
    [InlineData("SET consumer.session.timeout.ms=50000")]
    [InlineData("SET share.auto.offset.reset=by_duration:PT1H")]
    [InlineData("SET share.heartbeat.interval.ms=15000|SET share.session.timeout.ms=45000")]
    [InlineData("DELETE nope")]
    [InlineData("SET streams.assignor.name=sticky")]
    public void A_groups_change_is_accepted(string changes) =>
        Assert.Null(Alteration().Incremental(new ConfigResource(ConfigResourceType.Group, "g"), Changes(changes), None,
            out _).Message);

    [Theory]
    [InlineData("SET interval.ms=50", ErrorCode.InvalidRequest,
        "Invalid value 50 for interval.ms, interval must be between 100 and 3600000 (1 hour)")]
    [InlineData("SET match=foo", ErrorCode.InvalidConfig, "Illegal client matching pattern: foo")]
    [InlineData("SET match=foo=bar", ErrorCode.InvalidConfig, "Illegal client matching pattern: foo=bar")]
    [InlineData("SET match=client_id=[a", ErrorCode.InvalidConfig, "Illegal client matching pattern: client_id=[a")]
    [InlineData("SET nope=1", ErrorCode.InvalidRequest, "Unknown client metrics configuration: nope")]
    [InlineData("APPEND metrics=c", ErrorCode.InvalidConfig,
        "Can't APPEND to key metrics because its type is not LIST.")]
    public void A_subscriptions_change_is_refused(string change, ErrorCode code, string message) =>
        AssertRefused(new ConfigResource(ConfigResourceType.ClientMetrics, "m"), change, code, message);

    [Theory]
    [InlineData("SET match=client_id=a,client_id=b")]
    [InlineData("SET metrics=a,a")]
    [InlineData("SET interval.ms=1000")]
    public void A_subscriptions_change_is_accepted(string change) =>
        Assert.Null(Alteration().Incremental(new ConfigResource(ConfigResourceType.ClientMetrics, "m"), Changes(change),
            None, out _).Message);

    [Theory]
    [InlineData(ConfigResourceType.Topic, "Default topic resources are not allowed.")]
    [InlineData(ConfigResourceType.Group, "Default group resources are not allowed.")]
    [InlineData(ConfigResourceType.ClientMetrics, "Subscription name can't be empty")]
    public void Only_brokers_have_a_resource_without_name(ConfigResourceType type, string message) =>
        AssertRefused(new ConfigResource(type, ""), "DELETE a", ErrorCode.InvalidRequest, message);

    [Fact]
    public void A_replacement_drops_what_it_does_not_name()
    {
        var error = Alteration().Replace(Topic, [new("retention.ms", "5"), new("segment.bytes", "1048576")],
            Map("retention.ms=5|cleanup.policy=compact"), out var result);
        Assert.False(error.IsError);
        Assert.Equal([new("segment.bytes", "1048576"), new("cleanup.policy", null)], result!.Records);
        Assert.Equal(["retention.ms", "segment.bytes"], result.Updated.Keys);
    }

    [Fact]
    public void A_replacement_is_validated_like_any_change()
    {
        Assert.Equal("Unknown topic config name: nope",
            Alteration().Replace(Topic, [new("nope", "5")], None, out _).Message);
        Assert.Equal("Null value not supported for : retention.ms",
            Alteration().Replace(Topic, [new("retention.ms", null)], None, out var result).Message);
        Assert.Null(result);
    }

    [Fact]
    public void A_new_topics_configs_are_checked_the_same_way()
    {
        Assert.False(Alteration().CheckTopic(Map("retention.ms=1|cleanup.policy=compact,compact")).IsError);
        Assert.Equal("Invalid value 10 for configuration segment.bytes: Value must be at least 1048576",
            Alteration().CheckTopic(Map("segment.bytes=10")).Message);
    }

    private static ConfigAlteration Alteration(bool elr = true) =>
        new(new ConfigResolver(Statics), isSelfContained: false, eligibleLeaderReplicas: elr);

    private static void AssertRefused(ConfigResource resource, string changes, ErrorCode code, string message)
    {
        var error = Alteration().Incremental(resource, Changes(changes), None, out var result);
        Assert.Equal((code, message), (error.Code, error.Message));
        Assert.Null(result);
    }

    private static Dictionary<string, string> Map(string text) => text
        .Split('|', StringSplitOptions.RemoveEmptyEntries)
        .ToDictionary(one => one[..one.IndexOf('=')], one => one[(one.IndexOf('=') + 1)..]);

    private static List<ConfigChange> Changes(string text)
    {
        var changes = new List<ConfigChange>();
        foreach (var one in text.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            var space = one.IndexOf(' ');
            var (name, value) = (one[(space + 1)..], (string?)null);
            var sign = name.IndexOf('=');
            if (sign >= 0)
                (name, value) = (name[..sign], name[(sign + 1)..]);
            changes.Add(new ConfigChange(name, Enum.Parse<ConfigOperation>(one[..space], ignoreCase: true), value));
        }

        return changes;
    }
}
