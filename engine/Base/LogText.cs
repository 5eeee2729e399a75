using System.Runtime.CompilerServices;

namespace Millrace.Base;

/// <summary>
/// A log level as a type, so that <see cref="LogText{TLevel}"/> knows it before anything is formatted.
/// </summary>
public interface ILogLevel
{
    static abstract LogLevel Value { get; }
}

/// <summary>
/// The interpolated text of a log line: where the area's level keeps the line back, nothing of it is evaluated or
/// formatted.
/// </summary>
[InterpolatedStringHandler]
public ref struct LogText<TLevel>
    where TLevel : struct, ILogLevel
{
    private readonly bool isOn;
    private DefaultInterpolatedStringHandler text;

    public LogText(int literals, int holes, LogArea area, out bool isOn)
    {
        this.isOn = isOn = area.IsOn(TLevel.Value);
        text = isOn ? new DefaultInterpolatedStringHandler(literals, holes) : default;
    }

    /// <summary>The line, or null where it is kept back. Gives the buffer back: to be called once.</summary>
    public string? Take() => isOn ? text.ToStringAndClear() : null;

    public void AppendLiteral(string part) => text.AppendLiteral(part);

    public void AppendFormatted<T>(T part) => text.AppendFormatted(part);

    public void AppendFormatted<T>(T part, string? format) => text.AppendFormatted(part, format);

    public void AppendFormatted(ReadOnlySpan<char> part) => text.AppendFormatted(part);
}
