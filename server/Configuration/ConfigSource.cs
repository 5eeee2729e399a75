using System.CommandLine;
using System.CommandLine.Parsing;
using Millrace.Broker;

namespace Millrace.Server;

/// <summary>
/// Where a command finds the node's configs: the options that say so, and the reading of them. One object for each
/// command.
/// </summary>
internal sealed class ConfigSource
{
    private readonly Option<string?> file = new("--config", "-c")
    {
        Description = "Kafka's server.properties, unchanged. Without it: broker and controller in one, listening on "
            + "port 9092, with the data in ./millrace-data.",
        HelpName = "server.properties",
    };

    private readonly Option<string[]> assignments = new("--set")
    {
        Description = "Sets one config, over the file. May be given again.",
        HelpName = "name=value",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> environment = new("--environment")
    {
        Description = "Takes configs from the environment as Kafka's container images do, over the file: "
            + "KAFKA_LOG_DIRS is log.dirs.",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(file);
        command.Add(assignments);
        command.Add(environment);
    }

    /// <summary>Reads and checks the configs.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="errors">Told what is wrong, one line each.</param>
    /// <param name="node">The configs; null where something is wrong.</param>
    public ExitCode Read(ParseResult parsed, TextWriter errors, out NodeConfig? node)
    {
        node = null;
        string? path = parsed.GetValue(file);
        byte[]? bytes = null;
        if (path is not null && !TryReadFile(path, errors, out bytes))
        {
            return ExitCode.BadConfig;
        }

        string? problem = ServerProperties.Read(
            bytes,
            path ?? "",
            parsed.GetValue(environment) ? EnvironmentConfigs.Read(Variables()) : null,
            parsed.GetValue(assignments) ?? [],
            out ServerProperties? properties);
        if (properties is null)
        {
            errors.WriteLine(problem);
            return ExitCode.BadConfig;
        }

        IReadOnlyList<string> found =
            ServerConfig.Read(properties.Values, properties.IsSelfContained, out ServerConfig? config);
        foreach (string error in found)
        {
            errors.WriteLine(error);
        }

        if (config is null)
        {
            errors.WriteLine(path is null
                ? "Correct the configs given with --set, and start again."
                : $"Correct {path}, or put --set name=value over it, and start again.");
            return ExitCode.BadConfig;
        }

        node = new NodeConfig(config, properties, path);
        return ExitCode.Success;
    }

    private static bool TryReadFile(string path, TextWriter errors, out byte[]? bytes)
    {
        bytes = null;
        try
        {
            bytes = File.ReadAllBytes(path);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The framework has no form that answers instead of throwing; this is a start, not a data path.
            errors.WriteLine($"--config {path}: {failure.Message}");
            return false;
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Variables()
    {
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            yield return new((string)variable.Key, (string?)variable.Value ?? "");
        }
    }
}
