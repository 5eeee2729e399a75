using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Loadgen;

/// <summary>
/// For each API the highest version that both sides speak, as a broker said at the start. Immutable.
/// </summary>
internal sealed class ApiVersionTable
{
    private readonly Dictionary<ApiKey, (short Min, short Max)> served = [];

    public ApiVersionTable(ApiVersionsResponse response)
    {
        foreach (ApiVersionsResponse.ApiVersion api in response.ApiKeys)
        {
            served[(ApiKey)api.ApiKey] = (api.MinVersion, api.MaxVersion);
        }

        foreach (ApiVersionsResponse.FinalizedFeatureKey feature in response.FinalizedFeatures)
        {
            if (feature.Name == "transaction.version")
            {
                TransactionVersion = feature.MaxVersionLevel;
            }
        }
    }

    /// <summary>The finalized level of <c>transaction.version</c>; from 2 on partitions join by themselves.</summary>
    public int TransactionVersion { get; }

    /// <summary>Whether the broker serves a version that loadgen speaks.</summary>
    public bool Has(ApiKey api) => TryFind(api, short.MaxValue, out _);

    /// <summary>The version to use.</summary>
    /// <param name="api">The API.</param>
    /// <param name="most">No newer one than this, whose newer forms loadgen has no use for.</param>
    /// <exception cref="BrokerRefusedException">There is none.</exception>
    public short Of(ApiKey api, short most = short.MaxValue) => TryFind(api, most, out short version)
        ? version
        : throw new BrokerRefusedException($"the broker serves no version of {api} that loadgen speaks");

    private bool TryFind(ApiKey api, short most, out short version)
    {
        version = -1;
        if (!served.TryGetValue(api, out (short Min, short Max) range))
        {
            return false;
        }

        version = Math.Min(Math.Min(range.Max, most), ApiFacts.Of(api).MaxVersion);
        return version >= Math.Max(range.Min, ApiFacts.Of(api).MinVersion);
    }
}
