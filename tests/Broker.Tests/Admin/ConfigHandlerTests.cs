using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Asked = Millrace.Protocol.Messages.DescribeConfigsRequest.DescribeConfigsResource;
using Change = Millrace.Protocol.Messages.IncrementalAlterConfigsRequest.AlterableConfig;
using Result = Millrace.Protocol.Messages.DescribeConfigsResponse.DescribeConfigsResult;

namespace Millrace.Broker.Tests.Admin;

public sealed class ConfigHandlerTests : IDisposable
{
    private const sbyte Topic = (sbyte)ConfigResourceType.Topic;
    private const sbyte Broker = (sbyte)ConfigResourceType.Broker;
    private const sbyte Logger = (sbyte)ConfigResourceType.BrokerLogger;
    private const sbyte Metrics = (sbyte)ConfigResourceType.ClientMetrics;
    private const sbyte Group = (sbyte)ConfigResourceType.Group;

    private readonly AdminRig rig = new();

    public ConfigHandlerTests() => Assert.True(rig.Creator.TryCreate(["topic"], AdminRig.CallerOf(7)));

    public void Dispose() => rig.Dispose();

    [Fact]
    public void A_topics_config_reaches_its_open_log_before_the_answer()
    {
        foreach (short version in AdminRig.VersionsOf(ApiKey.IncrementalAlterConfigs))
        {
            Set(Topic, "topic", "retention.ms", $"{version + 1000}", version);
            Assert.Equal(version + 1000, LogOfTopic().Config.RetentionMs);
            Result told = Describe(Topic, "topic", 4);
            Assert.Equal($"{version + 1000}", told.Configs.Single(one => one.Name == "retention.ms").Value);
        }

        Alter(Topic, "topic", 1, new Change { Name = "retention.ms", ConfigOperation = 1, Value = null });
        Assert.Equal(7 * 24 * 3_600_000L, LogOfTopic().Config.RetentionMs);
    }

    [Fact]
    public void A_default_of_all_brokers_reaches_the_logs_of_topics_that_have_none_of_their_own()
    {
        Set(Broker, "", "log.retention.ms", "4321", 1);
        Assert.Equal(4321, LogOfTopic().Config.RetentionMs);
        Set(Topic, "topic", "retention.ms", "99", 1);
        Set(Broker, "", "log.retention.ms", "1234", 1);
        Assert.Equal(99, LogOfTopic().Config.RetentionMs);
        Assert.Equal(1234, rig.Configs.Current.TopicDefaults.RetentionMs);
    }

    [Fact]
    public void Whoever_depends_on_a_brokers_config_is_told_before_the_answer()
    {
        List<int> told = [];
        rig.Configs.Changed += config => told.Add(config.MaxConnections);
        Set(Broker, "1", "max.connections", "77", 1);
        Assert.Equal([77], told);
    }

    [Fact]
    public void Dynamic_configs_are_there_again_after_a_restart()
    {
        Set(Broker, "1", "max.connections", "77", 1);
        Set(Topic, "topic", "retention.ms", "99", 1);
        rig.Restart();
        Assert.Equal(77, rig.Configs.Current.MaxConnections);
        Assert.Equal(99, LogOfTopic().Config.RetentionMs);
    }

    [Fact]
    public void A_trial_changes_nothing()
    {
        IncrementalAlterConfigsRequest request = RequestOf(
            Topic, "topic", new Change { Name = "retention.ms", Value = "1" });
        request.ValidateOnly = true;
        Assert.Equal(0, AdminRig.Ask(Incremental, request, 1).Responses[0].ErrorCode);
        Assert.NotEqual(1, LogOfTopic().Config.RetentionMs);
    }

    [Fact]
    public void The_old_way_takes_away_what_it_does_not_name()
    {
        AlterConfigsHandler handler = new(rig.Controller, AllowAllAuthorizer.Instance);
        foreach (short version in AdminRig.VersionsOf(ApiKey.AlterConfigs))
        {
            Set(Topic, "topic", "retention.ms", "99", 1);
            AlterConfigsRequest request = new()
            {
                Resources =
                [
                    new()
                    {
                        ResourceType = Topic,
                        ResourceName = "topic",
                        Configs = [new() { Name = "segment.ms", Value = "5000" }],
                    },
                ],
            };
            Assert.Equal(0, Assert.Single(AdminRig.Ask(handler, request, version).Responses).ErrorCode);
            Assert.Equal(5000, LogOfTopic().Config.SegmentMs);
            Assert.Equal(7 * 24 * 3_600_000L, LogOfTopic().Config.RetentionMs);
        }
    }

    [Theory]
    [InlineData(Topic, "missing", "retention.ms", "1", ErrorCode.UnknownTopicOrPartition,
        "The topic 'missing' does not exist.")]
    [InlineData(Topic, "topic", "no.such", "1", ErrorCode.InvalidConfig, "Unknown topic config name: no.such")]
    [InlineData(Broker, "2", "max.connections", "1", ErrorCode.InvalidRequest,
        "Unexpected broker id, expected 1, but received 2")]
    [InlineData(
        Broker, "x", "max.connections", "1", ErrorCode.InvalidRequest, "Node id must be an integer, but it is: x")]
    [InlineData(
        Logger, "2", "root", "INFO", ErrorCode.InvalidRequest, "Unexpected node id. Expected 1, but received 2")]
    [InlineData(Logger, "1", "nobody", "INFO", ErrorCode.InvalidConfig, "Logger nobody does not exist!")]
    [InlineData((sbyte)3, "1", "a", "b", ErrorCode.InvalidRequest, "Unknown resource type 3")]
    public void What_cannot_be_altered_is_told_as_Kafka_tells_it(
        sbyte type, string resource, string name, string value, ErrorCode code, string message)
    {
        IncrementalAlterConfigsResponse.AlterConfigsResourceResponse told = AdminRig.Ask(
            Incremental, RequestOf(type, resource, new Change { Name = name, Value = value }), 1).Responses[0];
        Assert.Equal((code, message), ((ErrorCode)told.ErrorCode, told.ErrorMessage));
    }

    [Fact]
    public void Answers_come_in_the_order_of_the_request_loggers_among_them()
    {
        IncrementalAlterConfigsRequest request = new()
        {
            Resources =
            [
                .. RequestOf(Logger, "1", new Change { Name = "root", Value = "DEBUG" }).Resources,
                .. RequestOf(Topic, "topic", new Change { Name = "retention.ms", Value = "5" }).Resources,
                .. RequestOf(Topic, "missing", new Change { Name = "retention.ms", Value = "5" }).Resources,
            ],
        };
        IncrementalAlterConfigsResponse response = AdminRig.Ask(Incremental, request, 1);
        Assert.Equal(["1", "topic", "missing"], response.Responses.Select(one => one.ResourceName));
        Assert.Equal([0, 0, (short)ErrorCode.UnknownTopicOrPartition], response.Responses.Select(one => one.ErrorCode));
        Assert.Equal("DEBUG", rig.Levels.Describe()["root"]);
    }

    [Fact]
    public void A_resource_that_comes_twice_is_refused_twice()
    {
        IncrementalAlterConfigsRequest request = new()
        {
            Resources =
            [
                .. RequestOf(Topic, "topic", new Change { Name = "retention.ms", Value = "5" }).Resources,
                .. RequestOf(Topic, "topic", new Change { Name = "segment.ms", Value = "5" }).Resources,
            ],
        };
        IncrementalAlterConfigsResponse response = AdminRig.Ask(Incremental, request, 1);
        Assert.Equal(2, response.Responses.Length);
        Assert.All(response.Responses, told => Assert.Equal(
            ((short)ErrorCode.InvalidRequest, "Each resource must appear at most once."),
            (told.ErrorCode, told.ErrorMessage)));
    }

    [Fact]
    public void Every_version_describes_a_topic_with_where_its_values_come_from()
    {
        Set(Topic, "topic", "retention.ms", "99", 1);
        foreach (short version in AdminRig.VersionsOf(ApiKey.DescribeConfigs))
        {
            Result told = Describe(Topic, "topic", version, includeSynonyms: version >= 1);
            Assert.Equal(0, told.ErrorCode);
            DescribeConfigsResponse.DescribeConfigsResourceResult retention =
                told.Configs.Single(one => one.Name == "retention.ms");
            Assert.Equal("99", retention.Value);
            Assert.Equal(version >= 1 ? (sbyte)ConfigSource.DynamicTopic : -1, retention.ConfigSource);
            Assert.False(retention.IsDefault);
            Assert.Equal(version >= 1, retention.Synonyms.Any(one => one.Name == "retention.ms"));
            Assert.Equal(version >= 3 ? (sbyte)ConfigType.Long : 0, retention.ConfigType);
            Assert.Equal(version == 0, told.Configs.Single(one => one.Name == "segment.ms").IsDefault);
        }
    }

    [Fact]
    public void A_broker_its_defaults_and_its_loggers_are_described()
    {
        Set(Broker, "", "log.retention.ms", "4321", 1);
        Assert.Contains(Describe(Broker, "1", 4).Configs, one => one is { Name: "log.retention.ms", Value: "4321" });
        Assert.Contains(Describe(Broker, "", 4).Configs, one => one is { Name: "log.retention.ms", Value: "4321" });
        Assert.Contains(Describe(Logger, "1", 4).Configs, one => one.Name == "root");
        Assert.NotEmpty(Describe(Group, "any", 4).Configs);
        Assert.Equal(0, Describe(Metrics, "any", 4).ErrorCode);
    }

    [Theory]
    [InlineData(Topic, "missing", ErrorCode.UnknownTopicOrPartition, "")]
    [InlineData(Topic, "", ErrorCode.InvalidTopicException, "Topic name is invalid: the empty string is not allowed")]
    [InlineData(
        Broker, "2", ErrorCode.InvalidRequest, "Unexpected broker id, expected 1 or empty string, but received 2")]
    [InlineData(Broker, "x", ErrorCode.InvalidRequest, "Broker id must be an integer, but it is: x")]
    [InlineData(Logger, "", ErrorCode.InvalidRequest, "Broker id must not be empty")]
    [InlineData(Logger, "2", ErrorCode.InvalidRequest, "Unexpected broker id, expected 1 but received 2")]
    [InlineData(Metrics, "", ErrorCode.InvalidRequest, "Client metrics subscription name must not be empty")]
    [InlineData(Group, "", ErrorCode.InvalidRequest, "Group name must not be empty")]
    public void What_cannot_be_described_is_told_as_Kafka_tells_it(
        sbyte type, string resource, ErrorCode code, string message)
    {
        Result told = Describe(type, resource, 4);
        Assert.Equal((code, message), ((ErrorCode)told.ErrorCode, told.ErrorMessage));
        Assert.Empty(told.Configs);
    }

    [Fact]
    public void A_resource_of_a_type_that_does_not_exist_spoils_the_request()
    {
        DescribeConfigsHandler handler = new(rig.Controller, AllowAllAuthorizer.Instance, rig.Levels);
        DescribeConfigsRequest request = new()
        {
            Resources =
            [
                new Asked { ResourceType = Topic, ResourceName = "topic", ConfigurationKeys = null },
                new Asked { ResourceType = 3, ResourceName = "x", ConfigurationKeys = null },
            ],
        };
        Assert.Equal(
            [(short)ErrorCode.InvalidRequest, (short)ErrorCode.InvalidRequest],
            AdminRig.Ask(handler, request, 4).Results.Select(result => result.ErrorCode));
    }

    [Fact]
    public void Resources_with_configs_are_listed_by_type()
    {
        ListConfigResourcesHandler handler = new(rig.Controller, rig.View, AllowAllAuthorizer.Instance);
        Set(Group, "people", "consumer.session.timeout.ms", "46000", 1);
        Set(Metrics, "numbers", "interval.ms", "1000", 1);
        Assert.Equal(["numbers"], Names(AdminRig.Ask(handler, new ListConfigResourcesRequest(), 0)));
        Assert.Equal(
            ["people", "numbers", "1", "1", "topic"],
            Names(AdminRig.Ask(handler, new ListConfigResourcesRequest(), 1)));
        Assert.Equal(
            ["topic"], Names(AdminRig.Ask(handler, new ListConfigResourcesRequest { ResourceTypes = [Topic] }, 1)));
        Assert.Equal(
            (short)ErrorCode.UnsupportedVersion,
            AdminRig.Ask(handler, new ListConfigResourcesRequest { ResourceTypes = [3] }, 1).ErrorCode);

        static IEnumerable<string> Names(ListConfigResourcesResponse response) =>
            response.ConfigResources.Select(resource => resource.ResourceName);
    }

    private IncrementalAlterConfigsHandler Incremental =>
        new(rig.Controller, AllowAllAuthorizer.Instance, rig.Levels);

    private Storage.PartitionLog LogOfTopic()
    {
        Assert.True(rig.Partitions.TryFind("topic", out TopicEntry? topic));
        return topic.Find(0)!.Log!;
    }

    private void Set(sbyte type, string resource, string name, string value, short version) =>
        Alter(type, resource, version, new Change { Name = name, Value = value });

    private void Alter(sbyte type, string resource, short version, Change change)
    {
        IncrementalAlterConfigsResponse.AlterConfigsResourceResponse told =
            AdminRig.Ask(Incremental, RequestOf(type, resource, change), version).Responses[0];
        Assert.Equal((ErrorCode.None, null), ((ErrorCode)told.ErrorCode, told.ErrorMessage));
    }

    private static IncrementalAlterConfigsRequest RequestOf(sbyte type, string resource, Change change) => new()
    {
        Resources = [new() { ResourceType = type, ResourceName = resource, Configs = [change] }],
    };

    private Result Describe(sbyte type, string resource, short version, bool includeSynonyms = false)
    {
        DescribeConfigsHandler handler = new(rig.Controller, AllowAllAuthorizer.Instance, rig.Levels);
        DescribeConfigsRequest request = new()
        {
            Resources = [new Asked { ResourceType = type, ResourceName = resource, ConfigurationKeys = null }],
            IncludeSynonyms = includeSynonyms,
        };
        return Assert.Single(AdminRig.Ask(handler, request, version).Results);
    }
}
