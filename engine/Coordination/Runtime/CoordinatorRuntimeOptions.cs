using Millrace.Protocol.Compression;

namespace Millrace.Coordination.Runtime;

/// <summary>Settings of a coordinator's runtime. Immutable.</summary>
public sealed record CoordinatorRuntimeOptions
{
    /// <summary>
    /// How long records are gathered into one batch, in ms: 0 not at all, -1 as long as the loop has more to do, which
    /// is Kafka's default (<c>group.coordinator.append.linger.ms</c>).
    /// </summary>
    public int AppendLingerMs { get; init; } = -1;

    /// <summary>How batches are compressed (<c>offsets.topic.compression.codec</c>).</summary>
    public Codec Codec { get; init; }

    /// <summary>
    /// How long an answer waits for its records to be committed, in ms (<c>offsets.commit.timeout.ms</c>).
    /// </summary>
    public int WriteTimeoutMs { get; init; } = 5000;

    /// <summary>
    /// About how much of a log is read and applied in one piece, in bytes (<c>offsets.load.buffer.size</c>).
    /// </summary>
    public int LoadBytesMax { get; init; } = 5 * 1024 * 1024;
}
