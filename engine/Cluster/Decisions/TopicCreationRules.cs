using Millrace.Protocol.Messages;

namespace Millrace.Cluster;

/// <summary>What creating topics depends on besides the image.</summary>
public sealed record TopicCreationRules
{
    /// <summary><c>num.partitions</c>.</summary>
    public required int DefaultPartitions { get; init; }

    /// <summary><c>default.replication.factor</c>.</summary>
    public required short DefaultReplicationFactor { get; init; }

    /// <summary>Whether a new topic may have these configs.</summary>
    public required Func<IReadOnlyDictionary<string, string>, Refusal> CheckConfigs { get; init; }

    /// <summary>
    /// What a topic with these configs of its own goes by, for the answer, in the order of their names.
    /// </summary>
    public required Func<IReadOnlyDictionary<string, string>, CreateTopicsResponse.CreatableTopicConfigs[]>
        EffectiveConfigs { get; init; }

    /// <summary>Whether the client may create a topic of this name.</summary>
    public Func<string, bool> MayCreate { get; init; } = static _ => true;

    /// <summary>Whether the client may see a topic's configs.</summary>
    public Func<string, bool> MayDescribeConfigs { get; init; } = static _ => true;
}
