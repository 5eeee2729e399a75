using System.Text.Json.Nodes;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Server.Tests.TakeOver;

/// <summary>The reference material's verifier: asks a broker for all that it holds and compares.</summary>
internal sealed class DataVerifier(string work)
{
    private const sbyte Any = 1;

    private static readonly string Sources = Path.Combine(SharedMaterial.KafkaData, "src");

    /// <summary>What a section of the expectations is asked with; it is compared once all of them are served.</summary>
    private static readonly (string Section, ApiKey[] Apis)[] Sections =
    [
        ("groups",
            [
                ApiKey.ListGroups, ApiKey.DescribeGroups, ApiKey.OffsetFetch, ApiKey.ConsumerGroupDescribe,
                ApiKey.ShareGroupDescribe, ApiKey.DescribeShareGroupOffsets, ApiKey.StreamsGroupDescribe,
            ]),
        ("transactions", [ApiKey.ListTransactions, ApiKey.DescribeTransactions]),
        ("scram", [ApiKey.DescribeUserScramCredentials]),
        ("quotas", [ApiKey.DescribeClientQuotas]),
    ];

    /// <summary>
    /// Sections that a broker cannot answer, as it does not advertise what they are asked with, or has no authorizer.
    /// </summary>
    public static IReadOnlyList<string> NotServedBy(string address)
    {
        using WireClient client = WireClient.Connect(address);
        ApiVersionsResponse served = client.Ask<ApiVersionsResponse>(
            ApiKey.ApiVersions, 3, new ApiVersionsRequest
            {
                ClientSoftwareName = "millrace-tests", ClientSoftwareVersion = "1",
            });
        HashSet<short> keys = [.. served.ApiKeys.Select(api => api.ApiKey)];
        DescribeAclsResponse acls = client.Ask<DescribeAclsResponse>(
            ApiKey.DescribeAcls, 3, new DescribeAclsRequest
            {
                ResourceTypeFilter = Any, PatternTypeFilter = Any, Operation = Any, PermissionType = Any,
            });
        return
        [
            .. Sections.Where(one => !one.Apis.All(api => keys.Contains((short)api))).Select(one => one.Section),
            .. acls.ErrorCode == (short)ErrorCode.SecurityDisabled ? ["acls"] : Array.Empty<string>(),
        ];
    }

    /// <summary>Compares a broker with expectations.</summary>
    /// <param name="expectations">Path of a set's JSON file.</param>
    /// <param name="bootstrap">The broker.</param>
    /// <param name="skipped">Sections that are not compared.</param>
    public void MustAgree(string expectations, string bootstrap, IReadOnlyList<string> skipped)
    {
        string[] skip = skipped.Count == 0 ? [] : ["--skip", string.Join(',', skipped)];
        KafkaMaterial.Run(
            [Path.Combine(Sources, "verify-data"), expectations, "--bootstrap", bootstrap, .. skip],
            ("WORK", work)).MustEndWell();
    }

    /// <summary>
    /// Asks a broker for all of its topics, and writes a set's expectations with these in place of the set's own. After
    /// <see cref="MustAgree"/>, which compiles what this runs.
    /// </summary>
    public string ExpectTopicsOf(string bootstrap, string expectations)
    {
        string answers = Path.Combine(work, "answers.json");
        string tool = Path.Combine(SharedMaterial.Root, "kafka", "bin", "kafka-run-class");
        KafkaMaterial.Run(
            [tool, "Collect", bootstrap, answers, "now", "now", "0"],
            ("KAFKA_CLASSPATH", Path.Combine(work, "classes")),
            ("KAFKA_TOOLS_LOG_LEVEL", "ERROR")).MustEndWell();
        JsonObject expected = JsonNode.Parse(File.ReadAllText(expectations))!.AsObject();
        expected["topics"] = JsonNode.Parse(File.ReadAllText(answers))!["topics"]!.DeepClone();
        string merged = Path.Combine(work, "expected.json");
        File.WriteAllText(merged, expected.ToJsonString());
        return merged;
    }
}
