namespace Millrace.Protocol.Wire;

/// <summary>What each version of Fetch has, in one place for the four types that read and write it.</summary>
internal readonly struct FetchVersion(short value)
{
    public bool HasLogStartOffset => value >= 5;

    public bool HasSessions => value >= 7;

    public bool HasLeaderEpoch => value >= 9;

    /// <summary>The consumer's rack in the request, and the preferred read replica in the answer (KIP-392).</summary>
    public bool HasRackId => value >= 11;

    /// <summary>
    /// Flexible, with the last fetched epoch in the request and diverging epochs in the answer (KIP-595).
    /// </summary>
    public bool IsFlexible => value >= 12;

    public bool HasTopicIds => value >= 13;

    /// <summary>The replica's id moved behind the topics, with its epoch (KIP-903).</summary>
    public bool HasReplicaState => value >= 15;

    public bool HasNodeEndpoints => value >= 16;

    public bool HasReplicaDirectoryId => value >= 17;

    public bool HasHighWatermark => value >= 18;
}
