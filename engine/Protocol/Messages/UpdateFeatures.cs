namespace Millrace.Protocol.Messages;

/// <summary>
/// An admin raises or lowers finalized features. From 1 on it can only try; the answer of 2 has no result by feature.
/// </summary>
[Message(ApiKey.UpdateFeatures, MessageType.Request, Versions = "0-2", Flexible = "0+")]
public sealed partial class UpdateFeaturesRequest
{
    public int TimeoutMs = 60000;
    public FeatureUpdateKey[] FeatureUpdates = [];
    [Since(1)] public bool ValidateOnly;

    public sealed partial class FeatureUpdateKey
    {
        [MapKey] public string Feature = "";
        public short MaxVersionLevel;
        [Until(0)] public bool AllowDowngrade;
        [Since(1)] public sbyte UpgradeType = 1;
    }
}

/// <summary>The outcome.</summary>
[Message(ApiKey.UpdateFeatures, MessageType.Response, Versions = "0-2", Flexible = "0+")]
public sealed partial class UpdateFeaturesResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    [Nullable] public string? ErrorMessage = "";
    [Until(1), Ignorable] public UpdatableFeatureResult[] Results = [];

    public sealed partial class UpdatableFeatureResult
    {
        [MapKey] public string Feature = "";
        public short ErrorCode;
        [Nullable] public string? ErrorMessage = "";
    }
}
