using System.Xml.Linq;

namespace Millrace.Tidy.Tests;

/// <summary>Who may know whom. The picture is in ARCHITECTURE.md, "The rooms".</summary>
public static class ProjectRules
{
    private static readonly string[] Below = ["Base", "Protocol"];
    private static readonly string[] Engine =
        ["Base", "Protocol", "Storage", "Network", "Coordination", "Cluster", "Security"];

    /// <summary>
    /// What each room may refer to. Network stands on Base alone as it knows bytes and no Kafka; Coordination and
    /// Cluster reach files and sockets through ports of their own, so that a simulator can drive them.
    /// </summary>
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Base"] = [],
        ["Protocol.Generator"] = [],
        ["Protocol"] = ["Base", "Protocol.Generator"],
        ["Storage"] = Below,
        ["Network"] = ["Base"],
        ["Security"] = Below,
        ["Coordination"] = Below,
        ["Cluster"] = Below,
        ["Broker"] = Engine,
        ["Server"] = [.. Engine, "Broker"],
        ["Loadgen"] = ["Base", "Protocol", "Network"],
    };

    /// <summary>References point down only. Tests and benchmarks stand on top and may know any room.</summary>
    public static IEnumerable<Finding> ReferencesUpwards(SourceFile file)
    {
        if (!IsProject(file) || file.IsIn("tests") || file.IsIn("bench"))
        {
            yield break;
        }

        string room = RoomOf(file.Path);
        if (!MayKnow.TryGetValue(room, out string[]? rooms))
        {
            yield return file.Whole(
                $"the room {room} is not on the map", "give it a place in ARCHITECTURE.md and in this rule");
            yield break;
        }

        foreach (XElement reference in Elements(file, "ProjectReference"))
        {
            string other = RoomOf(reference.Attribute("Include")!.Value);
            if (!rooms.Contains(other))
            {
                yield return file.Whole(
                    $"{room} refers to {other}", $"{room} may know {Spoken(rooms)} only: own a port, or move the code");
            }
        }
    }

    /// <summary>The engine stands on the framework alone; the generator needs the compiler's library.</summary>
    public static IEnumerable<Finding> PackagesInEngine(SourceFile file)
    {
        if (!IsProject(file) || !file.IsIn("engine"))
        {
            yield break;
        }

        foreach (XElement reference in Elements(file, "PackageReference"))
        {
            string package = reference.Attribute("Include")!.Value;
            if (!IsGenerator(file) || !package.StartsWith("Microsoft.CodeAnalysis.", StringComparison.Ordinal))
            {
                yield return file.Whole(
                    $"the package {package} in the engine", "write what is needed of it, or use it above the engine");
            }
        }
    }

    /// <summary>The AOT analyzers see all that ships: only tests, benchmarks and generator do without.</summary>
    public static IEnumerable<Finding> AnalyzersSwitchedOff(SourceFile file)
    {
        bool neverShips = file.IsIn("tests") || file.IsIn("bench") || IsGenerator(file);
        bool isBuild = Path.GetExtension(file.Path) is ".csproj" or ".props" or ".targets";
        if (!neverShips && isBuild && Elements(file, "IsAotCompatible").Any(value => value.Value != "true"))
        {
            yield return file.Whole("no AOT analyzers for code that ships", "take IsAotCompatible out");
        }
    }

    /// <summary>What is not in the solution is neither built nor tested.</summary>
    public static IEnumerable<Finding> OutsideTheSolution(SourceFile solution, IEnumerable<SourceFile> files)
    {
        foreach (SourceFile project in files.Where(IsProject))
        {
            string entry = $"\"{project.Path.Replace('/', '\\')}\"";
            if (!solution.Text.Contains(entry, StringComparison.Ordinal))
            {
                string inRoot = project.Path.Count(letter => letter == '/') == 1 ? "--in-root " : "";
                yield return project.Whole(
                    "not in Engine.sln", $"run: dotnet sln Engine.sln add {inRoot}{project.Path}");
            }
        }
    }

    /// <summary>
    /// Restoring gives the same packages everywhere, for each framework that the project may be built for: what ships
    /// is also published for .NET 9.
    /// </summary>
    public static IEnumerable<Finding> WithoutLockFile(IReadOnlyCollection<SourceFile> files)
    {
        HashSet<string> paths = files.Select(file => file.Path).ToHashSet();
        foreach (SourceFile project in files.Where(IsProject))
        {
            string folder = Path.GetDirectoryName(project.Path)!;
            bool ships = !project.IsIn("tests") && !project.IsIn("bench");
            string[] frameworks = IsGenerator(project) ? [""] : ships ? ["net10.0.", "net9.0."] : ["net10.0."];
            foreach (string framework in frameworks)
            {
                if (!paths.Contains($"{folder}/packages.{framework}lock.json"))
                {
                    string argument = framework == "net9.0." ? " -p:MillraceFramework=net9.0" : "";
                    yield return project.Whole(
                        $"no packages.{framework}lock.json", $"run, and commit: dotnet restore {folder}{argument}");
                }
            }
        }
    }

    private static bool IsProject(SourceFile file) => file.Path.EndsWith(".csproj", StringComparison.Ordinal);

    private static bool IsGenerator(SourceFile file) => file.IsIn("engine/Protocol.Generator");

    private static IEnumerable<XElement> Elements(SourceFile file, string name) =>
        XDocument.Parse(file.Text).Descendants(name);

    private static string RoomOf(string project) => Path.GetFileNameWithoutExtension(project.Replace('\\', '/'));

    private static string Spoken(string[] rooms) => rooms.Length == 0 ? "no other room" : string.Join(", ", rooms);
}
