using System.Globalization;

namespace Millrace.Storage;

/// <summary>What the name of a partition's folder says about its fate.</summary>
public enum PartitionFolderKind : byte
{
    /// <summary>A partition in service: <c>topic-0</c>.</summary>
    Live,

    /// <summary>
    /// Deleted, its files wait for <c>file.delete.delay.ms</c>: <c>topic-0.ID-delete</c>. Survives even a clean stop.
    /// </summary>
    Delete,

    /// <summary>A copy on its way from another log directory: <c>topic-0.ID-future</c>.</summary>
    Future,

    /// <summary>No broker knew it at a start: <c>topic-0.ID-stray</c>. Kept for the operator.</summary>
    Stray,
}

/// <summary>
/// The name of a partition's folder in a log directory: topic, partition, and, where it is not in service, an id of 32
/// hex digits and a suffix. In those of deleted and stray ones a long topic is cut, so that the name stays within 255
/// characters.
/// </summary>
/// <param name="TopicPartition">The partition; for a deleted or stray one the topic may have been cut.</param>
/// <param name="Kind">What the suffix says.</param>
/// <param name="UniqueId">The id before the suffix; empty for one in service.</param>
public readonly record struct PartitionFolderName(
    TopicPartition TopicPartition, PartitionFolderKind Kind, string UniqueId)
{
    private const int NameLengthMax = StorageLimits.FileNameBytesMax;

    /// <summary>The folder of a partition in service.</summary>
    public static PartitionFolderName Live(TopicPartition partition) => new(partition, PartitionFolderKind.Live, "");

    /// <summary>A name that no other folder has.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="kind">Any but <see cref="PartitionFolderKind.Live"/>.</param>
    /// <param name="random">Makes the id.</param>
    public static PartitionFolderName Unique(TopicPartition partition, PartitionFolderKind kind, Random random)
    {
        Span<byte> id = stackalloc byte[16];
        random.NextBytes(id);
        return new PartitionFolderName(partition, kind, Convert.ToHexStringLower(id));
    }

    /// <summary>Parses a folder's name.</summary>
    /// <returns>False where it is not the name of a partition's folder.</returns>
    public static bool TryParse(string name, out PartitionFolderName folder)
    {
        folder = default;
        PartitionFolderKind kind = PartitionFolderKind.Live;
        string stem = name;
        string uniqueId = "";
        foreach (PartitionFolderKind candidate in (ReadOnlySpan<PartitionFolderKind>)
            [PartitionFolderKind.Delete, PartitionFolderKind.Future, PartitionFolderKind.Stray])
        {
            if (!name.EndsWith(SuffixOf(candidate), StringComparison.Ordinal))
            {
                continue;
            }

            // Topics may hold dots and dashes, the id may not: the last dot parts them.
            string withoutSuffix = name[..^SuffixOf(candidate).Length];
            int dot = withoutSuffix.LastIndexOf('.');
            if (dot < 0 || dot == withoutSuffix.Length - 1)
            {
                return false;
            }

            kind = candidate;
            stem = withoutSuffix[..dot];
            uniqueId = withoutSuffix[(dot + 1)..];
        }

        int dash = stem.LastIndexOf('-');
        if (dash <= 0
            || stem.AsSpan().ContainsAny(" \t\r\n")
            || uniqueId.AsSpan().ContainsAny(" \t\r\n")
            || !TryParsePartition(stem.AsSpan(dash + 1), out int partition))
        {
            return false;
        }

        folder = new PartitionFolderName(new TopicPartition(stem[..dash], partition), kind, uniqueId);
        return true;
    }

    private static bool TryParsePartition(ReadOnlySpan<char> text, out int partition) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out partition)
        && (text[0] != '0' || text.Length == 1);

    private static string SuffixOf(PartitionFolderKind kind) => kind switch
    {
        PartitionFolderKind.Delete => "-delete",
        PartitionFolderKind.Future => "-future",
        PartitionFolderKind.Stray => "-stray",
        _ => "",
    };

    /// <summary>The folder's name. Kafka cuts the topic in names with <c>-delete</c> and <c>-stray</c> only.</summary>
    public override string ToString()
    {
        (string topic, int partition) = TopicPartition;
        string tail = string.Create(CultureInfo.InvariantCulture, $"-{partition}");
        if (Kind != PartitionFolderKind.Live)
        {
            tail = $"{tail}.{UniqueId}{SuffixOf(Kind)}";
        }

        bool isCut = Kind is PartitionFolderKind.Delete or PartitionFolderKind.Stray;
        return isCut && topic.Length + tail.Length > NameLengthMax
            ? topic[..(NameLengthMax - tail.Length)] + tail
            : topic + tail;
    }
}
