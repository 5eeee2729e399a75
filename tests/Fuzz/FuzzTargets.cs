using System.Diagnostics.CodeAnalysis;

namespace Millrace.Fuzz;

/// <summary>
/// One decoder under attack: takes any bytes, and throws where a property of the decoder does not hold.
/// </summary>
public delegate void FuzzTarget(ReadOnlySpan<byte> input);

/// <summary>The fuzz entry point of each decoder, by name.</summary>
public static class FuzzTargets
{
    private static readonly Dictionary<string, FuzzTarget> Targets = new()
    {
        ["message"] = MessageTarget.Run,
        ["frame"] = FrameTarget.Run,
        ["batch-headers"] = RecordTargets.BatchHeaders,
        ["records"] = RecordTargets.Records,
        ["appends"] = RecordTargets.Appends,
        ["gzip"] = RecordTargets.Gzip,
        ["snappy"] = RecordTargets.Snappy,
        ["lz4"] = RecordTargets.Lz4,
        ["lz4-magic-0"] = RecordTargets.Lz4OfMagic0,
        ["zstd"] = RecordTargets.Zstd,
        ["small-files"] = StorageTargets.SmallFiles,
        ["transaction-index"] = StorageTargets.TransactionIndex,
        ["offset-index"] = StorageTargets.OffsetIndex,
        ["time-index"] = StorageTargets.TimeIndex,
    };

    public static IEnumerable<string> Names => Targets.Keys;

    public static bool TryFind(string name, [NotNullWhen(true)] out FuzzTarget? target) =>
        Targets.TryGetValue(name, out target);
}
