using System.Text;

namespace Millrace.Broker;

/// <summary>
/// Configs out of environment variables by the rule of Kafka's container images: <c>KAFKA_LOG_DIRS</c> is log.dirs; two
/// underscores stand for one, three for a dash. Used only where the operator asks for it.
/// </summary>
public static class EnvironmentConfigs
{
    private const string Prefix = "KAFKA_";

    /// <summary>Variables of the images and scripts that are no configs.</summary>
    private static readonly HashSet<string> Others = new(StringComparer.Ordinal)
    {
        "KAFKA_VERSION",
        "KAFKA_HEAP_OPTS",
        "KAFKA_LOG4J_OPTS",
        "KAFKA_OPTS",
        "KAFKA_JMX_OPTS",
        "KAFKA_JVM_PERFORMANCE_OPTS",
        "KAFKA_GC_LOG_OPTS",
        "KAFKA_LOG4J_ROOT_LOGLEVEL",
        "KAFKA_LOG4J_LOGGERS",
        "KAFKA_TOOLS_LOG4J_LOGLEVEL",
        "KAFKA_JMX_HOSTNAME",
    };

    /// <summary>The configs among the variables, in the order of their names.</summary>
    public static SortedDictionary<string, string> Read(IEnumerable<KeyValuePair<string, string>> variables)
    {
        var configs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in variables)
        {
            if (TryConfigName(name, out var config))
                configs[config] = value;
        }

        return configs;
    }

    /// <summary>The config that a variable stands for; false where it stands for none.</summary>
    public static bool TryConfigName(string variable, out string config)
    {
        config = "";
        if (variable.Length <= Prefix.Length
            || !variable.StartsWith(Prefix, StringComparison.Ordinal)
            || Others.Contains(variable))
            return false;
        var name = new StringBuilder(variable.Length);
        for (var i = Prefix.Length; i < variable.Length; i++)
        {
            if (variable[i] != '_')
            {
                name.Append(char.ToLowerInvariant(variable[i]));
                continue;
            }

            var run = 1;
            while (run < 3 && i + 1 < variable.Length && variable[i + 1] == '_')
            {
                run++;
                i++;
            }

            name.Append(run switch { 1 => '.', 2 => '_', _ => '-' });
        }

        config = name.ToString();
        return true;
    }
}
