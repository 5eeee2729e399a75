using Millrace.Protocol.Generator.Model;

namespace Millrace.Protocol.Generator.Emitter;

/// <summary>C# conditions on <c>version</c>, as short as the versions that can come allow.</summary>
internal static class VersionTest
{
    /// <summary>
    /// True in <paramref name="range"/>; null where that is always, given <paramref name="context"/>.
    /// </summary>
    public static string? Inside(VersionRange range, VersionRange context)
    {
        bool low = range.Low > context.Low;
        bool high = range.High < context.High;
        return (low, high) switch
        {
            (true, true) when range.Low == range.High => $"version == {range.Low}",
            (true, true) => $"version >= {range.Low} && version <= {range.High}",
            (true, false) => $"version >= {range.Low}",
            (false, true) => $"version <= {range.High}",
            _ => null,
        };
    }

    /// <summary>True outside of <paramref name="range"/>; null where that is never.</summary>
    public static string? Outside(VersionRange range, VersionRange context)
    {
        bool low = range.Low > context.Low;
        bool high = range.High < context.High;
        return (low, high) switch
        {
            (true, true) => $"version < {range.Low} || version > {range.High}",
            (true, false) => $"version < {range.Low}",
            (false, true) => $"version > {range.High}",
            _ => null,
        };
    }

    /// <summary>Both conditions; either may be missing.</summary>
    public static string And(string? first, string second) => first is null ? second : $"{first} && {second}";

    /// <summary>Whether versions of a context are flexible: <c>true</c>, <c>false</c>, or a test.</summary>
    public static string Flexible(VersionRange flexible, VersionRange context) =>
        context.IsEmpty || context.And(flexible).IsEmpty ? "false"
        : flexible.Contains(context) ? "true"
        : $"version >= {flexible.Low}";
}
