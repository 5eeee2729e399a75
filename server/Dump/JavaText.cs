using System.Globalization;

namespace Millrace.Server;

/// <summary>
/// Texts of Java's own types that <c>kafka-dump-log</c> prints as they are, and scripts have come to read.
/// </summary>
internal static class JavaText
{
    public static string OptionalLong(bool isPresent, long value) => isPresent
        ? string.Create(CultureInfo.InvariantCulture, $"OptionalLong[{value}]")
        : "OptionalLong.empty";
}
