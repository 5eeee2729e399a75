using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Millrace.Tidy.Tests;

/// <summary>Calls that product code does not make, because of what they would bring in unseen.</summary>
public static class CallRules
{
    private const string TakeTheClock = "take the clock as a parameter";
    private const string TakeTheRandom = "take the random generator as a parameter, so that a simulation can repeat it";
    private const string UseTheLoops = "post to the event loop or reactor that owns the state";

    private static readonly Dictionary<string, string> Clocks = new()
    {
        ["DateTime.Now"] = TakeTheClock,
        ["DateTime.UtcNow"] = TakeTheClock,
        ["DateTime.Today"] = TakeTheClock,
        ["DateTimeOffset.Now"] = TakeTheClock,
        ["DateTimeOffset.UtcNow"] = TakeTheClock,
        ["Environment.TickCount"] = TakeTheClock,
        ["Environment.TickCount64"] = TakeTheClock,
        ["TimeProvider.System"] = TakeTheClock,
        ["Stopwatch.StartNew"] = TakeTheClock,
        ["Stopwatch.GetTimestamp"] = TakeTheClock,
        ["Stopwatch.GetElapsedTime"] = TakeTheClock,
    };

    private static readonly Dictionary<string, string> Randoms = new()
    {
        ["Random.Shared"] = TakeTheRandom,
        ["Guid.NewGuid"] = TakeTheRandom,
        ["RandomNumberGenerator.GetBytes"] = TakeTheRandom,
        ["RandomNumberGenerator.Fill"] = TakeTheRandom,
    };

    private static readonly Dictionary<string, string> Threads = new()
    {
        ["Task.Run"] = UseTheLoops,
        ["Factory.StartNew"] = UseTheLoops,
        ["ThreadPool.QueueUserWorkItem"] = UseTheLoops,
        ["ThreadPool.UnsafeQueueUserWorkItem"] = UseTheLoops,
        ["Thread.Sleep"] = "set a timer on the loop, or wait for the event itself",
    };

    /// <summary>Names whose mere use is reflection or run-time code, which a native binary does not carry.</summary>
    private static readonly HashSet<string> Reflection =
    [
        "Activator", "MethodInfo", "PropertyInfo", "FieldInfo", "ConstructorInfo", "BindingFlags", "MakeGenericType",
        "MakeGenericMethod", "GetMethod", "GetMethods", "GetProperty", "GetProperties", "GetField", "GetFields",
        "GetCustomAttribute", "GetCustomAttributes", "DynamicMethod",
    ];

    /// <summary>Clock and random are taken as parameters; only their real versions ask the system.</summary>
    public static IEnumerable<Finding> TimeAndChance(SourceFile file)
    {
        if (!IsEngine(file))
        {
            return [];
        }

        IEnumerable<Finding> clocks = IsReal(file, "Clock")
            ? []
            : Calls(file, Clocks).Concat(Uses(file, ["Stopwatch"], TakeTheClock));
        IEnumerable<Finding> randoms = IsReal(file, "Random")
            ? []
            : Calls(file, Randoms).Concat(UnseededRandoms(file));
        return clocks.Concat(randoms).Distinct();
    }

    /// <summary>State has one owning thread, so that nothing is handed to a pool and nothing sleeps.</summary>
    public static IEnumerable<Finding> ThreadHops(SourceFile file) =>
        IsEngine(file) || file.IsIn("server") ? Calls(file, Threads) : [];

    /// <summary>
    /// No reflection in the engine. The signature of a DllImportResolver needs one type of that namespace.
    /// </summary>
    public static IEnumerable<Finding> ReflectionInEngine(SourceFile file)
    {
        if (!IsEngine(file))
        {
            return [];
        }

        const string remedy = "the engine is compiled ahead of time: write the code, or generate it";
        bool resolvesNativeLibraries = file.Text.Contains("SetDllImportResolver", StringComparison.Ordinal);
        IEnumerable<Finding> imports = file.Syntax.Usings
            .Where(use => !resolvesNativeLibraries)
            .Where(use => use.Name?.ToString() is "System.Reflection" or "System.Reflection.Emit")
            .Select(use => file.At(use, "reflection", remedy));
        IEnumerable<Finding> dynamics = file.Nodes<IdentifierNameSyntax>()
            .Where(name => name.Identifier.Text == "dynamic")
            .Where(name => name.Parent is VariableDeclarationSyntax or ParameterSyntax)
            .Select(name => file.At(name, "'dynamic'", remedy));
        return imports.Concat(dynamics).Concat(Uses(file, Reflection, remedy));
    }

    /// <summary>Native calls are generated at compile time.</summary>
    public static IEnumerable<Finding> RuntimeMarshalling(SourceFile file) =>
        file.Nodes<AttributeSyntax>()
            .Where(attribute => attribute.Name.ToString() is "DllImport" or "DllImportAttribute")
            .Select(attribute => file.At(attribute, "DllImport marshals at run time", "use LibraryImport"));

    private static bool IsReal(SourceFile file, string source) =>
        file.IsIn("engine/Base") && file.Name.Contains(source, StringComparison.Ordinal);

    private static bool IsEngine(SourceFile file) => file.IsIn("engine") && !file.IsIn("engine/Protocol.Generator");

    /// <summary>Every <c>Type.Member</c> of the list, whatever namespace is written before it.</summary>
    private static IEnumerable<Finding> Calls(SourceFile file, Dictionary<string, string> banned)
    {
        foreach (MemberAccessExpressionSyntax access in file.Nodes<MemberAccessExpressionSyntax>())
        {
            string owner = access.Expression.ToString();
            string call = $"{owner[(owner.LastIndexOf('.') + 1)..]}.{access.Name.Identifier.Text}";
            if (banned.TryGetValue(call, out string? remedy))
            {
                yield return file.At(access, call, remedy);
            }
        }
    }

    /// <summary>Every use of one of these names, on its own or behind a dot.</summary>
    private static IEnumerable<Finding> Uses(SourceFile file, HashSet<string> names, string remedy) =>
        file.Nodes<SimpleNameSyntax>()
            .Where(name => names.Contains(name.Identifier.Text))
            .Select(name => file.At(name, name.Identifier.Text, remedy));

    private static IEnumerable<Finding> UnseededRandoms(SourceFile file) =>
        file.Nodes<ObjectCreationExpressionSyntax>()
            .Where(made => made.Type.ToString() is "Random" or "System.Random")
            .Where(made => made.ArgumentList is not { Arguments.Count: > 0 })
            .Select(made => file.At(made, "a random generator without a seed", TakeTheRandom));
}
