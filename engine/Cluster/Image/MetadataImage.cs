using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Millrace.Base;

namespace Millrace.Cluster;

/// <summary>
/// Everything that the metadata log says up to an offset. Immutable: readers on any thread take the one they get from
/// <see cref="MetadataState.Image"/> and see one state throughout. Changes come about through <see
/// cref="MetadataDelta"/>
/// only; what did not change is shared between an image and the next.
/// </summary>
public sealed class MetadataImage
{
    internal MetadataImage()
    {
    }

    /// <summary>The image before the first record.</summary>
    public static MetadataImage Empty { get; } = new();

    /// <summary>Offset of the last record in it, or -1.</summary>
    public long Offset { get; internal init; } = -1;

    /// <summary>The quorum's epoch in which that record was written.</summary>
    public int Epoch { get; internal init; }

    /// <summary>The batch's time of the last record, in milliseconds since 1970; -1 for none.</summary>
    public long TimestampMs { get; internal init; } = -1;

    public ImmutableDictionary<string, TopicImage> TopicsByName { get; internal init; } =
        ImmutableDictionary.Create<string, TopicImage>(StringComparer.Ordinal);

    public ImmutableDictionary<Uuid, TopicImage> TopicsById { get; internal init; } =
        ImmutableDictionary<Uuid, TopicImage>.Empty;

    /// <summary>
    /// Names that <see cref="TopicName.Unify"/> makes equal, for topics that have a dot or an underscore.
    /// </summary>
    public ImmutableDictionary<string, ImmutableHashSet<string>> TopicsByUnifiedName { get; internal init; } =
        ImmutableDictionary.Create<string, ImmutableHashSet<string>>(StringComparer.Ordinal);

    /// <summary>Dynamic configs by resource, then by name; a resource without any is absent.</summary>
    public ImmutableDictionary<ConfigResourceKey, ImmutableSortedDictionary<string, string>> Configs
    {
        get;
        internal init;
    } = ImmutableDictionary<ConfigResourceKey, ImmutableSortedDictionary<string, string>>.Empty;

    /// <summary>Finalized levels, metadata.version included; a feature at level 0 is absent.</summary>
    public ImmutableSortedDictionary<string, short> Features { get; internal init; } =
        ImmutableSortedDictionary.Create<string, short>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<int, BrokerImage> Brokers { get; internal init; } =
        ImmutableSortedDictionary<int, BrokerImage>.Empty;

    /// <summary>Registrations of controllers as they were written.</summary>
    public ImmutableSortedDictionary<int, MetadataRecord> Controllers { get; internal init; } =
        ImmutableSortedDictionary<int, MetadataRecord>.Empty;

    /// <summary>Producer ids below are given out; -1 while none was.</summary>
    public long NextProducerId { get; internal init; } = -1;

    /// <summary>ACLs by their id, as they were written.</summary>
    public ImmutableDictionary<Uuid, MetadataRecord> AccessControlEntries { get; internal init; } =
        ImmutableDictionary<Uuid, MetadataRecord>.Empty;

    /// <summary>SCRAM credentials by user and mechanism, as they were written.</summary>
    public ImmutableDictionary<(
        string User, sbyte Mechanism), MetadataRecord> ScramCredentials { get; internal init; } =
        ImmutableDictionary<(string User, sbyte Mechanism), MetadataRecord>.Empty;

    /// <summary>Client quotas by <see cref="ClientQuotaKey"/>, as they were written.</summary>
    public ImmutableDictionary<ClientQuotaKey, MetadataRecord> ClientQuotas { get; internal init; } =
        ImmutableDictionary<ClientQuotaKey, MetadataRecord>.Empty;

    /// <summary>Delegation tokens by id, as they were written.</summary>
    public ImmutableDictionary<string, MetadataRecord> DelegationTokens { get; internal init; } =
        ImmutableDictionary.Create<string, MetadataRecord>(StringComparer.Ordinal);

    /// <summary>The finalized metadata.version; the oldest one served while no record has named any.</summary>
    public MetadataVersion MetadataVersion =>
        Features.TryGetValue(MetadataVersion.FeatureName, out short level)
            ? new MetadataVersion(level)
            : MetadataVersion.Oldest;

    /// <summary>Whether a metadata.version was finalized: the first thing that a log says.</summary>
    public bool IsBootstrapped => Features.ContainsKey(MetadataVersion.FeatureName);

    /// <summary>Eligible leader replicas are kept (KIP-966).</summary>
    public bool KeepsElr =>
        MetadataVersion.HasElr && FeatureLevel(ClusterFeature.EligibleLeaderReplicasVersion) > 0;

    /// <summary>A feature's finalized level, 0 where it has none.</summary>
    public short FeatureLevel(string name) => Features.TryGetValue(name, out short level) ? level : (short)0;

    public bool TryFindTopic(string name, [NotNullWhen(true)] out TopicImage? topic) =>
        TopicsByName.TryGetValue(name, out topic);

    public bool TryFindTopic(Uuid id, [NotNullWhen(true)] out TopicImage? topic) =>
        TopicsById.TryGetValue(id, out topic);

    /// <summary>The dynamic configs of a resource, none where it has none.</summary>
    public ImmutableSortedDictionary<string, string> ConfigsOf(ConfigResourceKey resource) =>
        Configs.TryGetValue(resource, out ImmutableSortedDictionary<string, string>? configs)
            ? configs
            : ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Whether a broker is registered, not fenced, and not shutting down.</summary>
    public bool IsActive(int brokerId) => Brokers.TryGetValue(brokerId, out BrokerImage? broker) && broker.IsActive;
}
