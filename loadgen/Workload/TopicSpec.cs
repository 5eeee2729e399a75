namespace Millrace.Loadgen;

/// <summary>The topics of a run. Immutable.</summary>
internal sealed record TopicSpec
{
    /// <summary>The topic's name; with several, what stands before their numbers.</summary>
    public string Name { get; init; } = "loadgen";

    public int Count { get; init; } = 1;

    /// <summary>Partitions of each, where they are made.</summary>
    public int Partitions { get; init; } = 1;

    /// <summary>Replicas of each, where they are made; -1 for the broker's default.</summary>
    public short Replication { get; init; } = -1;

    /// <summary>Configs of each, where they are made: <c>name=value</c>.</summary>
    public IReadOnlyList<string> Configs { get; init; } = [];

    /// <summary>Delete them before the run, so that it finds them empty.</summary>
    public bool IsRemade { get; init; }

    /// <summary>The names where they are not made of <see cref="Name"/>.</summary>
    public IReadOnlyList<string>? Given { get; init; }

    public IReadOnlyList<string> Names =>
        Given is not null ? Given : Count == 1 ? [Name] : [.. Enumerable.Range(
            0, Count).Select(index => $"{Name}-{index:D5}")];
}
