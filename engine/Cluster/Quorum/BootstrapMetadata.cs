using Millrace.Protocol.Messages;

namespace Millrace.Cluster;

/// <summary>
/// The records that a cluster begins with. Formatting writes them aside, the first leader into the log.
/// </summary>
public static class BootstrapMetadata
{
    /// <summary>Kafka's name for the transaction that they are written in.</summary>
    private const string TransactionName = "Bootstrap records";

    /// <summary>The features of a new cluster.</summary>
    /// <param name="version">Its metadata.version.</param>
    /// <param name="overrides">Features of another level than is usual for it; kraft.version is none of them.</param>
    public static IReadOnlyList<MetadataRecord> For(
        MetadataVersion version, IReadOnlyDictionary<string, short>? overrides = null)
    {
        List<MetadataRecord> records = [ImageRecords.Feature(MetadataVersion.FeatureName, version.Level)];
        foreach (ClusterFeature feature in ClusterFeature.All)
        {
            short level = overrides is not null && overrides.TryGetValue(feature.Name, out short given)
                ? given
                : feature.DefaultLevel(version);
            // The quorum's own version stands in control records.
            if (level > 0 && feature.Name != ClusterFeature.KRaftVersion)
            {
                records.Add(ImageRecords.Feature(feature.Name, level));
            }
        }

        return records;
    }

    /// <summary>What the first leader writes, in one transaction where the metadata.version has them.</summary>
    /// <param name="records">The records found beside the log.</param>
    /// <param name="rules">The controller's configs.</param>
    /// <exception cref="MetadataRefusedException">They name no metadata.version, or a newer one.</exception>
    internal static List<MetadataRecord> ForLog(IReadOnlyList<MetadataRecord> records, ElectionRules rules)
    {
        MetadataDelta delta = new(MetadataImage.Empty);
        foreach (MetadataRecord record in records)
        {
            delta.Apply(record);
        }

        MetadataImage image = delta.Build(-1, 0, -1);
        if (!image.IsBootstrapped)
        {
            throw new MetadataRefusedException(
                "the records that the cluster is to begin with name no metadata.version");
        }

        List<MetadataRecord> written = [.. records];
        if (image.FeatureLevel(ClusterFeature.EligibleLeaderReplicasVersion) > 0)
        {
            written.AddRange(MinInsyncReplicas.RecordsFor(image, rules));
        }

        if (image.MetadataVersion.HasTransactions)
        {
            written.Insert(0, new MetadataRecord(new BeginTransactionRecord { Name = TransactionName }, 0));
            written.Add(new MetadataRecord(new EndTransactionRecord(), 0));
        }

        return written;
    }
}
