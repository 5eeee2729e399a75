using System.Globalization;
using Millrace.Base;

namespace Millrace.Storage;

/// <summary>
/// Owns the format of <c>meta.properties</c>, which says to which cluster and node a log directory belongs. Version 1
/// names the cluster and the node; version 0, from the days of ZooKeeper, may lack both. The directory's own id is
/// newer than version 1 and may be absent in either.
/// </summary>
public sealed record MetaProperties
{
    public const string FileName = "meta.properties";

    /// <summary>0 or 1.</summary>
    public required int Version { get; init; }

    public string? ClusterId { get; init; }

    public int? NodeId { get; init; }

    /// <summary>None of the ids that Kafka keeps for "lost", "unassigned" and "migrating".</summary>
    public Uuid? DirectoryId { get; init; }

    /// <summary>Reads a file of this format.</summary>
    public static SmallFileRead<MetaProperties> Read(IFileSystem fileSystem, string path) =>
        SmallFile.Read<MetaProperties>(fileSystem, path, Parse);

    /// <summary>Parses a file's bytes.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public static string? Parse(ReadOnlySpan<byte> bytes, out MetaProperties? properties)
    {
        properties = null;
        Dictionary<string, string> pairs = [];
        string? damage = JavaProperties.Parse(bytes, pairs);
        if (damage is not null)
        {
            return damage;
        }

        if (!TryTakeNumber(pairs, "version", out int? version) || version is not (0 or 1))
        {
            return "it has no version 0 or 1";
        }

        if (version == 0 && pairs.ContainsKey("node.id"))
        {
            return "version 0 has no node.id";
        }

        string nodeKey = version == 0 ? "broker.id" : "node.id";
        if (!TryTakeNumber(pairs, nodeKey, out int? nodeId))
        {
            return $"{nodeKey} is no number of 0 or more";
        }

        Uuid? directoryId = null;
        if (pairs.TryGetValue("directory.id", out string? text))
        {
            if (!Uuid.TryParse(text, out Uuid id) || id.IsReserved)
            {
                return "directory.id is not the id of a directory";
            }

            directoryId = id;
        }

        pairs.TryGetValue("cluster.id", out string? clusterId);
        if (version == 1 && (clusterId is null || nodeId is null))
        {
            return clusterId is null ? "cluster.id was not found" : "node.id was not found";
        }

        properties = new MetaProperties
        {
            Version = version.Value,
            ClusterId = clusterId,
            NodeId = nodeId,
            DirectoryId = directoryId,
        };
        return null;
    }

    /// <summary>Reads a number that may be absent.</summary>
    /// <returns>False where it is there and is no number of 0 or more.</returns>
    private static bool TryTakeNumber(Dictionary<string, string> pairs, string key, out int? number)
    {
        number = null;
        if (!pairs.TryGetValue(key, out string? text))
        {
            return true;
        }

        bool parsed = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value);
        number = parsed ? value : null;
        return parsed;
    }

    /// <summary>The file's bytes. Kafka leaves the order of the keys open; here they are sorted.</summary>
    /// <param name="now">Stands in the comment that Java writes on top.</param>
    public byte[] Format(DateTimeOffset now)
    {
        List<KeyValuePair<string, string>> pairs = [];
        Add(pairs, Version == 0 ? "broker.id" : null, NodeId?.ToString(CultureInfo.InvariantCulture));
        Add(pairs, "cluster.id", ClusterId);
        Add(pairs, "directory.id", DirectoryId?.ToString());
        Add(pairs, Version == 0 ? null : "node.id", NodeId?.ToString(CultureInfo.InvariantCulture));
        Add(pairs, "version", Version.ToString(CultureInfo.InvariantCulture));
        return JavaProperties.Format(pairs.ToArray(), now);
    }

    private static void Add(List<KeyValuePair<string, string>> pairs, string? key, string? value)
    {
        if (key is not null && value is not null)
        {
            pairs.Add(new KeyValuePair<string, string>(key, value));
        }
    }
}
