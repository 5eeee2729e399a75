using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>
/// Writes an ApiVersions response (versions 0 to 5) without memory. Its header is always version 0. Called in the order
/// of its members; pass it by reference.
/// </summary>
public ref struct ApiVersionsResponseWriter
{
    /// <summary>Versions that this type writes: those of Kafka 4.4.</summary>
    public const short VersionMin = 0, VersionMax = 5;

    /// <summary>Most bytes of one API.</summary>
    public const int ApiBytesMax = (3 * sizeof(short)) + 1;

    /// <summary>Most bytes besides the APIs and features.</summary>
    public const int FixedBytesMax =
        sizeof(short) + WireWriting.LengthBytesMax + sizeof(int) + 1
        + (2 * (1 + (2 * WireWriting.LengthBytesMax))) + (2 + 8) + (2 + 1);

    /// <summary>Most bytes of one feature without its name.</summary>
    public const int FeatureBytesMax = WireWriting.LengthBytesMax + (2 * sizeof(short)) + 1;

    private const short FirstWithThrottleTime = 1;
    private const short FirstFlexible = 3;

    private const uint SupportedFeaturesTag = 0;
    private const uint FinalizedEpochTag = 1;
    private const uint FinalizedFeaturesTag = 2;
    private const uint ZkMigrationReadyTag = 3;

    private readonly short version;
    private readonly bool isFlexible;
    private ByteWriter writer;
    private int apisLeft;

    /// <param name="target">Where the body goes; large enough, or writing throws.</param>
    /// <param name="version">The request's version; 0 in answer to one that is not supported.</param>
    public ApiVersionsResponseWriter(Span<byte> target, short version)
    {
        Invariant.That(version is >= VersionMin and <= VersionMax, "An answer has a version that exists.");
        this.version = version;
        isFlexible = version >= FirstFlexible;
        writer = new ByteWriter(target);
    }

    /// <summary>Bytes written so far.</summary>
    public readonly int Position => writer.Position;

    public void Begin(ErrorCode errorCode, int apiCount)
    {
        Invariant.That(apiCount >= 0, "A count is announced.");
        apisLeft = apiCount;
        writer.WriteInt16((short)errorCode);
        writer.WriteLength(apiCount, isFlexible);
    }

    public void Api(ApiKey apiKey, short minVersion, short maxVersion)
    {
        Invariant.That(apisLeft > 0, "As many APIs are written as were announced.");
        apisLeft--;
        writer.WriteInt16((short)apiKey);
        writer.WriteInt16(minVersion);
        writer.WriteInt16(maxVersion);
        writer.WriteNoTags(isFlexible);
    }

    /// <summary>Ends the answer. What stands behind the throttle time is there from version 3 only.</summary>
    /// <param name="throttleTimeMs">How long the client is held back for its quota, in milliseconds.</param>
    /// <param name="supported">Features that this broker supports.</param>
    /// <param name="finalizedEpoch">Epoch of the finalized features, -1 for none.</param>
    /// <param name="finalized">Features that the cluster finalized.</param>
    /// <param name="zkMigrationReady">Never true since Kafka 4; kept for what older ones say.</param>
    public void End(
        int throttleTimeMs,
        ReadOnlySpan<FeatureVersions> supported = default,
        long finalizedEpoch = -1,
        ReadOnlySpan<FeatureVersions> finalized = default,
        bool zkMigrationReady = false)
    {
        Invariant.That(apisLeft == 0, "As many APIs are written as were announced.");
        if (version >= FirstWithThrottleTime)
        {
            writer.WriteInt32(throttleTimeMs);
        }

        if (!isFlexible)
        {
            return;
        }

        uint tagCount = (supported.IsEmpty ? 0u : 1) + (finalizedEpoch == -1 ? 0u : 1)
            + (finalized.IsEmpty ? 0u : 1) + (zkMigrationReady ? 1u : 0);
        writer.WriteUnsignedVarint(tagCount);
        if (!supported.IsEmpty)
        {
            // Supported features are written from their least version up,
            WriteFeatures(SupportedFeaturesTag, supported, isMinFirst: true);
        }

        if (finalizedEpoch != -1)
        {
            writer.WriteTag(FinalizedEpochTag, sizeof(long));
            writer.WriteInt64(finalizedEpoch);
        }

        if (!finalized.IsEmpty)
        {
            // finalized ones from their greatest down.
            WriteFeatures(FinalizedFeaturesTag, finalized, isMinFirst: false);
        }

        if (zkMigrationReady)
        {
            writer.WriteTag(ZkMigrationReadyTag, 1);
            writer.WriteBool(true);
        }
    }

    private void WriteFeatures(uint tag, ReadOnlySpan<FeatureVersions> features, bool isMinFirst)
    {
        int size = ByteWriter.SizeOfLength(features.Length, flexible: true);
        foreach (FeatureVersions feature in features)
        {
            size += WireWriting.SizeOfCompact((ReadOnlySpan<byte>)feature.Name) + (2 * sizeof(short)) + 1;
        }

        writer.WriteTag(tag, size);
        writer.WriteLength(features.Length, flexible: true);
        foreach (FeatureVersions feature in features)
        {
            writer.WriteUtf8((ReadOnlySpan<byte>)feature.Name, flexible: true);
            writer.WriteInt16(isMinFirst ? feature.Min : feature.Max);
            writer.WriteInt16(isMinFirst ? feature.Max : feature.Min);
            writer.WriteNoTags(flexible: true);
        }
    }
}
