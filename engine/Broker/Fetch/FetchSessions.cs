using Millrace.Base;

namespace Millrace.Broker;

/// <summary>
/// The fetch sessions of one reactor, bounded by its share of <c>max.incremental.fetch.session.cache.slots</c>, with
/// Kafka's rules of who has to go for whom. An id names its reactor, as Kafka's names its shard: a request that comes
/// by another one is told that the session is unknown, and begins a new one. Reactor thread.
/// </summary>
internal sealed class FetchSessions
{
    /// <summary>
    /// A session is not put out for a larger one before this age, in milliseconds; unused so long it may go.
    /// </summary>
    private const long EvictionMs = 120_000;

    private const int IdsPerReactor = 1 << 24;

    private readonly Dictionary<int, FetchSession> sessions = [];
    private readonly int slots;
    private readonly int firstId;
    private readonly Random random;

    /// <param name="slots">Sessions at most.</param>
    /// <param name="shard">The reactor's number.</param>
    /// <param name="random">For ids that another client cannot guess by counting.</param>
    public FetchSessions(int slots, int shard, Random random)
    {
        this.slots = slots;
        this.random = random;
        firstId = shard % (int.MaxValue / IdsPerReactor) * IdsPerReactor;
    }

    public int Count => sessions.Count;

    /// <summary>Sessions that were put out.</summary>
    public long EvictionCount { get; private set; }

    public FetchSession? Find(int id) => sessions.GetValueOrDefault(id);

    public bool Remove(int id) => sessions.Remove(id);

    /// <summary>Makes a session where there is room, or where another one has to make room.</summary>
    /// <param name="partitions">How many it will have: the larger one stays.</param>
    /// <param name="usesTopicIds">Whether it goes by ids.</param>
    /// <param name="isPrivileged">Whether a follower asks.</param>
    /// <param name="nowMs">The monotonic clock.</param>
    /// <returns>Null where there is no room: the client goes on without a session.</returns>
    public FetchSession? TryAdd(int partitions, bool usesTopicIds, bool isPrivileged, long nowMs)
    {
        if (sessions.Count >= slots && !TryEvict(partitions, isPrivileged, nowMs))
        {
            return null;
        }

        int id;
        do
        {
            id = firstId + random.Next(1, IdsPerReactor);
        }
        while (sessions.ContainsKey(id));

        FetchSession session = new(id, usesTopicIds, isPrivileged, nowMs);
        sessions.Add(id, session);
        return session;
    }

    private bool TryEvict(int partitions, bool isPrivileged, long nowMs)
    {
        FetchSession? stalest = null;
        FetchSession? least = null;
        foreach (FetchSession session in sessions.Values)
        {
            if (stalest is null || session.LastUsedMs < stalest.LastUsedMs)
            {
                stalest = session;
            }

            bool mayGo = nowMs - session.CreatedMs > EvictionMs || (isPrivileged && !session.IsPrivileged);
            if (mayGo && (least is null || IsLess(session, least)))
            {
                least = session;
            }
        }

        FetchSession? evicted = stalest is not null && nowMs - stalest.LastUsedMs > EvictionMs ? stalest : null;
        if (evicted is null && least is not null && IsWorthMore(partitions, isPrivileged, least))
        {
            evicted = least;
        }

        if (evicted is null)
        {
            return false;
        }

        EvictionCount++;
        return sessions.Remove(evicted.Id);
    }

    private static bool IsLess(FetchSession left, FetchSession right) =>
        left.IsPrivileged != right.IsPrivileged
            ? right.IsPrivileged
            : (left.Partitions.Count, left.Id).CompareTo((right.Partitions.Count, right.Id)) < 0;

    /// <summary>Of two of the same size the older one stays, as ids are above Kafka's 0 for the new one.</summary>
    private static bool IsWorthMore(int partitions, bool isPrivileged, FetchSession than) =>
        isPrivileged != than.IsPrivileged ? isPrivileged : partitions > than.Partitions.Count;
}
