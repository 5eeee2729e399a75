using System.Globalization;
using System.Text;

namespace Millrace.Storage;

/// <summary>A leader epoch and the offset of the first record written under it.</summary>
public readonly record struct EpochStart(int Epoch, long StartOffset);

/// <summary>
/// Owns the format of a partition's <c>leader-epoch-checkpoint</c>, version 0: a line with the version, a line with the
/// count, then epoch and start offset a line, both rising.
/// </summary>
/// <remarks>
/// There is no checksum. Each batch names its epoch, so the entries can be held against the log and be made from it;
/// only the epoch of a leader that has not written yet is nowhere else, and the log is told that one again by its next
/// leader.
/// </remarks>
public sealed class LeaderEpochCheckpoint
{
    public const string FileName = "leader-epoch-checkpoint";

    /// <param name="entries">Epochs rising, start offsets not falling.</param>
    public LeaderEpochCheckpoint(EpochStart[] entries) => Entries = entries;

    /// <summary>In rising order.</summary>
    public EpochStart[] Entries { get; }

    /// <summary>Reads a file of this format.</summary>
    public static SmallFileRead<LeaderEpochCheckpoint> Read(IFileSystem fileSystem, string path) =>
        SmallFile.Read<LeaderEpochCheckpoint>(fileSystem, path, Parse);

    /// <summary>Parses a file's bytes.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public static string? Parse(ReadOnlySpan<byte> bytes, out LeaderEpochCheckpoint? checkpoint)
    {
        checkpoint = null;
        TextLines lines = new(bytes);
        string? damage = lines.TakeHeader(out int count);
        if (damage is not null)
        {
            return damage;
        }

        List<EpochStart> entries = [];
        for (int entry = 0; entry < count; entry++)
        {
            if (!lines.TryTake(out ReadOnlySpan<byte> line)
                || !TextLines.TryTakeLastNumber(ref line, out long startOffset)
                || !TextLines.TryParseNumber(line, out long epoch)
                || epoch > int.MaxValue)
            {
                return $"entry {entry} of {count} is not an epoch and an offset";
            }

            if (entry > 0 && (epoch <= entries[^1].Epoch || startOffset < entries[^1].StartOffset))
            {
                return $"entry {entry} of {count} goes back behind the one before it";
            }

            entries.Add(new EpochStart((int)epoch, startOffset));
        }

        if (!lines.AtEnd)
        {
            return $"there is more behind the {count} entries";
        }

        checkpoint = new LeaderEpochCheckpoint([.. entries]);
        return null;
    }

    /// <summary>The file's bytes.</summary>
    public byte[] Format()
    {
        StringBuilder text = new("0\n");
        text.Append(CultureInfo.InvariantCulture, $"{Entries.Length}\n");
        foreach (EpochStart entry in Entries)
        {
            text.Append(CultureInfo.InvariantCulture, $"{entry.Epoch} {entry.StartOffset}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
