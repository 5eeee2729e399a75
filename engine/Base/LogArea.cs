using System.Runtime.CompilerServices;

namespace Millrace.Base;

/// <summary>
/// What a part of the engine logs through. A line below the area's level costs one comparison and is never formatted.
/// Any thread.
/// </summary>
public sealed class LogArea
{
    /// <summary>
    /// Keys whose rate is remembered at one time; beyond it the oldest are forgotten, with their counts.
    /// </summary>
    internal const int LimitedKeysMax = 1024;

    private readonly ILog log;
    private readonly IClock clock;
    private readonly Dictionary<string, Limited> limited = new(StringComparer.Ordinal);
    private volatile LogLevel level;

    internal LogArea(string name, ILog log, IClock clock)
    {
        Name = name;
        this.log = log;
        this.clock = clock;
    }

    public string Name { get; }

    /// <summary>The lowest level that is let through.</summary>
    public LogLevel Level
    {
        get => level;
        internal set => level = value;
    }

    public bool IsOn(LogLevel ofLine) => ofLine >= level && ofLine != LogLevel.Off;

    public void Debug([InterpolatedStringHandlerArgument("")] ref LogText<AtDebug> text) =>
        Write(LogLevel.Debug, text.Take());

    public void Info([InterpolatedStringHandlerArgument("")] ref LogText<AtInfo> text) =>
        Write(LogLevel.Info, text.Take());

    public void Warn([InterpolatedStringHandlerArgument("")] ref LogText<AtWarn> text) =>
        Write(LogLevel.Warn, text.Take());

    public void Error([InterpolatedStringHandlerArgument("")] ref LogText<AtError> text) =>
        Write(LogLevel.Error, text.Take());

    /// <summary>Writes a line that is already text.</summary>
    public void Write(LogLevel ofLine, string? message)
    {
        if (message != null && IsOn(ofLine))
            log.Write(ofLine, Name, message);
    }

    /// <summary>
    /// Writes a line at most once per key and interval, for events that strangers can cause at will. The next line that
    /// passes tells how many did not.
    /// </summary>
    /// <param name="ofLine">Its level.</param>
    /// <param name="key">What is counted together, such as the reason of a refusal; from a small set.</param>
    /// <param name="intervalMs">Milliseconds between two lines of one key.</param>
    /// <param name="message">The line.</param>
    public void WriteLimited(LogLevel ofLine, string key, long intervalMs, string message)
    {
        if (!IsOn(ofLine))
            return;
        var suppressed = 0L;
        lock (limited)
        {
            var now = clock.MonotonicMs;
            if (limited.TryGetValue(key, out var last) && now - last.AtMs < intervalMs)
            {
                limited[key] = last with { Suppressed = last.Suppressed + 1 };
                return;
            }

            suppressed = last.Suppressed;
            if (limited.Count >= LimitedKeysMax && !limited.ContainsKey(key))
                ForgetOldest();
            limited[key] = new Limited(now, 0);
        }

        log.Write(ofLine, Name, suppressed == 0 ? message : $"{message} ({suppressed} more like it were not logged)");
    }

    private void ForgetOldest()
    {
        var (oldest, at) = ("", long.MaxValue);
        foreach (var (key, one) in limited)
        {
            if (one.AtMs < at)
                (oldest, at) = (key, one.AtMs);
        }

        limited.Remove(oldest);
    }

    public readonly struct AtDebug : ILogLevel
    {
        public static LogLevel Value => LogLevel.Debug;
    }

    public readonly struct AtInfo : ILogLevel
    {
        public static LogLevel Value => LogLevel.Info;
    }

    public readonly struct AtWarn : ILogLevel
    {
        public static LogLevel Value => LogLevel.Warn;
    }

    public readonly struct AtError : ILogLevel
    {
        public static LogLevel Value => LogLevel.Error;
    }

    private readonly record struct Limited(long AtMs, long Suppressed);
}
