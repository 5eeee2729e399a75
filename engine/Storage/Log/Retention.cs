namespace Millrace.Storage;

/// <summary>
/// How many of a log's first segments are to go, for each reason. Decides only; under the log's lock.
/// </summary>
internal static class Retention
{
    /// <summary>Segments that end at or before the log's start; the active one never does.</summary>
    public static int BeforeStart(LogSegment[] segments, long logStartOffset)
    {
        int count = 0;
        while (count + 1 < segments.Length && segments[count + 1].BaseOffset <= logStartOffset)
        {
            count++;
        }

        return count;
    }

    /// <summary>Segments without which the log still has at least <paramref name="retentionBytes"/>.</summary>
    public static int BySize(LogSegment[] segments, long retentionBytes)
    {
        if (retentionBytes < 0)
        {
            return 0;
        }

        long excess = -retentionBytes;
        foreach (LogSegment segment in segments)
        {
            excess += segment.Size;
        }

        int count = 0;
        while (count < segments.Length && excess - segments[count].Size >= 0)
        {
            excess -= segments[count++].Size;
        }

        return count;
    }

    /// <summary>Segments whose last record is older than <paramref name="retentionMs"/>.</summary>
    public static int ByTime(LogSegment[] segments, long retentionMs, long nowMs)
    {
        int count = 0;
        while (retentionMs >= 0 && count < segments.Length
            && nowMs - segments[count].RetentionTimestamp() > retentionMs)
        {
            count++;
        }

        return count;
    }

    /// <summary>Segments that lie wholly below the high watermark.</summary>
    public static int BelowWatermark(LogSegment[] segments, long highWatermark, long logEndOffset)
    {
        int count = 0;
        while (count < segments.Length
            && highWatermark >= (count + 1 < segments.Length ? segments[count + 1].BaseOffset : logEndOffset))
        {
            count++;
        }

        return count;
    }
}
