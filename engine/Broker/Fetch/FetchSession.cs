namespace Millrace.Broker;

/// <summary>What a client and this reactor remember of its fetches (KIP-227). Reactor thread.</summary>
internal sealed class FetchSession
{
    /// <summary>The epoch that asks for no session, and closes the one that is named.</summary>
    public const int FinalEpoch = -1;

    /// <summary>The epoch that asks for a new session.</summary>
    public const int InitialEpoch = 0;

    public FetchSession(int id, bool usesTopicIds, bool isPrivileged, long nowMs)
    {
        Id = id;
        UsesTopicIds = usesTopicIds;
        IsPrivileged = isPrivileged;
        CreatedMs = nowMs;
        LastUsedMs = nowMs;
    }

    public int Id { get; }

    /// <summary>Whether its client speaks version 13 or newer; it may not change.</summary>
    public bool UsesTopicIds { get; }

    /// <summary>A follower's: consumers' are evicted for it.</summary>
    public bool IsPrivileged { get; }

    public long CreatedMs { get; }

    public long LastUsedMs { get; set; }

    /// <summary>The epoch that the next request has to have.</summary>
    public int Epoch { get; set; } = NextEpoch(InitialEpoch);

    public SessionPartitions Partitions { get; } = new();

    /// <summary>Counts from 1 on; 0 and -1 have a meaning of their own.</summary>
    public static int NextEpoch(int epoch) => epoch switch
    {
        < 0 => FinalEpoch,
        int.MaxValue => 1,
        _ => epoch + 1,
    };
}
