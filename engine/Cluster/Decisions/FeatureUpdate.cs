using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Cluster;

/// <summary>
/// Decides UpdateFeatures (KIP-584): all features of a request or none. Pure; codes and texts are Kafka 4.4's.
/// </summary>
public sealed class FeatureUpdate
{
    private const sbyte Upgrade = 1;
    private const sbyte SafeDowngrade = 2;
    private const sbyte UnsafeDowngrade = 3;

    private readonly MetadataImage image;
    private readonly int nodeId;
    private readonly short kraftVersion;
    private readonly Dictionary<string, short> proposed = new(StringComparer.Ordinal);
    private readonly List<MetadataRecord> records = [];

    private FeatureUpdate(MetadataImage image, int nodeId, short kraftVersion)
    {
        this.image = image;
        this.nodeId = nodeId;
        this.kraftVersion = kraftVersion;
    }

    /// <summary>Decides a request.</summary>
    /// <param name="version">The request's version: before 1 it only says whether downgrades are allowed.</param>
    /// <param name="image">The state.</param>
    /// <param name="nodeId">The controller that decides.</param>
    /// <param name="kraftVersion">The quorum's kraft.version, which is no record of the image.</param>
    /// <param name="rules">The controller's configs, for the config that eligible leader replicas bring along.</param>
    public static Decision<UpdateFeaturesResponse> Decide(
        UpdateFeaturesRequest request,
        short version,
        MetadataImage image,
        int nodeId,
        short kraftVersion,
        ElectionRules rules)
    {
        FeatureUpdate update = new(image, nodeId, kraftVersion);
        foreach ((string name, short level) in image.Features)
        {
            update.proposed[name] = level;
        }

        foreach (UpdateFeaturesRequest.FeatureUpdateKey feature in request.FeatureUpdates)
        {
            update.proposed[feature.Feature] = feature.MaxVersionLevel;
        }

        UpdateFeaturesResponse response = new() { ErrorMessage = null };
        foreach (UpdateFeaturesRequest.FeatureUpdateKey feature in request.FeatureUpdates)
        {
            sbyte type = version == 0 && feature.AllowDowngrade ? SafeDowngrade : feature.UpgradeType;
            if (update.Check(feature.Feature, feature.MaxVersionLevel, type) is { } why)
            {
                response.ErrorCode = (short)ErrorCode.InvalidUpdateVersion;
                response.ErrorMessage =
                    $"The update failed for all features since the following feature had an error: {why}";
                return new([], response);
            }
        }

        response.Results = version > 1
            ? []
            :
            [
                .. request.FeatureUpdates.Select(static feature => new UpdateFeaturesResponse.UpdatableFeatureResult
                {
                    Feature = feature.Feature,
                    ErrorMessage = null,
                }),
            ];
        update.KeepMinInsyncReplicas(rules);
        return new(request.ValidateOnly ? [] : update.records, response);
    }

    private string? Check(string name, short level, sbyte type)
    {
        if (type is not (Upgrade or SafeDowngrade or UnsafeDowngrade))
        {
            return Invalid(name, level, "The controller does not support the given upgrade type.");
        }

        if (level < 0)
        {
            return Invalid(name, level, "A feature version cannot be less than 0.");
        }

        if (WhyUnsupported(name, level) is { } why)
        {
            return Invalid(name, level, why);
        }

        short current = name switch
        {
            MetadataVersion.FeatureName => image.MetadataVersion.Level,
            ClusterFeature.KRaftVersion => kraftVersion,
            _ => image.FeatureLevel(name),
        };
        if (level < current && type == Upgrade)
        {
            return Invalid(name, level, "Can't downgrade the version of this feature without setting the upgrade type "
                + "to either safe or unsafe downgrade.");
        }

        if (level > current && type != Upgrade)
        {
            return Invalid(name, level, "Can't downgrade to a newer version.");
        }

        return name switch
        {
            MetadataVersion.FeatureName => CheckMetadataVersion(new MetadataVersion(level), type),
            ClusterFeature.KRaftVersion => CheckKRaftVersion(level, current),
            _ => CheckDependency(name, level),
        };
    }

    private string? WhyUnsupported(string name, short level)
    {
        if (!ClusterFeature.TryGetRange(name, out short min, out short max))
        {
            return $"Local controller {nodeId} does not support this feature.";
        }

        if (level != 0 && (level < min || level > max))
        {
            return $"Local controller {nodeId} only supports versions {min}-{max}";
        }

        foreach (BrokerImage broker in image.Brokers.Values)
        {
            (short brokerMin, short brokerMax) = ((short)0, (short)0);
            foreach (RegisterBrokerRecord.BrokerFeature feature in broker.Features)
            {
                if (feature.Name == name)
                {
                    (brokerMin, brokerMax) = (feature.MinSupportedVersion, feature.MaxSupportedVersion);
                }
            }

            if (level != 0 && brokerMax == 0)
            {
                return $"Broker {broker.Id} does not support this feature.";
            }

            if (level != 0 && (level < brokerMin || level > brokerMax))
            {
                return $"Broker {broker.Id} only supports versions {brokerMin}-{brokerMax}";
            }
        }

        return null;
    }

    private string? CheckMetadataVersion(MetadataVersion version, sbyte type)
    {
        if (!version.IsKnown)
        {
            return $"Invalid metadata.version {version.Level}. Valid versions are from "
                + $"{MetadataVersion.Oldest.Level} to {MetadataVersion.Newest.Level}.";
        }

        MetadataVersion current = image.MetadataVersion;
        if (version.CompareTo(current) < 0 && current.ChangesRecordsSince(version))
        {
            string why = type == UnsafeDowngrade
                ? "Unsafe metadata downgrade is not supported in this version."
                : "Refusing to perform the requested downgrade because it might delete metadata information.";
            return $"Invalid metadata.version {version.Level}. Unsupported metadata.version downgrade from "
                + $"{current.Name} to {version.Name}. {why}";
        }

        Set(MetadataVersion.FeatureName, version.Level);
        return null;
    }

    /// <summary>
    /// The quorum itself changes its version; a single node keeps the one that it was formatted with.
    /// </summary>
    private static string? CheckKRaftVersion(short level, short current) => level == current
        ? null
        : Invalid(ClusterFeature.KRaftVersion, level, "The quorum keeps the version that it was formatted with.");

    private string? CheckDependency(string name, short level)
    {
        MetadataVersion? needed = ClusterFeature.Find(name)!.Needs(level);
        if (needed is { } version
            && proposed.GetValueOrDefault(MetadataVersion.FeatureName, image.MetadataVersion.Level) < version.Level)
        {
            return Invalid(
                name, level, $"{name} could not be set to {level} because it depends on metadata.version="
                + $"{version.Level} ({version.Name})");
        }

        Set(name, level);
        return null;
    }

    private void Set(string name, short level) => records.Add(ImageRecords.Feature(name, level));

    /// <summary>
    /// Eligible leader replicas need one answer to how many replicas must be in sync: turned on, the cluster gets the
    /// controller's as a config of its own, and those of single brokers go (KIP-966, seen in Kafka's log).
    /// </summary>
    private void KeepMinInsyncReplicas(ElectionRules rules)
    {
        bool turnsOn = image.FeatureLevel(ClusterFeature.EligibleLeaderReplicasVersion) == 0
            && proposed.GetValueOrDefault(ClusterFeature.EligibleLeaderReplicasVersion) > 0;
        if (turnsOn)
        {
            records.AddRange(MinInsyncReplicas.RecordsFor(image, rules));
        }
    }

    private static string Invalid(string name, short level, string why) =>
        $"Invalid update version {level} for feature {name}. {why}";
}
