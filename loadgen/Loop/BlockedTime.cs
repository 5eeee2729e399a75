using Millrace.Loadgen.Measurement;

namespace Millrace.Loadgen;

/// <summary>
/// Adds up the time in which something was due and could not be sent, as too much was unanswered. Owned by one client,
/// which says at each turn how things stand.
/// </summary>
internal struct BlockedTime
{
    private long sinceNs;

    /// <summary>From now on it is so, until it is said otherwise.</summary>
    /// <param name="isBlocked">How it is.</param>
    /// <param name="nowNs">Now.</param>
    /// <param name="meter">Where the time is counted.</param>
    /// <param name="writers">Clients that count there: each by its share, so that all together are no more than the
    /// time.</param>
    public void Note(bool isBlocked, long nowNs, WorkerMeter meter, int writers)
    {
        if (sinceNs > 0)
        {
            meter.BlockedNs += (nowNs - sinceNs) / Math.Max(1, writers);
        }

        sinceNs = isBlocked ? nowNs : 0;
    }
}
