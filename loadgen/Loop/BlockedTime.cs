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
    public void Note(bool isBlocked, long nowNs, WorkerMeter meter)
    {
        if (sinceNs > 0)
        {
            meter.BlockedNs += nowNs - sinceNs;
        }

        sinceNs = isBlocked ? nowNs : 0;
    }
}
