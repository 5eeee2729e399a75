using System.Text.Json.Serialization;

namespace Millrace.Loadgen.Floors;

/// <summary>What the machine itself took for a kind of work.</summary>
internal sealed record FloorResult
{
    public required string Name { get; init; }

    public required FloorLoad Load { get; init; }

    public required double Seconds { get; init; }

    public required long Requests { get; init; }

    /// <summary>Bytes of the larger side: of requests where data comes in, of answers where it goes out.</summary>
    public required long Bytes { get; init; }

    /// <summary>Processor time of the side that stands for the broker.</summary>
    public required double CpuSeconds { get; init; }

    /// <summary>Requests in a group that was synced at once; 0 where nothing was.</summary>
    public int SyncedTogether { get; init; }

    public double CpuSecondsPerGb => Bytes == 0 ? 0 : CpuSeconds / (Bytes / 1e9);

    public double RequestsPerCoreSecond => CpuSeconds == 0 ? 0 : Requests / CpuSeconds;

    public double BytesPerSecond => Bytes / Seconds;

    public double RequestsPerSecond => Requests / Seconds;
}

/// <summary>The code that writes floors as JSON, generated at compile time.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FloorResult))]
internal sealed partial class FloorJson : JsonSerializerContext;
