using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Millrace.Protocol;

/// <summary>We tried to write what the chosen version cannot say: our own fault, never a peer's.</summary>
public sealed class MessageVersionException : InvalidOperationException
{
    public MessageVersionException()
    {
    }

    public MessageVersionException(string message)
        : base(message)
    {
    }

    public MessageVersionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A field that the version lacks must be at its default, or the peer would miss what we meant.</summary>
    [StackTraceHidden]
    public static void ThrowUnlessDefault(bool isDefault, string field, short version)
    {
        if (!isDefault)
        {
            ThrowLost(field, version);
        }
    }

    /// <summary>A field that may be null in other versions may not be in this one.</summary>
    [StackTraceHidden]
    public static void ThrowIfNull([NotNull] object? value, string field, short version)
    {
        if (value is null)
        {
            ThrowNull(field, version);
        }
    }

    [DoesNotReturn]
    private static void ThrowLost(string field, short version) =>
        throw new MessageVersionException($"{field} is set, but version {version} has no such field.");

    [DoesNotReturn]
    private static void ThrowNull(string field, short version) =>
        throw new MessageVersionException($"{field} is null, which version {version} does not allow.");
}
