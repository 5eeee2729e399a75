namespace Millrace.Cluster;

/// <summary>Every bound of the cluster's metadata that is not a Kafka config, each with its reason.</summary>
public static class ClusterLimits
{
    /// <summary>
    /// A partition id beyond is taken for damage. Kafka's own bound is the 10,000 records of one change; grown topics
    /// may have more, and a list of a million references is 8 MB.
    /// </summary>
    public const int PartitionsPerTopicMax = 1_000_000;

    /// <summary>Records that one request may make, as in Kafka: a larger change is refused as a whole.</summary>
    public const int RecordsPerChangeMax = 10_000;

    /// <summary>
    /// Bytes of records in one batch of the metadata log or of a snapshot, as in Kafka (8 MiB): a reader needs a batch
    /// in memory as a whole.
    /// </summary>
    public const int BatchBytesMax = 8 * 1024 * 1024;

    /// <summary>Producer ids that a broker takes from the controller at a time, as in Kafka.</summary>
    public const int ProducerIdBlockSize = 1000;
}
