using System.Security.Cryptography;

namespace Millrace.Server.Tests.TakeOver;

/// <summary>A one-node data directory that Apache Kafka wrote, unpacked for a test, on ports that are free.</summary>
internal sealed class KafkaDataSet
{
    /// <param name="name">Of the set.</param>
    /// <param name="folder">An empty folder.</param>
    /// <param name="node">In a set of several nodes, the folder of one.</param>
    public KafkaDataSet(string name, string folder, string node = "")
    {
        Name = name;
        Folder = Path.Combine(folder, node);
        string archive = Path.Combine(SharedMaterial.KafkaData, name + ".tar.gz");
        ProgramRun.Of("tar", "-xSzf", archive, "-C", folder).MustEndWell();
        int[] ports = FreePorts.Take(2);
        Bootstrap = $"127.0.0.1:{ports[0]}";
        string text = File.ReadAllText(Config)
            .Replace("CONTROLLER_PORT_2", $"{ports[1]}", StringComparison.Ordinal)
            .Replace("CONTROLLER_PORT_3", $"{ports[1]}", StringComparison.Ordinal)
            .Replace("PORT_2", $"{ports[0]}", StringComparison.Ordinal)
            .Replace("DATA_DIR", Data, StringComparison.Ordinal)
            .Replace("CONTROLLER_PORT_1", $"{ports[1]}", StringComparison.Ordinal)
            .Replace("PORT_1", $"{ports[0]}", StringComparison.Ordinal);
        File.WriteAllText(Config, text);
    }

    public string Name { get; }

    public string Folder { get; }

    public string Data => Path.Combine(Folder, "data");

    /// <summary>Kafka's properties file, for both brokers.</summary>
    public string Config => Path.Combine(Folder, "server.properties");

    /// <summary>Where clients of either broker connect.</summary>
    public string Bootstrap { get; }

    /// <summary>What Kafka answers from the set.</summary>
    public string Expectations => Path.Combine(SharedMaterial.KafkaData, Name + ".json");

    /// <summary>One line for each entry of the directory: its name, its size, its bytes' hash.</summary>
    public IReadOnlyList<string> Checksums() =>
    [
        .. Directory.EnumerateFileSystemEntries(Data, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(path => File.Exists(path)
                ? $"{path} {new FileInfo(path).Length} {HashOf(path)}"
                : $"{path}/"),
    ];

    private static string HashOf(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(file));
    }
}
