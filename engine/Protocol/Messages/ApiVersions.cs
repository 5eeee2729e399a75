namespace Millrace.Protocol.Messages;

/// <summary>
/// The first thing a client says: which APIs and versions are there? Client name and version from 3 on, the node that
/// it believes to reach from 5 (KIP-1242).
/// </summary>
[Message(ApiKey.ApiVersions, MessageType.Request, Versions = "0-5", Flexible = "3+")]
public sealed partial class ApiVersionsRequest
{
    [Since(3), Ignorable] public string ClientSoftwareName = "";
    [Since(3), Ignorable] public string ClientSoftwareVersion = "";
    [Since(5), Nullable, Ignorable] public string? ClusterId = null;
    [Since(5), Ignorable] public int NodeId = -1;
}

/// <summary>
/// The supported APIs and features. The header is never a flexible one, so that a client can read the answer to a
/// version which the broker lacks (KIP-511).
/// </summary>
[Message(ApiKey.ApiVersions, MessageType.Response, Versions = "0-5", Flexible = "3+")]
public sealed partial class ApiVersionsResponse
{
    public short ErrorCode;
    public ApiVersion[] ApiKeys = [];
    [Since(1), Ignorable] public int ThrottleTimeMs;
    [Since(3), Tag(0), Ignorable] public SupportedFeatureKey[] SupportedFeatures = [];
    [Since(3), Tag(1), Ignorable] public long FinalizedFeaturesEpoch = -1;
    [Since(3), Tag(2), Ignorable] public FinalizedFeatureKey[] FinalizedFeatures = [];
    [Since(3), Tag(3), Ignorable] public bool ZkMigrationReady;

    public sealed partial class ApiVersion
    {
        [MapKey] public short ApiKey;
        public short MinVersion;
        public short MaxVersion;
    }

    public sealed partial class SupportedFeatureKey
    {
        [MapKey] public string Name = "";
        public short MinVersion;
        public short MaxVersion;
    }

    public sealed partial class FinalizedFeatureKey
    {
        [MapKey] public string Name = "";
        public short MaxVersionLevel;
        public short MinVersionLevel;
    }
}
