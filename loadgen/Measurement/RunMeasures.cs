namespace Millrace.Loadgen.Measurement;

/// <summary>All that a run has measured after its warm-up.</summary>
internal sealed record RunMeasures
{
    /// <summary>Wall time of the begin of measuring, milliseconds since 1970 UTC.</summary>
    public required long BeginMs { get; init; }

    public required double Seconds { get; init; }

    public required IReadOnlyList<IntervalSample> Intervals { get; init; }

    /// <summary>The whole time's counters and histograms.</summary>
    public required MeterReading Whole { get; init; }

    /// <summary>The broker at begin and end; null where it was not watched, or gone.</summary>
    public required ServerSample? ServerBegin { get; init; }

    public required ServerSample? ServerEnd { get; init; }

    /// <summary>Processor seconds of the load generator itself.</summary>
    public required double LoadgenCpuSeconds { get; init; }

    /// <summary>The part of the time that its busiest worker was on a processor, 0 to 1; -1 where unknown.</summary>
    public required double LoadgenBusiestWorker { get; init; }
}
