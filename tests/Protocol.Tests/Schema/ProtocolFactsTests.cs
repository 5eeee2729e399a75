using System.Globalization;
using System.Text.Json;
using Millrace.Protocol.Messages;
using Millrace.Testing;

namespace Millrace.Protocol.Tests.Schema;

/// <summary>The tables of APIs, errors and record types against what Kafka's classes say.</summary>
public sealed class ProtocolFactsTests
{
    [SharedFact(SharedPart.Facts)]
    public void Error_codes_are_kafkas()
    {
        using JsonDocument facts = ReadFacts("errors.json");
        IEnumerable<string> kafka = facts.RootElement.EnumerateArray().Select(error =>
            $"{error.GetProperty("code").GetInt16()} {error.GetProperty("name").GetString()}"
            + $" {error.GetProperty("retriable").GetBoolean()} {error.GetProperty("refreshesMetadata").GetBoolean()}");

        Assert.Equal(kafka, ErrorFacts.All.ToArray().Select(error =>
            $"{(short)error.Code} {error.Name} {error.IsRetriable} {error.RefreshesMetadata}"));
    }

    [Fact]
    public void Every_error_is_found_by_its_code_and_says_something()
    {
        foreach (ErrorCode code in Enum.GetValues<ErrorCode>())
        {
            ErrorFacts facts = ErrorFacts.Of(code);
            Assert.Equal(code, facts.Code);
            Assert.Equal(facts.Name.Replace("_", ""), code.ToString(), ignoreCase: true);
            Assert.Equal(code == ErrorCode.None, facts.Message.Length == 0);
            Assert.True(ErrorFacts.IsDefined((short)code));
        }

        Assert.Equal(Enum.GetValues<ErrorCode>().Length, ErrorFacts.All.Length);
    }

    [Theory]
    [InlineData(short.MinValue)]
    [InlineData(-2)]
    [InlineData(137)]
    [InlineData(short.MaxValue)]
    public void Unknown_error_code_reads_as_unknown_server_error(short code)
    {
        Assert.False(ErrorFacts.IsDefined(code));
        Assert.Equal(ErrorCode.UnknownServerError, ErrorFacts.Of((ErrorCode)code).Code);
    }

    [SharedFact(SharedPart.Facts)]
    public void Apis_are_kafkas()
    {
        using JsonDocument facts = ReadFacts("apis.json");
        JsonElement[] kafka = [.. facts.RootElement.EnumerateArray()];

        Assert.Equal(kafka.Length, ApiFacts.All.Length);
        Assert.Equal(kafka.Length, Enum.GetValues<ApiKey>().Length);
        foreach (JsonElement api in kafka)
        {
            Assert.True(ApiFacts.TryFind(api.GetProperty("id").GetInt16(), out ApiFacts? declared));
            Assert.Equal(api.GetProperty("id").GetInt16(), (short)declared.Key);
            Assert.Equal(api.GetProperty("name").GetString(), declared.Name);
            Assert.Same(declared, ApiFacts.Of(declared.Key));
            Assert.Equal(api.GetProperty("clusterAction").GetBoolean(), declared.IsClusterAction);
            Assert.Equal(api.GetProperty("forwardable").GetBoolean(), declared.IsForwarded);
            Assert.Equal(api.TryGetProperty("removed", out _), declared.IsRetired);
            if (!declared.IsRetired)
            {
                AssertSameVersions(api, declared);
            }
        }
    }

    [SharedFact(SharedPart.Facts)]
    public void Header_versions_are_kafkas()
    {
        using JsonDocument facts = ReadFacts("apis.json");
        foreach (JsonElement api in facts.RootElement.EnumerateArray())
        {
            ApiFacts declared = ApiFacts.Of((ApiKey)api.GetProperty("id").GetInt16());
            if (declared.IsRetired)
            {
                continue;
            }

            for (short version = declared.MinVersion; version <= declared.LatestVersion; version++)
            {
                short request = HeaderVersion(api, "requestHeaderVersions", version);
                short response = HeaderVersion(api, "responseHeaderVersions", version);
                Assert.Equal(request, declared.RequestHeaderVersion(version));
                Assert.Equal(response, declared.ResponseHeaderVersion(version));
            }
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(95)]
    [InlineData(short.MaxValue)]
    [InlineData(short.MinValue)]
    public void Unknown_api_key_is_not_found(short key) => Assert.False(ApiFacts.TryFind(key, out _));

    [Fact]
    public void Both_ways_to_a_header_version_lead_to_the_same()
    {
        foreach (ApiFacts api in ApiFacts.All)
        {
            if (api.IsRetired)
            {
                continue;
            }

            Assert.True(MessageCatalog.TryFindRequest((short)api.Key, out MessageDescriptor? request));
            Assert.True(MessageCatalog.TryFindResponse((short)api.Key, out MessageDescriptor? response));
            for (short version = request.VersionMin; version <= api.LatestVersion + 1; version++)
            {
                Assert.Equal(
                    (api.Key, version, request.HeaderVersion(version), response.HeaderVersion(version)),
                    (api.Key, version, api.RequestHeaderVersion(version), api.ResponseHeaderVersion(version)));
            }
        }
    }

    [Fact]
    public void Messages_of_an_api_are_as_flexible_as_its_table_line_says()
    {
        foreach (ApiFacts api in ApiFacts.All)
        {
            MessageModel request = DeclaredSchema.Messages[api.Name + "Request"];
            MessageModel response = DeclaredSchema.Messages[api.Name + "Response"];
            Assert.Equal(api.IsRetired, request.Versions.IsEmpty);
            Assert.Equal(request.Versions, response.Versions);
            foreach (int version in request.Versions.Each)
            {
                Assert.Equal(version >= api.FlexibleFrom, request.Flexible.Has(version));
                Assert.Equal(version >= api.FlexibleFrom, response.Flexible.Has(version));
            }

            if (!api.IsRetired)
            {
                Assert.True(request.Versions.Has(api.MinVersion));
                Assert.Equal(api.LatestVersion, request.Versions.Last);
                Assert.Equal(api.LatestVersion != api.MaxVersion, request.IsLatestUnstable);
            }
        }
    }

    [Fact]
    public void Record_types_are_the_keys_of_the_declared_records()
    {
        AssertTypes<MetadataRecordType>(RecordLog.ClusterMetadata, MessageType.Metadata, "Record");
        AssertTypes<GroupRecordType>(RecordLog.ConsumerOffsets, MessageType.CoordinatorKey, "Key");
        AssertTypes<GroupRecordType>(RecordLog.ConsumerOffsets, MessageType.CoordinatorValue, "Value");
        AssertTypes<TransactionRecordType>(RecordLog.TransactionState, MessageType.CoordinatorKey, "Key");
        AssertTypes<TransactionRecordType>(RecordLog.TransactionState, MessageType.CoordinatorValue, "Value");
        AssertTypes<ShareRecordType>(RecordLog.ShareGroupState, MessageType.CoordinatorKey, "Key");
        AssertTypes<ShareRecordType>(RecordLog.ShareGroupState, MessageType.CoordinatorValue, "Value");
        AssertTypes<RemoteLogRecordType>(RecordLog.RemoteLogMetadata, MessageType.Metadata, "MetadataRecord");
    }

    private static void AssertTypes<T>(RecordLog log, MessageType type, string suffix)
        where T : struct, Enum
    {
        IEnumerable<(int Key, string Name)> declared = DeclaredSchema.Messages.Values
            .Where(message => message.Type == type && DeclaredSchema.AttributeOf(message.Name).Log == log)
            .Select(message => (message.Key, Stem(message.Name)));
        IEnumerable<(int Key, string Name)> types = Enum.GetValues<T>()
            .Select(value => ((int)Convert.ToInt16(value, null), value.ToString()));

        Assert.Equal(declared.Order(), types.Order());

        string Stem(string name) => name.EndsWith(suffix, StringComparison.Ordinal)
            ? name[..^suffix.Length]
            : name[..^"Record".Length];
    }

    private static void AssertSameVersions(JsonElement api, ApiFacts declared)
    {
        Assert.Equal(api.GetProperty("minVersion").GetInt16(), declared.MinVersion);
        Assert.Equal(api.GetProperty("maxStableVersion").GetInt16(), declared.MaxVersion);
        Assert.Equal(api.GetProperty("maxVersion").GetInt16(), declared.LatestVersion);
        JsonElement from = api.GetProperty("flexibleFrom");
        Assert.Equal(from.ValueKind == JsonValueKind.Null ? short.MaxValue : from.GetInt16(), declared.FlexibleFrom);

        string advertised = $"{declared.AdvertisedMinVersion}-{declared.MaxVersion}";
        Dictionary<string, string> onListeners = [];
        foreach (ApiListeners listener in new[] { ApiListeners.Broker, ApiListeners.Controller })
        {
            if (declared.Listeners.HasFlag(listener))
            {
                onListeners.Add(listener.ToString().ToLowerInvariant(), advertised);
            }
        }

        Dictionary<string, string> kafka = [];
        foreach (JsonProperty line in api.GetProperty("advertised").EnumerateObject())
        {
            kafka.Add(line.Name, line.Value.GetString()!);
        }

        Assert.Equal(kafka, onListeners);
    }

    private static short HeaderVersion(JsonElement api, string table, short version) =>
        api.GetProperty(table).GetProperty(version.ToString(CultureInfo.InvariantCulture)).GetInt16();

    private static JsonDocument ReadFacts(string file) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(SharedMaterial.Facts, file)));
}
