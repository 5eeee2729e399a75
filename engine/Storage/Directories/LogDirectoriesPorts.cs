using Millrace.Base;

namespace Millrace.Storage;

/// <summary>What <see cref="LogDirectories"/> needs of the world: real in a broker, simulated in tests.</summary>
public sealed record LogDirectoriesPorts
{
    public required IClock Clock { get; init; }

    /// <summary>Ids, names and jitter; used by the calling thread alone.</summary>
    public required Random Random { get; init; }

    /// <summary>Shared by all directories: it bounds the descriptors of the process.</summary>
    public required FileCache Files { get; init; }

    /// <summary>Memory for batches that are rewritten.</summary>
    public required BufferPool Buffers { get; init; }

    /// <summary>Hears of the logs' offsets.</summary>
    public required ILogListener LogListener { get; init; }

    /// <summary>Hears of loads and failures.</summary>
    public required ILogDirectoriesListener Listener { get; init; }

    /// <summary>Makes the worker of a directory; disposed with it where it can be.</summary>
    public required Func<string, ILogWorker> NewWorker { get; init; }

    /// <summary>
    /// Starts no thread, neither for loading nor for group commits, so that a simulation repeats exactly.
    /// </summary>
    public bool IsSimulated { get; init; }
}
