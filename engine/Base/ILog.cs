namespace Millrace.Base;

/// <summary>
/// Where log lines go: a stream in a server, a list in a test. Called from any thread; must not throw and must not
/// keep the
/// span. Lines are events, rare by design: nothing is logged per request.
/// </summary>
public interface ILog
{
    /// <summary>Takes one line that its area's level has let through.</summary>
    void Write(LogLevel level, string area, ReadOnlySpan<char> message);
}
