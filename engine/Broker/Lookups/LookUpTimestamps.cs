namespace Millrace.Broker;

/// <summary>The timestamps of ListOffsets that stand for a place, and since which version each does.</summary>
internal static class LookUpTimestamps
{
    public const long Latest = -1;
    public const long Earliest = -2;

    /// <summary>The record with the largest timestamp (KIP-734).</summary>
    public const long Max = -3;

    /// <summary>The first offset on this broker's own disk (KIP-405).</summary>
    public const long EarliestLocal = -4;

    /// <summary>The last offset that is in another tier (KIP-1005).</summary>
    public const long LatestTiered = -5;

    /// <summary>The first offset that is not yet in another tier (KIP-1023).</summary>
    public const long EarliestPendingUpload = -6;

    /// <summary>Whether a request of this version may carry the timestamp.</summary>
    public static bool IsKnown(long timestamp, short version) => timestamp switch
    {
        >= Earliest => true,
        Max => version >= 7,
        EarliestLocal => version >= 8,
        LatestTiered => version >= 9,
        EarliestPendingUpload => version >= 11,
        _ => false,
    };
}
