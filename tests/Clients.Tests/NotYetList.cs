using System.IO.Enumeration;

namespace Millrace.Clients.Tests;

/// <summary>
/// The one list of checks that wait for a later part of the broker: <c>not-yet.txt</c>. It can only shrink: a check on
/// it that passes is a failure until its line is taken away.
/// </summary>
internal static class NotYetList
{
    private static readonly (string Program, string Check, string Reason)[] Lines = Read();

    /// <summary>What a check waits for, or null where it has to pass.</summary>
    public static string? ReasonFor(string program, string check) => Lines
        .FirstOrDefault(line => Covers(line.Program, program) && Covers(line.Check, check))
        .Reason;

    /// <summary>The checks of a program that are listed.</summary>
    public static string[] ChecksOf(string program) =>
        [.. Lines.Where(line => line.Program == program).Select(static line => line.Check)];

    /// <summary>Whether what is listed stands for this name.</summary>
    public static bool Covers(string listed, string name) =>
        FileSystemName.MatchesSimpleExpression(listed, name, ignoreCase: false);

    private static (string Program, string Check, string Reason)[] Read() =>
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "tests", "Clients.Tests", "not-yet.txt"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(" | "))
            .Select(parts => (parts[0].Trim(), parts[1].Trim(), parts[2].Trim())),
    ];
}
