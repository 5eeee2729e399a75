namespace Millrace.Loadgen.Report;

/// <summary>What a run was asked to do, as far as a report says it.</summary>
internal sealed record RunSettings
{
    /// <summary>A name for the run: the preset's, or the subcommand's.</summary>
    public required string Workload { get; init; }

    /// <summary>The broker under test, in the user's words, such as <c>Millrace</c> or <c>Kafka 4.4.0</c>.</summary>
    public required string Driver { get; init; }

    /// <summary>Mean bytes of a value.</summary>
    public int MessageSize { get; init; }

    public int Topics { get; init; }

    /// <summary>Partitions of each topic.</summary>
    public int Partitions { get; init; }

    public int ProducersPerTopic { get; init; }

    public int ConsumersPerTopic { get; init; }

    /// <summary>Records a second that were to be sent; 0 where as many as possible.</summary>
    public double IntendedRate { get; init; }

    public double WarmUpSeconds { get; init; }

    /// <summary>How long the schedule was after it; 0 where there is none, or the run was ended before.</summary>
    public double ScheduledSeconds { get; init; }

    /// <summary>Threads of the load generator.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Every other knob, by the name of its option.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();
}
