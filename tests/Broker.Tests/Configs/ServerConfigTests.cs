namespace Millrace.Broker.Tests;

/// <summary>Rules among configs. Conditions and messages were observed on Kafka 4.4.0's own config class.</summary>
public class ServerConfigTests
{
    private const string Protected = "PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL,CONTROLLER:PLAINTEXT";

    [Theory]
    [InlineData("")]
    [InlineData("-node.id|broker.id=5|controller.quorum.voters=5@localhost:9093")]
    [InlineData("process.roles=broker|listeners=PLAINTEXT://:9092|controller.quorum.voters=2@h:9093")]
    [InlineData("process.roles=controller|listeners=CONTROLLER://:9093")]
    [InlineData("process.roles=controller|listeners=CONTROLLER://:9093|advertised.listeners=PLAINTEXT://x:1")]
    [InlineData("controller.quorum.voters=|controller.quorum.bootstrap.servers=localhost:9093")]
    [InlineData("listeners=PLAINTEXT://127.0.0.1:9092,FOO://[::1]:9092,CONTROLLER://:9093" +
        "|listener.security.protocol.map=PLAINTEXT:PLAINTEXT,FOO:PLAINTEXT,CONTROLLER:PLAINTEXT")]
    [InlineData("listeners=PLAINTEXT://:0,CONTROLLER://:0")]
    [InlineData("listeners=plaintext://:9092,CONTROLLER://:9093")]
    [InlineData("listeners=PLAINTEXT://h_x:9092,CONTROLLER://:9093")]
    [InlineData("advertised.listeners=PLAINTEXT://h:9092,CONTROLLER://h:9093")]
    [InlineData("advertised.listeners=PLAINTEXT://:9092")]
    [InlineData("inter.broker.listener.name=PLAINTEXT")]
    [InlineData("log.dirs=/a,/a")]
    [InlineData("max.connections.per.ip=0|max.connections.per.ip.overrides=127.0.0.1:4")]
    [InlineData("log.cleanup.policy=")]
    [InlineData("default.replication.factor=0")]
    [InlineData("socket.send.buffer.bytes=-5")]
    [InlineData("authorizer.class.name= ")]
    [InlineData("zookeeper.connect=x")]
    public void What_Kafka_starts_with_is_accepted(string changes) => Assert.Empty(Read(changes, out _));

    [Theory]
    [InlineData("-node.id", "Missing required configuration \"node.id\" which has no default value.")]
    [InlineData("broker.id=2", "`node.id` and `broker.id` must be set to the same value. `broker.id` is deprecated, " +
        "please use `node.id` instead.")]
    [InlineData("node.id=-1", "Invalid value -1 for configuration node.id: Value must be at least 0")]
    [InlineData("process.roles=foo",
        "Invalid value foo for configuration process.roles: String must be one of: broker, controller")]
    [InlineData("-controller.listener.names",
        "Missing required configuration \"controller.listener.names\" which has no default value.")]
    [InlineData("controller.listener.names=CONTROLLER,FOO", "controller.listener.names must only contain values " +
        "appearing in the 'listeners' configuration when running the KRaft controller role")]
    [InlineData("process.roles=broker|listeners=PLAINTEXT://:9092", "If process.roles contains just the 'broker' " +
        "role, " +
        "the node id 1 must not be included in the set of voters controller.quorum.voters=Set(1)")]
    [InlineData("process.roles=controller", "The listeners config must only contain KRaft controller listeners from " +
        "controller.listener.names when process.roles=controller")]
    [InlineData("controller.quorum.voters=", "If using process.roles, either controller.quorum.bootstrap.servers " +
        "must " +
        "contain the set of bootstrap controllers or controller.quorum.voters must contain a parseable set of " +
        "controllers.")]
    [InlineData("controller.quorum.voters=2@h:9093", "If process.roles contains the 'controller' role, the node id 1 " +
        "must be included in the set of voters controller.quorum.voters=Set(2)")]
    [InlineData("listeners=PLAINTEXT://:9092", "controller.listener.names must contain at least one value appearing " +
        "in " +
        "the 'listeners' configuration when running the KRaft controller role")]
    [InlineData("listeners=PLAINTEXT://:9092,PLAINTEXT://:9093,CONTROLLER://:9094", "Error creating broker listeners " +
        "from '[PLAINTEXT://:9092, PLAINTEXT://:9093, CONTROLLER://:9094]': Each listener must have a different " +
        "name, " +
        "listeners: [PLAINTEXT://:9092, PLAINTEXT://:9093, CONTROLLER://:9094]")]
    [InlineData("listeners=PLAINTEXT://:9092,CONTROLLER://:9092", "Error creating broker listeners from " +
        "'[PLAINTEXT://:9092, CONTROLLER://:9092]': Each listener must have a different port, listeners: " +
        "[PLAINTEXT://:9092, CONTROLLER://:9092]")]
    [InlineData("listeners=PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.2:9092", "Error creating broker listeners " +
        "from '[PLAINTEXT://127.0.0.1:9092, CONTROLLER://127.0.0.2:9092]': If you have two listeners on the same " +
        "port " +
        "then one needs to be IPv4 and the other IPv6, listeners: [PLAINTEXT://127.0.0.1:9092, " +
        "CONTROLLER://127.0.0.2:9092], port: 9092")]
    [InlineData("listeners=garbage", "listeners: Unable to parse a listener name from garbage")]
    [InlineData("listener.security.protocol.map=PLAINTEXT:FOO",
        "Invalid security protocol `FOO` defined in listener.security.protocol.map")]
    [InlineData("advertised.listeners=PLAINTEXT://0.0.0.0:9092", "advertised.listeners cannot use the nonroutable " +
        "meta-address 0.0.0.0. Use a routable IP address.")]
    [InlineData("advertised.listeners=CONTROLLER://h:9093", "There must be at least one broker advertised listener. " +
        "Perhaps all listeners appear in controller.listener.names?")]
    [InlineData("advertised.listeners=SSL://h:9092", "inter.broker.listener.name must be a listener name defined in " +
        "advertised.listeners. The valid options based on currently configured listeners are SSL")]
    [InlineData("inter.broker.listener.name=FOO", "Listener with name FOO defined in inter.broker.listener.name not " +
        "found in listener.security.protocol.map.")]
    [InlineData("inter.broker.listener.name=PLAINTEXT|security.inter.broker.protocol=PLAINTEXT",
        "Only one of inter.broker.listener.name and security.inter.broker.protocol should be set.")]
    public void Roles_and_listeners_that_Kafka_refuses_are_refused_with_the_reason(string changes, string message) =>
        AssertRefused(changes, message);

    [Theory]
    [InlineData("log.roll.ms=0", "log.roll.ms must be greater than or equal to 1")]
    [InlineData("log.retention.hours=0", "log.retention.ms must be unlimited (-1) or, greater than or equal to 1")]
    [InlineData("replica.fetch.wait.max.ms=40000", "replica.socket.timeout.ms should always be at least " +
        "replica.fetch.wait.max.ms to prevent unnecessary socket timeouts")]
    [InlineData("queued.max.request.bytes=10",
        "queued.max.request.bytes must be larger or equal to socket.request.max.bytes")]
    [InlineData("max.connections.per.ip=0", "max.connections.per.ip can be set to zero only if " +
        "max.connections.per.ip.overrides property is set.")]
    [InlineData("log.cleaner.dedupe.buffer.size=1",
        "log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.")]
    [InlineData("group.consumer.heartbeat.interval.ms=46000", "group.consumer.heartbeat.interval.ms must be less " +
        "than " +
        "or equal to group.consumer.max.heartbeat.interval.ms")]
    [InlineData("group.consumer.min.session.timeout.ms=100000", "group.consumer.max.session.timeout.ms must be " +
        "greater " +
        "than or equal to group.consumer.min.session.timeout.ms")]
    [InlineData("group.share.record.lock.duration.ms=1000", "group.share.record.lock.duration.ms must be greater " +
        "than " +
        "or equal to group.share.min.record.lock.duration.ms")]
    [InlineData("early.start.listeners=FOO", "early.start.listeners contains listener FOO, but this is not contained " +
        "in " +
        "listeners or controller.listener.names")]
    [InlineData("cordoned.log.dirs=/x", "All entries in cordoned.log.dirs must be present in log.dirs or log.dir. " +
        "Missing entries : /x")]
    [InlineData("listener.name.plaintext.max.connections=-1", "listener.name.plaintext.max.connections: Invalid " +
        "value -1 " +
        "for configuration max.connections: Value must be at least 0")]
    [InlineData("listeners=PLAINTEXT://:70000,CONTROLLER://:9093", "listeners: Unable to parse PLAINTEXT://:70000 to " +
        "a " +
        "broker endpoint: it takes name://host:port, with a port up to 65535")]
    [InlineData("max.connections.per.ip.overrides=foo", "Error parsing configuration property " +
        "'max.connections.per.ip.overrides': foo is not of the form host:count")]
    public void Numbers_that_Kafka_refuses_are_refused_with_the_reason(string changes, string message) =>
        AssertRefused(changes, message);

    [Fact]
    public void Every_mistake_is_reported_at_once() =>
        Assert.Equal(3, Read("num.partitions=x|message.max.bytes=-1|min.insync.replicas=0", out _).Count);

    [Fact]
    public void Listeners_on_all_addresses_need_no_advertised_ones()
    {
        Assert.Empty(Read("listeners=PLAINTEXT://0.0.0.0:9092,CONTROLLER://:9093", out var config));
        Assert.Null(config!.AdvertisedFor("PLAINTEXT"));
        Assert.Equal("0.0.0.0", config.BrokerListeners[0].Host);
        Assert.Equal("CONTROLLER", Assert.Single(config.ControllerListeners).Name);
    }

    [Fact]
    public void An_advertised_listener_is_told_and_one_without_host_is_not()
    {
        Assert.Empty(Read("listeners=A://:1,B://:2,CONTROLLER://:3|inter.broker.listener.name=A" +
            "|listener.security.protocol.map=A:PLAINTEXT,B:PLAINTEXT,CONTROLLER:PLAINTEXT" +
            "|advertised.listeners=A://[2001:db8::1]:9,B://:2", out var config));
        Assert.Equal("A://[2001:db8::1]:9", config!.AdvertisedFor("A").ToString());
        Assert.Null(config.AdvertisedFor("B"));
        Assert.Equal("A", config.InterBrokerListenerName);
    }

    [Fact]
    public void Socket_buffers_that_nobody_has_set_are_the_kernels()
    {
        Assert.Empty(Read("socket.send.buffer.bytes=102400", out var config));
        Assert.Equal(102_400, config!.SocketSendBufferBytes);
        Assert.Equal(-1, config.SocketReceiveBufferBytes);
    }

    [Fact]
    public void Numbers_and_hosts_arrive_typed()
    {
        Assert.Empty(Read("num.network.threads=2|socket.request.max.bytes=1000000|auto.create.topics.enable=FALSE" +
            "|max.connections.per.ip.overrides=10.0.0.1:5,[::1]:6|log.retention.hours=48|log.dirs=/a, " +
            "/b", out var config));
        Assert.Equal(2, config!.NetworkThreads);
        Assert.Equal(1_000_000, config.SocketRequestMaxBytes);
        Assert.False(config.AutoCreateTopics);
        Assert.Equal(5, config.MaxConnectionsPerIpOverrides["10.0.0.1"]);
        Assert.Equal(6, config.MaxConnectionsPerIpOverrides["[::1]"]);
        Assert.Equal(48 * 3_600_000L, config.TopicDefaults.RetentionMs);
        Assert.Equal(["/a", "/b"], config.LogDirs);
        Assert.Equal("/a", config.MetadataLogDir);
        Assert.Equal(new QuorumVoter(1, "localhost", 9093), Assert.Single(config.QuorumVoters));
    }

    [Theory]
    [InlineData("authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "authorizer.class.name")]
    [InlineData("listeners=SASL_SSL://:9092,CONTROLLER://:9093|inter.broker.listener.name=SASL_SSL" +
        "|listener.security.protocol.map=" + Protected, "SASL_SSL")]
    [InlineData("listeners=PLAINTEXT://:9092,SSL://:9094,CONTROLLER://:9093" +
        "|listener.security.protocol.map=" + Protected, "TLS")]
    [InlineData("listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:SASL_PLAINTEXT", "SASL_PLAINTEXT")]
    [InlineData("principal.builder.class=a.B", "principal.builder.class=a.B")]
    [InlineData("create.topic.policy.class.name=a.B", "create.topic.policy.class.name")]
    [InlineData("delegation.token.secret.key=x", "delegation tokens")]
    public void A_protection_that_is_not_served_is_named(string changes, string part)
    {
        Assert.Empty(Read(changes, out var config));
        Assert.Contains(part, Assert.Single(UnservedProtections.Find(config!)), StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_listeners_protect_nothing()
    {
        Assert.Empty(Read("sasl.enabled.mechanisms=PLAIN|authorizer.class.name=", out var config));
        Assert.Empty(UnservedProtections.Find(config!));
    }

    private static void AssertRefused(string changes, string message)
    {
        Assert.Contains(message, Read(changes, out var config));
        Assert.Null(config);
    }

    private static IReadOnlyList<string> Read(string changes, out ServerConfig? config)
    {
        var file = new Dictionary<string, string>
        {
            ["process.roles"] = "broker,controller",
            ["node.id"] = "1",
            ["controller.listener.names"] = "CONTROLLER",
            ["listeners"] = "PLAINTEXT://:9092,CONTROLLER://:9093",
            ["controller.quorum.voters"] = "1@localhost:9093",
        };
        foreach (var change in changes.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            if (change[0] == '-')
                file.Remove(change[1..]);
            else
                file[change[..change.IndexOf('=')]] = change[(change.IndexOf('=') + 1)..];
        }

        var text = string.Join('\n', file.Select(one => $"{one.Key}={one.Value}"));
        var bytes = System.Text.Encoding.Latin1.GetBytes(text);
        Assert.Null(ServerProperties.Read(bytes, "f", null, [], out var properties));
        return ServerConfig.Read(properties!.Values, properties.IsSelfContained, out config);
    }
}
