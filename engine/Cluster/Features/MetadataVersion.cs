namespace Millrace.Cluster;

/// <summary>
/// A level of the feature <c>metadata.version</c>: what the cluster's records may hold. Levels 7 (3.3-IV3) to 33
/// (4.4-IV2) are served, those that Kafka 4.4 has in production.
/// </summary>
/// <param name="Level">The feature level.</param>
public readonly record struct MetadataVersion(short Level) : IComparable<MetadataVersion>
{
    /// <summary>The feature's name.</summary>
    public const string FeatureName = "metadata.version";

    private const int FirstLevel = 7;

    private static readonly (string Name, bool ChangesRecords)[] Levels =
    [
        ("3.3-IV3", true),
        ("3.4-IV0", true),
        ("3.5-IV0", false),
        ("3.5-IV1", false),
        ("3.5-IV2", true),
        ("3.6-IV0", false),
        ("3.6-IV1", true),
        ("3.6-IV2", true),
        ("3.7-IV0", true),
        ("3.7-IV1", false),
        ("3.7-IV2", true),
        ("3.7-IV3", false),
        ("3.7-IV4", false),
        ("3.8-IV0", false),
        ("3.9-IV0", false),
        ("4.0-IV0", false),
        ("4.0-IV1", true),
        ("4.0-IV2", false),
        ("4.0-IV3", false),
        ("4.1-IV0", false),
        ("4.1-IV1", false),
        ("4.2-IV0", false),
        ("4.2-IV1", false),
        ("4.3-IV0", true),
        ("4.4-IV0", false),
        ("4.4-IV1", true),
        ("4.4-IV2", true),
    ];

    /// <summary>The oldest that is served, 3.3-IV3.</summary>
    public static MetadataVersion Oldest => new(FirstLevel);

    /// <summary>The newest that is served, 4.4-IV2; the one of a new cluster.</summary>
    public static MetadataVersion Newest => new((short)(FirstLevel + Levels.Length - 1));

    /// <summary>Whether this level is served.</summary>
    public bool IsKnown => Level >= FirstLevel && Level < FirstLevel + Levels.Length;

    /// <summary>Kafka's name, such as 4.4-IV2.</summary>
    public string Name => IsKnown ? Levels[Level - FirstLevel].Name : $"level {Level}";

    /// <summary>SCRAM credentials are kept in the metadata (KIP-900).</summary>
    public bool HasScram => Level >= 11;

    /// <summary>Metadata changes are wrapped in transactions where they need several batches (KIP-868).</summary>
    public bool HasTransactions => Level >= 13;

    /// <summary>Controllers register (KIP-919).</summary>
    public bool HasControllerRegistration => Level >= 15;

    /// <summary>Replicas have log directories (KIP-858).</summary>
    public bool HasDirectoryAssignment => Level >= 17;

    /// <summary>Partitions have eligible leader replicas (KIP-966).</summary>
    public bool HasElr => Level >= 23;

    /// <summary>Log directories can be cordoned.</summary>
    public bool HasCordonedLogDirs => Level >= 30;

    /// <summary>A controller's registration can be taken away, from 4.4-IV2 on.</summary>
    public bool HasControllerRemoval => Level >= 33;

    /// <summary>The metadata log knows ZooKeeper's state, which it then records as "none".</summary>
    public bool HasMigrationState => Level >= 8;

    /// <summary>
    /// An ISR that shrinks takes a leader epoch: a fault of brokers before 3.6 needs it (KAFKA-15021).
    /// </summary>
    public bool BumpsLeaderEpochOnIsrShrink => Level < 12;

    public short PartitionRecordVersion => Level >= 23 ? (short)2 : Level >= 17 ? (short)1 : (short)0;

    public short PartitionChangeRecordVersion => PartitionRecordVersion;

    public short RegisterBrokerRecordVersion =>
        Level >= 30 ? (short)4 : Level >= 17 ? (short)3 : Level >= 8 ? (short)2 : (short)1;

    /// <summary>
    /// Finds a version by its name: 4.4-IV2, or a release as 4.4 or 4.4.0 for the newest of that release.
    /// </summary>
    public static bool TryParse(string text, out MetadataVersion version)
    {
        version = default;
        string[] parts = text.Split('.');
        string release = parts.Length >= 2 ? $"{parts[0]}.{parts[1]}" : text;
        for (int index = Levels.Length - 1; index >= 0; index--)
        {
            string name = Levels[index].Name;
            if (name == text || (!text.Contains('-') && name.StartsWith(release + "-", StringComparison.Ordinal)))
            {
                version = new MetadataVersion((short)(FirstLevel + index));
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether records of this version may hold what an older one cannot.</summary>
    public bool ChangesRecordsSince(MetadataVersion older)
    {
        for (int level = Level; level > older.Level; level--)
        {
            if (Levels[level - FirstLevel].ChangesRecords)
            {
                return true;
            }
        }

        return false;
    }

    public int CompareTo(MetadataVersion other) => Level.CompareTo(other.Level);

    public override string ToString() => Name;
}
