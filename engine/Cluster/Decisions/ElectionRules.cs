using System.Globalization;

namespace Millrace.Cluster;

/// <summary>The controller's static configs that elections go by, below those of the image. Pure.</summary>
/// <param name="UncleanLeaderElection"><c>unclean.leader.election.enable</c> of the node's file.</param>
/// <param name="MinInsyncReplicas"><c>min.insync.replicas</c> of the node's file.</param>
public sealed record ElectionRules(bool UncleanLeaderElection, int MinInsyncReplicas)
{
    private const string Unclean = "unclean.leader.election.enable";
    private const string MinIsr = "min.insync.replicas";

    /// <summary>Kafka's defaults.</summary>
    public static ElectionRules Default { get; } = new(false, 1);

    /// <summary>Whether a topic takes a leader that may lack acknowledged records rather than none.</summary>
    public bool IsUncleanAllowed(MetadataImage image, string topic) =>
        Find(image, topic, Unclean) is { } text
            ? text.Trim().Equals("true", StringComparison.OrdinalIgnoreCase)
            : UncleanLeaderElection;

    /// <summary>How many replicas in sync a topic's partitions are to have.</summary>
    public int MinIsrOf(MetadataImage image, string topic) =>
        Find(image, topic, MinIsr) is { } text
        && int.TryParse(text.Trim(), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value)
            ? value
            : MinInsyncReplicas;

    private static string? Find(MetadataImage image, string topic, string name) =>
        image.ConfigsOf(ConfigResourceKey.Topic(topic)).TryGetValue(name, out string? own) ? own
        : image.ConfigsOf(ConfigResourceKey.AllBrokers).TryGetValue(name, out string? shared) ? shared
        : null;
}
