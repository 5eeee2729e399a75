using Millrace.Protocol.Compression;

namespace Millrace.Loadgen;

/// <summary>What producers send, and how: the knobs of Kafka's own producer under their usual meaning. Immutable.
/// </summary>
internal sealed record ProduceSpec
{
    public const int BatchBytesDefault = 16 * 1024;

    /// <summary>Producer clients; each has its own connections, and its own identity where it is idempotent.</summary>
    public int Producers { get; init; } = 1;

    public RecordSizes Sizes { get; init; } = RecordSizes.Constant(1024);

    public KeyChoice Keys { get; init; } = KeyChoice.None;

    /// <summary>Records a second, over all producers.</summary>
    public RateProfile Rate { get; init; } = RateProfile.Constant(1000);

    /// <summary>Records of the whole run, over all producers; 0 for as many as the rate has in its time.</summary>
    public long Records { get; init; }

    /// <summary>Times between records as a Poisson process draws them, not even ones.</summary>
    public bool IsPoisson { get; init; }

    public Codec Codec { get; init; }

    /// <summary>Share of random bytes in values: 0 compresses best, 1 not at all.</summary>
    public double RandomShare { get; init; } = 0.5;

    /// <summary><c>batch.size</c>, in bytes.</summary>
    public int BatchBytes { get; init; } = BatchBytesDefault;

    /// <summary>Most records of one batch; 0 for no such bound.</summary>
    public int BatchRecords { get; init; }

    /// <summary>Most batches of one request; 0 for as many as fit into <see cref="RequestBytesMax"/>.</summary>
    public int RequestBatches { get; init; }

    /// <summary><c>max.request.size</c>.</summary>
    public int RequestBytesMax { get; init; } = 1024 * 1024;

    /// <summary><c>linger.ms</c>.</summary>
    public double LingerMs { get; init; } = 5;

    /// <summary>-1, 0 or 1.</summary>
    public short Acks { get; init; } = -1;

    public bool IsIdempotent { get; init; } = true;

    /// <summary><c>max.in.flight.requests.per.connection</c>.</summary>
    public int InFlight { get; init; } = 5;

    /// <summary><c>buffer.memory</c> of one producer.</summary>
    public long BufferMemory { get; init; } = 64 * 1024 * 1024;

    /// <summary><c>delivery.timeout.ms</c>.</summary>
    public int DeliveryTimeoutMs { get; init; } = 120_000;

    /// <summary>
    /// Whether every record carries its own number and time. Off where nobody reads them: then a batch that is sent
    /// again keeps its bytes, compressed ones too.
    /// </summary>
    public bool IsStamped { get; init; } = true;

    /// <summary>The largest value that the sizes can give.</summary>
    public int ValueBytesMax => Sizes.Max;
}
