using Millrace.Protocol;

namespace Millrace.Broker;

/// <summary>A refusal, with the message that the client sees.</summary>
/// <param name="Code">The error; <see cref="ErrorCode.None"/> means no error.</param>
/// <param name="Message">Names the key, the value and what is wrong; null without error.</param>
public readonly record struct ConfigError(ErrorCode Code, string? Message)
{
    /// <summary>True where something was refused.</summary>
    public bool IsError => Code != ErrorCode.None;

    internal static ConfigError InvalidConfig(string message) => new(ErrorCode.InvalidConfig, message);

    internal static ConfigError InvalidRequest(string message) => new(ErrorCode.InvalidRequest, message);
}
