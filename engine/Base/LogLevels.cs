using System.Collections.Concurrent;

namespace Millrace.Base;

/// <summary>
/// The levels of all areas, changeable at run time. An area without a level of its own follows <c>root</c>. Any thread.
/// </summary>
public sealed class LogLevels
{
    /// <summary>The name under which the level of everything else is set, as in Kafka.</summary>
    public const string Root = "root";

    private readonly ConcurrentDictionary<string, LogArea> areas = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, LogLevel> own = new(StringComparer.Ordinal);
    private readonly ILog log;
    private readonly IClock clock;
    private readonly Lock changing = new();

    public LogLevels(ILog log, IClock clock, LogLevel root = LogLevel.Info)
    {
        this.log = log;
        this.clock = clock;
        own[Root] = root;
    }

    /// <summary>The area of that name, made at its first use; whoever logs takes it once and keeps it.</summary>
    public LogArea Area(string name)
    {
        lock (changing)
        {
            if (!areas.TryGetValue(name, out var area))
            {
                area = new LogArea(name, log, clock) { Level = LevelOf(name) };
                areas[name] = area;
            }

            return area;
        }
    }

    /// <summary>Level by area, <see cref="Root"/> included, as DescribeConfigs tells a broker's loggers.</summary>
    public SortedDictionary<string, string> Describe()
    {
        var levels = new SortedDictionary<string, string>(StringComparer.Ordinal) { [Root] = NameOf(own[Root]) };
        foreach (var (name, area) in areas)
            levels[name] = NameOf(area.Level);
        return levels;
    }

    /// <summary>Sets the level of an area or of the root; false where there is no such area.</summary>
    public bool TrySet(string name, LogLevel level)
    {
        lock (changing)
        {
            if (name != Root && !areas.ContainsKey(name))
                return false;
            own[name] = level;
            Spread();
            return true;
        }
    }

    /// <summary>
    /// Lets an area follow the root again; false where there is no such area. The root keeps its level.
    /// </summary>
    public bool TryReset(string name)
    {
        lock (changing)
        {
            if (!areas.ContainsKey(name))
                return false;
            own.TryRemove(name, out _);
            Spread();
            return true;
        }
    }

    /// <summary>The level of that name, in any case.</summary>
    public static bool TryParse(string text, out LogLevel level)
    {
        (level, var known) = text.ToUpperInvariant() switch
        {
            "TRACE" => (LogLevel.Trace, true),
            "DEBUG" => (LogLevel.Debug, true),
            "INFO" => (LogLevel.Info, true),
            "WARN" => (LogLevel.Warn, true),
            "ERROR" => (LogLevel.Error, true),
            "FATAL" => (LogLevel.Fatal, true),
            "OFF" => (LogLevel.Off, true),
            _ => (LogLevel.Off, false),
        };
        return known;
    }

    /// <summary>The name of a level as lines and tools show it.</summary>
    public static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "TRACE",
        LogLevel.Debug => "DEBUG",
        LogLevel.Info => "INFO",
        LogLevel.Warn => "WARN",
        LogLevel.Error => "ERROR",
        LogLevel.Fatal => "FATAL",
        _ => "OFF",
    };

    private LogLevel LevelOf(string name) => own.TryGetValue(name, out var level) ? level : own[Root];

    private void Spread()
    {
        foreach (var (name, area) in areas)
            area.Level = LevelOf(name);
    }
}
