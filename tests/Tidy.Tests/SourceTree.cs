namespace Millrace.Tidy.Tests;

/// <summary>All text files that are written by hand: the source folders, and the files at the root.</summary>
public static class SourceTree
{
    private static readonly string[] Folders =
        [".ci", "bench", "build", "engine", "loadgen", "server", "tests"];

    private static readonly string[] Endings =
        [".cs", ".c", ".csproj", ".props", ".targets", ".sln", ".json", ".sh", ".md", ".editorconfig", "/run"];

    public static IReadOnlyList<SourceFile> Files { get; } = Read();

    public static IEnumerable<SourceFile> CSharp => Files.Where(file => file.IsCSharp);

    private static List<SourceFile> Read()
    {
        IEnumerable<string> inFolders = Folders
            .Select(folder => Path.Combine(Repository.Root, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories));
        return Directory.EnumerateFiles(Repository.Root)
            .Concat(inFolders)
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Where(IsWritten)
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(path, File.ReadAllText(Path.Combine(Repository.Root, path))))
            .ToList();
    }

    private static bool IsWritten(string path) =>
        Endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal))
        && !path.Contains("/bin/", StringComparison.Ordinal)
        && !path.Contains("/obj/", StringComparison.Ordinal);
}
