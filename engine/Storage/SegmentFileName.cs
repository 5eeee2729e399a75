using System.Globalization;

namespace Millrace.Storage;

/// <summary>The kinds of files in a partition's folder that are named by an offset.</summary>
public enum SegmentFileKind : byte
{
    /// <summary>Batches: <c>.log</c>.</summary>
    Log,

    /// <summary>Offsets to positions: <c>.index</c>.</summary>
    OffsetIndex,

    /// <summary>Timestamps to offsets: <c>.timeindex</c>.</summary>
    TimeIndex,

    /// <summary>Aborted transactions: <c>.txnindex</c>.</summary>
    TransactionIndex,

    /// <summary>State of the producers before the offset: <c>.snapshot</c>.</summary>
    ProducerSnapshot,

    /// <summary>A snapshot of the metadata log: <c>OFFSET-EPOCH.checkpoint</c>.</summary>
    MetadataSnapshot,
}

/// <summary>How far a file's replacement or deletion has come.</summary>
public enum SegmentFileStage : byte
{
    /// <summary>In service.</summary>
    Live,

    /// <summary>Waits to be deleted: <c>.deleted</c>.</summary>
    Deleted,

    /// <summary>Being written by a compaction or a split; rubbish after a crash: <c>.cleaned</c>.</summary>
    Cleaned,

    /// <summary>Complete, and on its way into service; put there after a crash: <c>.swap</c>.</summary>
    Swap,

    /// <summary>A metadata snapshot being received: <c>.part</c>.</summary>
    Part,
}

/// <summary>
/// The name of a file of a segment: an offset in 20 digits, a suffix for its kind and one for its stage.
/// </summary>
/// <param name="Offset">Base offset of the segment; for snapshots, the offset just behind what they hold.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Stage">How far it has come.</param>
/// <param name="Epoch">Epoch in the name of a metadata snapshot, otherwise 0.</param>
public readonly record struct SegmentFileName(
    long Offset,
    SegmentFileKind Kind,
    SegmentFileStage Stage = SegmentFileStage.Live,
    int Epoch = 0)
{
    private const int OffsetDigits = 20;
    private const int EpochDigits = 10;

    /// <summary>Parses a file's name.</summary>
    /// <returns>False where it is not the name of such a file.</returns>
    public static bool TryParse(ReadOnlySpan<char> name, out SegmentFileName file)
    {
        file = default;
        SegmentFileStage stage = TakeStage(ref name);
        int dot = name.IndexOf('.');
        if (dot < OffsetDigits || !TryParseKind(name[dot..], out SegmentFileKind kind))
        {
            return false;
        }

        ReadOnlySpan<char> stem = name[..dot];
        int epoch = 0;
        if (kind == SegmentFileKind.MetadataSnapshot)
        {
            if (stem.Length != OffsetDigits + 1 + EpochDigits
                || stem[OffsetDigits] != '-'
                || !int.TryParse(
                    stem[(OffsetDigits + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out epoch))
            {
                return false;
            }

            stem = stem[..OffsetDigits];
        }

        if (stem.Length != OffsetDigits
            || !long.TryParse(stem, NumberStyles.None, CultureInfo.InvariantCulture, out long offset))
        {
            return false;
        }

        file = new SegmentFileName(offset, kind, stage, epoch);
        return true;
    }

    private static SegmentFileStage TakeStage(ref ReadOnlySpan<char> name)
    {
        foreach (SegmentFileStage stage in (ReadOnlySpan<SegmentFileStage>)
            [SegmentFileStage.Deleted, SegmentFileStage.Cleaned, SegmentFileStage.Swap, SegmentFileStage.Part])
        {
            if (name.EndsWith(SuffixOf(stage), StringComparison.Ordinal))
            {
                name = name[..^SuffixOf(stage).Length];
                return stage;
            }
        }

        return SegmentFileStage.Live;
    }

    private static bool TryParseKind(ReadOnlySpan<char> suffix, out SegmentFileKind kind)
    {
        for (kind = SegmentFileKind.Log; kind <= SegmentFileKind.MetadataSnapshot; kind++)
        {
            if (suffix.SequenceEqual(SuffixOf(kind)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The suffix of a kind, with its dot.</summary>
    public static string SuffixOf(SegmentFileKind kind) => kind switch
    {
        SegmentFileKind.Log => ".log",
        SegmentFileKind.OffsetIndex => ".index",
        SegmentFileKind.TimeIndex => ".timeindex",
        SegmentFileKind.TransactionIndex => ".txnindex",
        SegmentFileKind.ProducerSnapshot => ".snapshot",
        _ => ".checkpoint",
    };

    private static string SuffixOf(SegmentFileStage stage) => stage switch
    {
        SegmentFileStage.Deleted => ".deleted",
        SegmentFileStage.Cleaned => ".cleaned",
        SegmentFileStage.Swap => ".swap",
        SegmentFileStage.Part => ".part",
        _ => "",
    };

    public override string ToString() => Kind == SegmentFileKind.MetadataSnapshot
        ? string.Create(CultureInfo.InvariantCulture, $"{Offset:D20}-{Epoch:D10}{SuffixOf(Kind)}{SuffixOf(Stage)}")
        : string.Create(CultureInfo.InvariantCulture, $"{Offset:D20}{SuffixOf(Kind)}{SuffixOf(Stage)}");
}
