using Millrace.Protocol.Wire;

namespace Millrace.Broker;

/// <summary>
/// The features that this broker supports and those that the cluster has finalized (KIP-584). Immutable.
/// </summary>
/// <param name="Supported">By name.</param>
/// <param name="FinalizedEpoch">Offset of the metadata that they were read at; -1 before any was.</param>
/// <param name="Finalized">By name.</param>
public sealed record FeatureSnapshot(FeatureVersions[] Supported, long FinalizedEpoch, FeatureVersions[] Finalized)
{
    public static FeatureSnapshot None { get; } = new([], -1, []);

    /// <summary>
    /// Without those that begin at level 0, which clients before ApiVersions 4 cannot read (KAFKA-17492).
    /// </summary>
    public FeatureVersions[] SupportedFromOne { get; } = Array.FindAll(Supported, feature => feature.Min > 0);
}

/// <summary>Port: where ApiVersions finds the features and the identity of this node.</summary>
public interface IFeatureSource
{
    /// <summary>Any thread; neither blocks nor allocates.</summary>
    FeatureSnapshot Features { get; }

    string ClusterId { get; }

    int NodeId { get; }
}
