namespace Millrace.Loadgen;

/// <summary>Connections that are made, and then do next to nothing. Immutable.</summary>
internal sealed record ConnectionSpec
{
    public int Count { get; init; } = 1000;

    /// <summary>Connections made a second; unlimited for as fast as the broker takes them.</summary>
    public RateProfile Rate { get; init; } = RateProfile.Unlimited;

    /// <summary>Every connection asks for the API versions once in so many seconds; 0 for only at its begin.</summary>
    public double PingSeconds { get; init; }
}
