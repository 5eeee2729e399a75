namespace Millrace.Cluster;

/// <summary>A feature whose level the cluster agrees on (KIP-584).</summary>
public sealed class ClusterFeature
{
    public const string KRaftVersion = "kraft.version";
    public const string TransactionVersion = "transaction.version";
    public const string GroupVersion = "group.version";
    public const string EligibleLeaderReplicasVersion = "eligible.leader.replicas.version";
    public const string ShareVersion = "share.version";
    public const string StreamsVersion = "streams.version";

    private readonly short[] bootstrapLevels;

    private ClusterFeature(string name, params short[] bootstrapLevels)
    {
        Name = name;
        this.bootstrapLevels = bootstrapLevels;
    }

    /// <summary>
    /// All but metadata.version, in the order of their names: for each level from 1 on the metadata.version from which
    /// it is the default of a new cluster.
    /// </summary>
    public static IReadOnlyList<ClusterFeature> All { get; } =
    [
        new(EligibleLeaderReplicasVersion, 26),
        new(GroupVersion, 22),
        new(KRaftVersion, 21),
        new(ShareVersion, 28, 31),
        new(StreamsVersion, 29),
        new(TransactionVersion, 24, 24),
    ];

    public string Name { get; }

    /// <summary>The highest supported level; the lowest is 0, where the feature is off.</summary>
    public short MaxLevel => (short)bootstrapLevels.Length;

    /// <summary>
    /// The metadata.version that a level needs. Only eligible leader replicas need one, for their fields in the
    /// records.
    /// </summary>
    public MetadataVersion? Needs(short level) =>
        Name == EligibleLeaderReplicasVersion && level > 0 ? new MetadataVersion(23) : null;

    /// <summary>The level in a new cluster of this metadata.version.</summary>
    public short DefaultLevel(MetadataVersion version)
    {
        short level = 0;
        while (level < bootstrapLevels.Length && bootstrapLevels[level] <= version.Level)
        {
            level++;
        }

        return level;
    }

    /// <summary>Finds a feature other than metadata.version.</summary>
    public static ClusterFeature? Find(string name)
    {
        foreach (ClusterFeature feature in All)
        {
            if (feature.Name == name)
            {
                return feature;
            }
        }

        return null;
    }

    /// <summary>The levels that this program supports of a feature, metadata.version included.</summary>
    public static bool TryGetRange(string name, out short min, out short max)
    {
        (min, max) = (MetadataVersion.Oldest.Level, MetadataVersion.Newest.Level);
        if (name == MetadataVersion.FeatureName)
        {
            return true;
        }

        ClusterFeature? feature = Find(name);
        (min, max) = (0, feature?.MaxLevel ?? 0);
        return feature is not null;
    }
}
