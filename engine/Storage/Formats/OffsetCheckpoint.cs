using System.Globalization;
using System.Text;

namespace Millrace.Storage;

/// <summary>
/// Owns the format of the four files of a log directory that hold an offset for each partition, version 0: a line with
/// the version, a line with the count, then topic, partition and offset a line.
/// </summary>
/// <remarks>
/// The text has no checksum, so a digit can change unseen. An offset from here is therefore a hint that its reader
/// holds against the log: a recovery point or high watermark is cut to the log's end, a partition that is not named
/// starts at 0. The one offset that cannot be derived is a log start inside a segment, after DeleteRecords.
/// </remarks>
public sealed class OffsetCheckpoint
{
    /// <summary>Up to where each log has been flushed.</summary>
    public const string RecoveryPointFile = "recovery-point-offset-checkpoint";

    /// <summary>Where each log starts, for logs that start inside of their first segment.</summary>
    public const string LogStartFile = "log-start-offset-checkpoint";

    /// <summary>The high watermark of each log.</summary>
    public const string HighWatermarkFile = "replication-offset-checkpoint";

    /// <summary>Up to where each log has been compacted.</summary>
    public const string CleanerFile = "cleaner-offset-checkpoint";

    public OffsetCheckpoint()
        : this([])
    {
    }

    public OffsetCheckpoint(Dictionary<TopicPartition, long> offsets) => Offsets = offsets;

    /// <summary>The offset of each partition that is named.</summary>
    public Dictionary<TopicPartition, long> Offsets { get; }

    /// <summary>Reads a file of this format.</summary>
    public static SmallFileRead<OffsetCheckpoint> Read(IFileSystem fileSystem, string path) =>
        SmallFile.Read<OffsetCheckpoint>(fileSystem, path, Parse);

    /// <summary>Parses a file's bytes.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public static string? Parse(ReadOnlySpan<byte> bytes, out OffsetCheckpoint? checkpoint)
    {
        checkpoint = null;
        TextLines lines = new(bytes);
        string? damage = lines.TakeHeader(out int count);
        if (damage is not null)
        {
            return damage;
        }

        Dictionary<TopicPartition, long> offsets = [];
        for (int entry = 0; entry < count; entry++)
        {
            if (!lines.TryTake(out ReadOnlySpan<byte> line)
                || !TryParseEntry(line, out TopicPartition key, out long offset))
            {
                return $"entry {entry} of {count} is not a topic, a partition and an offset";
            }

            if (!offsets.TryAdd(key, offset))
            {
                return $"{key} is named twice";
            }
        }

        if (!lines.AtEnd)
        {
            return $"there is more behind the {count} entries";
        }

        checkpoint = new OffsetCheckpoint(offsets);
        return null;
    }

    private static bool TryParseEntry(ReadOnlySpan<byte> line, out TopicPartition key, out long offset)
    {
        key = default;
        if (!TextLines.TryTakeLastNumber(ref line, out offset)
            || !TextLines.TryTakeLastNumber(ref line, out long partition)
            || partition > int.MaxValue
            || !TextLines.TryParseName(line, out string topic))
        {
            return false;
        }

        key = new TopicPartition(topic, (int)partition);
        return true;
    }

    /// <summary>The file's bytes. Kafka leaves the order of the lines open; here they are sorted.</summary>
    public byte[] Format()
    {
        TopicPartition[] keys = [.. Offsets.Keys];
        Array.Sort(keys);
        StringBuilder text = new("0\n");
        text.Append(CultureInfo.InvariantCulture, $"{keys.Length}\n");
        foreach (TopicPartition key in keys)
        {
            text.Append(CultureInfo.InvariantCulture, $"{key.Topic} {key.Partition} {Offsets[key]}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
