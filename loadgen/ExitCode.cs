namespace Millrace.Loadgen;

/// <summary>
/// What <c>loadgen</c> tells the program that started it. Each number keeps its meaning: scripts depend on it.
/// </summary>
internal enum ExitCode
{
    /// <summary>Done, and nothing wrong was found.</summary>
    Success = 0,

    /// <summary>The command line is not understood; also what System.CommandLine answers by itself.</summary>
    Usage = 1,

    /// <summary>A file is missing, or what it says is not understood.</summary>
    BadFile = 2,

    /// <summary>No broker answered, or one refused what the run cannot go without.</summary>
    BrokerFailed = 3,

    /// <summary>Records were lost, doubled, out of order or damaged.</summary>
    VerifyFailed = 4,

    /// <summary>loadgen itself was the bottleneck: the figures say nothing about the broker.</summary>
    GeneratorLimited = 5,

    /// <summary>A comparison found a regression, or a gate was missed.</summary>
    GateFailed = 6,

    /// <summary>The run ended, and requests had failed for good.</summary>
    RequestsFailed = 7,
}
