using System.Text;
using Millrace.Cluster;
using Millrace.Protocol.Wire;

namespace Millrace.Broker;

/// <summary>
/// What ApiVersions tells of this node: the features it has, and the levels that the cluster agreed on.
/// </summary>
public sealed class NodeFeatures : IFeatureSource
{
    private readonly MetadataQuorum quorum;
    private readonly FeatureVersions[] supported;
    private Told told = new(null, FeatureSnapshot.None);

    /// <param name="quorum">Where the levels are.</param>
    /// <param name="clusterId">The cluster.</param>
    /// <param name="nodeId">This node.</param>
    public NodeFeatures(MetadataQuorum quorum, string clusterId, int nodeId)
    {
        this.quorum = quorum;
        ClusterId = clusterId;
        NodeId = nodeId;
        supported = [.. Supported().OrderBy(
            static feature => Encoding.UTF8.GetString(feature.Name), StringComparer.Ordinal)];
    }

    public string ClusterId { get; }

    public int NodeId { get; }

    public FeatureSnapshot Features
    {
        get
        {
            MetadataImage image = quorum.Image;
            Told last = Volatile.Read(ref told);
            if (!ReferenceEquals(last.Image, image))
            {
                last = new Told(image, Of(image));
                Volatile.Write(ref told, last);
            }

            return last.Snapshot;
        }
    }

    private static IEnumerable<FeatureVersions> Supported()
    {
        yield return Feature(
            MetadataVersion.FeatureName, MetadataVersion.Oldest.Level, MetadataVersion.Newest.Level);
        foreach (ClusterFeature feature in ClusterFeature.All)
        {
            yield return Feature(feature.Name, 0, feature.MaxLevel);
        }
    }

    private FeatureSnapshot Of(MetadataImage image)
    {
        SortedDictionary<string, short> levels = new(StringComparer.Ordinal);
        foreach ((string name, short level) in image.Features)
        {
            levels[name] = level;
        }

        if (quorum.Voters.KRaftVersion > 0)
        {
            // The quorum's own level is no record of the image, and is told with the others.
            levels[ClusterFeature.KRaftVersion] = quorum.Voters.KRaftVersion;
        }

        FeatureVersions[] finalized = [.. levels.Select(static pair => Feature(pair.Key, pair.Value, pair.Value))];
        return new FeatureSnapshot(supported, image.Offset, finalized);
    }

    private static FeatureVersions Feature(string name, short min, short max) =>
        new(Encoding.UTF8.GetBytes(name), min, max);

    private sealed record Told(MetadataImage? Image, FeatureSnapshot Snapshot);
}
