using Millrace.Base;

namespace Millrace.Broker;

/// <summary>
/// Changes of log levels that come as configs of a BROKER_LOGGER. They live in memory only, as in Kafka: a restart
/// forgets
/// them. Any thread.
/// </summary>
public static class LoggerAlteration
{
    private const string Names = "FATAL, ERROR, WARN, INFO, DEBUG, TRACE, OFF";

    /// <summary>Makes all changes, or none where one is refused.</summary>
    /// <param name="levels">The levels to change.</param>
    /// <param name="changes">In the order of the request.</param>
    /// <param name="validateOnly">True to change nothing in any case.</param>
    public static ConfigError Apply(LogLevels levels, IReadOnlyList<ConfigChange> changes, bool validateOnly)
    {
        var known = levels.Describe();
        foreach (var change in changes)
        {
            var error = Check(known, change);
            if (error.IsError)
                return error;
        }

        foreach (var change in changes)
        {
            if (validateOnly)
                break;
            if (change.Operation == ConfigOperation.Delete)
                levels.TryReset(change.Name);
            else if (LogLevels.TryParse(change.Value!, out var level))
                levels.TrySet(change.Name, level);
        }

        return default;
    }

    private static ConfigError Check(SortedDictionary<string, string> known, ConfigChange change)
    {
        if (change.Operation is ConfigOperation.Append or ConfigOperation.Subtract)
        {
            var verb = change.Operation == ConfigOperation.Append ? "APPEND" : "SUBTRACT";
            return ConfigError.InvalidRequest($"{verb} operation is not allowed for the BROKER_LOGGER resource");
        }

        if (!known.ContainsKey(change.Name))
            return ConfigError.InvalidConfig($"Logger {change.Name} does not exist!");
        if (change.Operation == ConfigOperation.Delete)
        {
            return change.Name == LogLevels.Root
                ? ConfigError.InvalidRequest("Removing the log level of the root logger is not allowed")
                : default;
        }

        if (change.Value == null)
            return ConfigError.InvalidRequest($"Null value not supported for : {change.Name}");
        return LogLevels.TryParse(change.Value, out _)
            ? default
            : ConfigError.InvalidConfig($"Cannot set the log level of {change.Name} to {change.Value} as it is not a " +
                $"supported log level. Valid log levels are {Names}");
    }
}
