using System.CommandLine;

namespace Millrace.Loadgen;

/// <summary>
/// The options of those who produce. What is not given keeps the default of <see cref="ProduceSpec"/>.
/// </summary>
internal sealed class ProduceOptions
{
    private readonly Option<int?> producers = new("--producers")
    {
        Description = "Producer clients, each with its own connections.",
    };

    private readonly Option<string?> rate = new("--rate", "-r")
    {
        Description = "Records a second over all producers: 50k, max, ramp:1k-50k, burst:BASE:PEAK:ON:PERIOD.",
    };

    private readonly Option<long?> records = new("--records")
    {
        Description = "End after so many records.",
    };

    private readonly Option<string?> arrival = new("--arrival")
    {
        Description = "even, or poisson for times between records as many independent users make them.",
    };

    private readonly Option<string?> recordSize = new("--record-size", "-s")
    {
        Description = "Bytes of a value: 1024, 100-2000, 100:3,10K:1 by weight, lognormal:600:0.8.",
    };

    private readonly Option<string?> keys = new("--keys")
    {
        Description = "none, sequential:N, uniform:N, zipf:N or zipf:N:0.99. Keys choose partitions as Kafka's do.",
    };

    private readonly Option<double?> random = new("--random")
    {
        Description = "Share of random bytes in values: 0 compresses best, 1 not at all.",
    };

    private readonly Option<string?> compression = new("--compression")
    {
        Description = "none, gzip, snappy, lz4 or zstd, with a level as in zstd:3.",
    };

    private readonly Option<string?> batchSize = new("--batch-size")
    {
        Description = "batch.size: most bytes of a batch.",
    };

    private readonly Option<int?> batchRecords = new("--batch-records")
    {
        Description = "Most records of a batch.",
    };

    private readonly Option<int?> requestBatches = new("--request-batches")
    {
        Description = "Most batches of a request; 0 for as many as max.request.size takes.",
    };

    private readonly Option<string?> linger = new("--linger")
    {
        Description = "linger.ms: how long a batch waits for more records, as in 5ms.",
    };

    private readonly Option<string?> acks = new("--acks")
    {
        Description = "all, 1 or 0.",
    };

    private readonly Option<bool?> idempotence = new("--idempotence")
    {
        Description = "Number the batches, so that a retry is no duplicate; on with acks=all.",
    };

    private readonly Option<int?> inFlight = new("--in-flight")
    {
        Description = "max.in.flight.requests.per.connection; at most 5 with idempotence.",
    };

    private readonly Option<string?> bufferMemory = new("--buffer-memory")
    {
        Description = "buffer.memory of each producer.",
    };

    private readonly Option<string?> deliveryTimeout = new("--delivery-timeout")
    {
        Description = "delivery.timeout.ms: a batch is given up after it, as in 120s.",
    };

    private readonly Option<bool> plain = new("--no-stamps")
    {
        Description = "Leave numbers and times out of the records: batches are compressed once and sent again.",
    };

    public void AddTo(Command command)
    {
        Option[] all =
        [
            producers, rate, records, arrival, recordSize, keys, random, compression, batchSize, batchRecords,
            requestBatches,
            linger, acks, idempotence, inFlight, bufferMemory, deliveryTimeout, plain,
        ];
        foreach (Option option in all)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads what was given over what is there.</summary>
    /// <exception cref="FormatException">One of the options cannot be read; the message names it.</exception>
    public ProduceSpec Read(ParseResult parsed, ProduceSpec start)
    {
        const string sizeForms = "takes bytes, as in 16384 or 256K";
        short sentAcks = Take(parsed, acks, OptionText.Acks, start.Acks, "takes all, 1 or 0");
        bool isIdempotent = parsed.GetValue(idempotence) ?? (start.IsIdempotent && sentAcks == -1);
        int window = parsed.GetValue(inFlight) ?? start.InFlight;
        ProduceSpec spec = start with
        {
            Producers = RunOptions.AtLeastOne("--producers", parsed.GetValue(producers) ?? start.Producers),
            Rate = TakeClass(parsed, rate, RateProfile.TryParse, start.Rate,
                "takes records a second: 50000, 50k, max, ramp:1k-50k or burst:1k:50k:2:10"),
            Records = parsed.GetValue(records) ?? start.Records,
            IsPoisson = parsed.GetValue(arrival) switch
            {
                null => start.IsPoisson,
                "even" => false,
                "poisson" => true,
                _ => throw RunOptions.Wrong("--arrival", "takes even or poisson"),
            },
            Sizes = TakeClass(parsed, recordSize, RecordSizes.TryParse, start.Sizes,
                "takes 1024, 100-2000, 100:3,10K:1 or lognormal:600:0.8"),
            Keys = TakeClass(parsed, keys, KeyChoice.TryParse, start.Keys,
                "takes none, sequential:N, uniform:N, zipf:N or zipf:N:0.99"),
            RandomShare = parsed.GetValue(random) is { } share
                ? share is >= 0 and <= 1 ? share : throw RunOptions.Wrong("--random", "is from 0 to 1")
                : start.RandomShare,
            Codec = Take(parsed, compression, OptionText.Compression, start.Codec,
                "takes none, gzip, snappy, lz4 or zstd, with a level as in zstd:3"),
            BatchBytes = Take(parsed, batchSize, Size, start.BatchBytes, sizeForms),
            BatchRecords = parsed.GetValue(batchRecords) ?? start.BatchRecords,
            RequestBatches = parsed.GetValue(requestBatches) ?? start.RequestBatches,
            LingerMs = Take(parsed, linger, Milliseconds, start.LingerMs, "takes a time, as in 5ms"),
            Acks = sentAcks,
            IsIdempotent = isIdempotent,
            InFlight = RunOptions.AtLeastOne("--in-flight", window),
            BufferMemory = Take(parsed, bufferMemory, Size, (int)start.BufferMemory, sizeForms),
            DeliveryTimeoutMs = (int)Take(
                parsed, deliveryTimeout, Milliseconds, start.DeliveryTimeoutMs, "takes a time, as in 120s"),
            IsStamped = start.IsStamped && !parsed.GetValue(plain),
        };
        return Check(spec);
    }

    private static ProduceSpec Check(ProduceSpec spec)
    {
        if (spec.IsIdempotent && (spec.Acks != -1 || spec.InFlight > 5))
        {
            throw new FormatException(
                "idempotence needs --acks all and --in-flight 5 at most; without: --idempotence false");
        }

        return spec with { RequestBytesMax = Math.Max(spec.RequestBytesMax, spec.BatchBytes) };
    }

    private static int? Size(string text) => RecordSizes.TryReadSize(text, out int bytes) && bytes > 0 ? bytes : null;

    /// <summary>A bare number is in milliseconds, as in Kafka's config.</summary>
    private static double? Milliseconds(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[^1]) ? OptionText.Seconds(text) * 1000 : OptionText.Seconds(text);

    private static T Take<T>(ParseResult parsed, Option<string?> option, Func<string, T?> read, T start, string forms)
        where T : struct =>
        parsed.GetValue(option) is { } text ? read(text) ?? throw RunOptions.Wrong(option.Name, forms) : start;

    private static T TakeClass<T>(
        ParseResult parsed, Option<string?> option, Func<string, T?> read, T start, string forms)
        where T : class =>
        parsed.GetValue(option) is { } text ? read(text) ?? throw RunOptions.Wrong(option.Name, forms) : start;
}
