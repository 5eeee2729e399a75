namespace Millrace.Base;

/// <summary>How grave a log line is. The names are those that Kafka's tools set and show.</summary>
public enum LogLevel : byte
{
    Trace,
    Debug,
    Info,
    Warn,
    Error,
    Fatal,

    /// <summary>No line has this level: an area that is set to it says nothing.</summary>
    Off,
}
