using Millrace.Broker;

namespace Millrace.Server;

/// <summary>A node's configs as a command found them. Immutable.</summary>
/// <param name="Config">Typed and validated.</param>
/// <param name="Properties">The texts that they came from.</param>
/// <param name="File">The properties file, or null.</param>
internal sealed record NodeConfig(ServerConfig Config, ServerProperties Properties, string? File)
{
    /// <summary>One line for each config that is unknown, obsolete or said twice.</summary>
    public IReadOnlyList<string> Warnings => Properties.Warnings;

    /// <summary><c>log.dirs</c>, absolute.</summary>
    public IReadOnlyList<string> LogDirectories { get; } = [.. Config.LogDirs.Select(Path.GetFullPath)];

    /// <summary>Where the metadata log is: one of <see cref="LogDirectories"/>, or one more.</summary>
    public string MetadataDirectory { get; } = Path.GetFullPath(Config.MetadataLogDir);

    /// <summary>All of them, each once.</summary>
    public IEnumerable<string> AllDirectories => LogDirectories.Append(MetadataDirectory).Distinct();
}
