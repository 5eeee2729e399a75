namespace Millrace.Loadgen;

/// <summary>One whole run: who does what to which topics, for how long, and what is looked at. Immutable.</summary>
internal sealed record RunPlan
{
    /// <summary>What the report calls it: the subcommand, or the preset.</summary>
    public required string Name { get; init; }

    public IReadOnlyList<(string Host, int Port)> Brokers { get; init; } = [("127.0.0.1", 9092)];

    public TopicSpec Topics { get; init; } = new();

    /// <summary>Null where nobody produces.</summary>
    public ProduceSpec? Produce { get; init; }

    /// <summary>Null where nobody makes transactions; their records are those of <see cref="Produce"/>.</summary>
    public TransactionSpec? Transactions { get; init; }

    /// <summary>Null where no group has members.</summary>
    public GroupSpec? Groups { get; init; }

    /// <summary>Connections that are held; null for none.</summary>
    public ConnectionSpec? Connections { get; init; }

    /// <summary>Records to send again as they once came, in place of drawn ones; null for none.</summary>
    public RecordedWorkload? Recorded { get; init; }

    /// <summary>How many times as fast as they came.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Those who read along; null where nobody does.</summary>
    public ConsumeSpec? Consume { get; init; }

    /// <summary>Those who read the past beside them, from the beginning; null where nobody does.</summary>
    public ConsumeSpec? Replay { get; init; }

    /// <summary>Threads for all clients; 0 where that is not decided yet, and one at the run.</summary>
    public int Threads { get; init; }

    public double WarmUpSeconds { get; init; } = 1;

    public double DurationSeconds { get; init; } = 10;

    /// <summary>Check every record: loss, duplicates, order, damage.</summary>
    public bool Verifies { get; init; }

    /// <summary>The run whose records are checked where nobody produces; 0 for the first that is met.</summary>
    public int RunId { get; init; }

    public ulong Seed { get; init; } = 1;

    /// <summary>What the report calls the broker.</summary>
    public string BrokerName { get; init; } = "broker";

    /// <summary>What an acknowledgement promises there, in the user's words.</summary>
    public string Durability { get; init; } = "unknown";

    /// <summary>A folder on the disk that the broker writes to; null where that is elsewhere.</summary>
    public string? DataFolder { get; init; }

    /// <summary>The broker's process, where it is on this machine; 0 for none.</summary>
    public int ServerProcessId { get; init; }

    /// <summary>The broker's control group, where it is on this machine.</summary>
    public string? ServerGroup { get; init; }

    /// <summary>Where the histograms of each interval go, in the published log format; null for nowhere.</summary>
    public string? HistogramLog { get; init; }

    /// <summary>Every option as it was given, for the report.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    public long LengthNs => (long)((WarmUpSeconds + DurationSeconds) * 1e9);
}
