namespace Millrace.Loadgen.Measurement;

/// <summary>
/// Latency of requests, twice: from the moment when the schedule wanted the request to be sent, and from the moment
/// when it was. The first is what a user of a broker at that rate waits; where a broker stalls, only it counts those
/// who had to queue (coordinated omission). Written by one thread, without allocation; read by any. Nanoseconds.
/// </summary>
internal sealed class LatencyRecorder
{
    /// <summary>From the intended send time to the answer.</summary>
    public Histogram Intended { get; } = new();

    /// <summary>From the actual send to the answer.</summary>
    public Histogram Service { get; } = new();

    /// <summary>Counts an answer.</summary>
    /// <param name="intendedNs">When the schedule wanted the request sent, on the monotonic clock.</param>
    /// <param name="sentNs">When it was handed to the socket.</param>
    /// <param name="answeredNs">When the answer was read.</param>
    /// <param name="times">Records that it was about.</param>
    public void Record(long intendedNs, long sentNs, long answeredNs, long times)
    {
        Intended.Record(answeredNs - intendedNs, times);
        Service.Record(answeredNs - sentNs, times);
    }

    /// <summary>
    /// Counts an answer about several records that the schedule wanted at even distances, of which each waited from its
    /// own intended time.
    /// </summary>
    /// <param name="firstIntendedNs">When the first of them was to be sent.</param>
    /// <param name="betweenNs">From one to the next.</param>
    /// <param name="sentNs">When they were sent, together.</param>
    /// <param name="answeredNs">When the answer was read.</param>
    /// <param name="records">How many they are.</param>
    public void RecordBatch(long firstIntendedNs, double betweenNs, long sentNs, long answeredNs, int records)
    {
        for (int index = 0; index < records; index++)
        {
            Intended.Record(answeredNs - firstIntendedNs - (long)(index * betweenNs));
        }

        Service.Record(answeredNs - sentNs, records);
    }
}
