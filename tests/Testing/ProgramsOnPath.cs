namespace Millrace.Testing;

/// <summary>The programs of this machine that a test may need.</summary>
public static class ProgramsOnPath
{
    public static bool Has(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(':')
        .Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Null where the program is there, otherwise the one line that says why a test is skipped.</summary>
    public static string? WhyAbsent(string program, string debianPackage) =>
        Has(program) ? null : $"needs {program} on the path (Debian: {debianPackage})";
}
