using Xunit;

namespace Millrace.Testing;

/// <summary>
/// The native binary that <c>./publish.sh</c> made of these sources, or the program that the environment variable
/// <c>MILLRACE_BINARY</c> names.
/// </summary>
public static class NativeBinary
{
    private static readonly string? Chosen = Environment.GetEnvironmentVariable("MILLRACE_BINARY");

    public static string Path { get; } = string.IsNullOrEmpty(Chosen)
        ? System.IO.Path.Combine(Repository.Root, "artifacts", "millrace")
        : System.IO.Path.GetFullPath(Chosen, Repository.Root);

    /// <summary>Null where it is there and no source is newer, otherwise why tests of it are skipped.</summary>
    public static string? WhyAbsent { get; } = FindWhyAbsent();

    private static string? FindWhyAbsent()
    {
        if (!File.Exists(Path))
        {
            return $"needs the native binary, there is no {Path}: run ./publish.sh";
        }

        if (!string.IsNullOrEmpty(Chosen))
        {
            return null;
        }

        DateTime published = File.GetLastWriteTimeUtc(Path);
        string? newer = new[] { "engine", "server" }
            .SelectMany(folder => Directory.EnumerateFiles(
                System.IO.Path.Combine(Repository.Root, folder), "*.cs*", SearchOption.AllDirectories))
            .FirstOrDefault(file => File.GetLastWriteTimeUtc(file) > published);
        return newer is null
            ? null
            : $"needs the native binary of these sources, {System.IO.Path.GetFileName(newer)} is newer than "
                + "artifacts/millrace: run ./publish.sh";
    }
}

/// <summary>
/// A theory about the native binary and a part of the reference material; skipped where one of them is absent.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NativeTheoryAttribute : TheoryAttribute
{
    public NativeTheoryAttribute() => Skip = NativeBinary.WhyAbsent ?? new SharedTheoryAttribute().Skip;
}

/// <summary>A fact about the native binary; skipped where there is none of these sources.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NativeFactAttribute : FactAttribute
{
    public NativeFactAttribute() => Skip = NativeBinary.WhyAbsent;
}
