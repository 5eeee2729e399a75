namespace Millrace.Broker.Tests;

/// <summary>Values and messages as Kafka 4.4.0 was seen to read and answer them.</summary>
public class ConfigValueTests
{
    [Theory]
    [InlineData("preallocate", " TRUE ", "true")]
    [InlineData("preallocate", "fAlse", "false")]
    [InlineData("retention.ms", " 77 ", "77")]
    [InlineData("retention.ms", "+5", "5")]
    [InlineData("cleanup.policy", "delete,delete", "delete")]
    [InlineData("cleanup.policy", " compact , delete ", "compact,delete")]
    [InlineData("cleanup.policy", "", "")]
    [InlineData("min.cleanable.dirty.ratio", "0.25", "0.25")]
    [InlineData("min.cleanable.dirty.ratio", "1", "1.0")]
    [InlineData("compression.gzip.level", "-1", "-1")]
    [InlineData("leader.replication.throttled.replicas", "*", "*")]
    [InlineData("leader.replication.throttled.replicas", "0:1,1:1", "0:1,1:1")]
    [InlineData("compression.type", " gzip", "gzip")]
    public void Good_values_read_back_in_their_normal_form(string name, string text, string normal)
    {
        Assert.Null(ConfigValue.Read(TopicConfigs.Table[name], text, out var value));
        Assert.Equal(normal, value.Render());
    }

    [Theory]
    [InlineData("retention.ms", "abc", "Invalid value abc for configuration retention.ms: Not a number of type LONG")]
    [InlineData("retention.ms", "-5", "Invalid value -5 for configuration retention.ms: Value must be at least -1")]
    [InlineData("retention.ms", "", "Invalid value  for configuration retention.ms: Not a number of type LONG")]
    [InlineData("flush.ms", "1.5", "Invalid value 1.5 for configuration flush.ms: Not a number of type LONG")]
    [InlineData("segment.bytes", "99999999999",
        "Invalid value 99999999999 for configuration segment.bytes: Not a number of type INT")]
    [InlineData("segment.bytes", "1000",
        "Invalid value 1000 for configuration segment.bytes: Value must be at least 1048576")]
    [InlineData("cleanup.policy", "bogus",
        "Invalid value bogus for configuration cleanup.policy: String must be one of: compact, delete")]
    [InlineData("preallocate", "yes",
        "Invalid value yes for configuration preallocate: Expected value to be either true or false")]
    [InlineData("compression.type", "zip",
        "Invalid value zip for configuration compression.type: String must be one of: " +
        "uncompressed, zstd, lz4, snappy, gzip, producer")]
    [InlineData("compression.gzip.level", "0",
        "Invalid value 0 for configuration compression.gzip.level: Value must be between 1 and 9 or equal to -1")]
    [InlineData("compression.lz4.level", "18",
        "Invalid value 18 for configuration compression.lz4.level: Value must be no more than 17")]
    [InlineData("min.cleanable.dirty.ratio", "1.5",
        "Invalid value 1.5 for configuration min.cleanable.dirty.ratio: Value must be no more than 1")]
    [InlineData("leader.replication.throttled.replicas", "abc",
        "Invalid value [abc] for configuration leader.replication.throttled.replicas: " +
        "leader.replication.throttled.replicas must be the literal '*' or a list of replicas in the following " +
        "format: " +
        "[partitionId]:[brokerId],[partitionId]:[brokerId],...")]
    public void Bad_values_get_Kafkas_message(string name, string text, string message)
    {
        Assert.Equal(message, ConfigValue.Read(TopicConfigs.Table[name], text, out var value));
        Assert.True(value.IsNull);
    }

    [Theory]
    [InlineData("offsets.topic.replication.factor", "99999",
        "Invalid value 99999 for configuration offsets.topic.replication.factor: Not a number of type SHORT")]
    [InlineData("process.roles", "",
        "Configuration 'process.roles' must not be empty. Valid values include: [broker, controller]")]
    [InlineData("listeners", "",
        "Configuration 'listeners' must not be empty. Valid values include: any non-empty value")]
    [InlineData("log.dirs", ",", "Configuration 'log.dirs' values must not be empty.")]
    public void Bad_broker_values_get_Kafkas_message(string name, string text, string message) =>
        Assert.Equal(message, ConfigValue.Read(BrokerConfigs.Table[name], text, out _));

    [Theory]
    [InlineData("latest", true)]
    [InlineData("earliest", true)]
    [InlineData("by_duration:PT1H", true)]
    [InlineData("by_duration:P2DT3H4M5.5S", true)]
    [InlineData("by_duration:-PT1H", false)]
    [InlineData("by_duration:xx", false)]
    [InlineData("by_duration:PT1M1H", false)]
    [InlineData("by_duration:P1H", false)]
    [InlineData("by_duration:PT", false)]
    [InlineData("foo", false)]
    public void A_share_groups_offset_reset_is_a_word_or_a_duration(string text, bool isGood)
    {
        var error = ConfigValue.Read(GroupConfigs.Table["share.auto.offset.reset"], text, out _);
        Assert.Equal(isGood, error == null);
        if (!isGood)
        {
            Assert.Equal($"Invalid value {text} for configuration share.auto.offset.reset: Invalid value `{text}` " +
                "for " +
                "configuration share.auto.offset.reset. The value must be either 'earliest', 'latest' or of the " +
                "format " +
                "'by_duration:<PnDTnHnMn.nS>'.", error);
        }
    }

    [Theory]
    [InlineData("PT1H", 3_600_000)]
    [InlineData("P1DT0.001S", 86_400_001)]
    [InlineData("-PT1M", -60_000)]
    [InlineData("pt2m3s", 123_000)]
    public void Durations_are_counted_in_milliseconds(string text, long expected)
    {
        Assert.True(IsoDuration.TryParseMs(text, out var milliseconds));
        Assert.Equal(expected, milliseconds);
    }

    [Theory]
    [InlineData(104857600, "1.048576E8")]
    [InlineData(1e7, "1.0E7")]
    [InlineData(9999999, "9999999.0")]
    [InlineData(double.MaxValue, "1.7976931348623157E308")]
    [InlineData(0.5, "0.5")]
    [InlineData(0.001, "0.001")]
    [InlineData(0.00012, "1.2E-4")]
    [InlineData(0, "0.0")]
    [InlineData(-12.75, "-12.75")]
    [InlineData(100, "100.0")]
    [InlineData(2147483647, "2.147483647E9")]
    public void Doubles_are_printed_as_Java_does(double value, string expected) =>
        Assert.Equal(expected, JavaDouble.Render(value));

    [Fact]
    public void What_was_stored_under_looser_rules_still_counts()
    {
        Assert.Equal(1000, ConfigValue.ReadStored(TopicConfigs.Table["segment.bytes"], "1000").Int);
        Assert.Equal(1073741824, ConfigValue.ReadStored(TopicConfigs.Table["segment.bytes"], "much").Int);
    }
}
