using Millrace.Storage;

namespace Millrace.Broker;

/// <summary>What a Fetch request asks of all its partitions together.</summary>
/// <param name="Version">Of the request.</param>
/// <param name="CorrelationId">Of the request.</param>
/// <param name="ReplicaId">-1 for a consumer, -2 for one that reads from any replica, a broker for a follower.</param>
/// <param name="MaxWaitMs">How long it may wait.</param>
/// <param name="MinBytes">For how many bytes.</param>
/// <param name="MaxBytes">The most that it takes; the first batch may be larger.</param>
/// <param name="IsCommitted">Whether it reads committed records only.</param>
internal readonly record struct FetchTerms(
    short Version,
    int CorrelationId,
    int ReplicaId,
    int MaxWaitMs,
    int MinBytes,
    int MaxBytes,
    bool IsCommitted)
{
    private const int AnyReplica = -2;

    public bool IsFromFollower => ReplicaId >= 0;

    public bool RequiresLeader => ReplicaId != AnyReplica;

    public ReadBound Bound => IsCommitted ? ReadBound.LastStable : ReadBound.HighWatermark;
}
