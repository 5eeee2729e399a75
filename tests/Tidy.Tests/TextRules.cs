using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Millrace.Tidy.Tests;

/// <summary>Words that have no place in a finished tree.</summary>
public static partial class TextRules
{
    /// <summary>Nothing is left for later in the code: it is there and works, or it is not there.</summary>
    public static IEnumerable<Finding> LeftForLater(SourceFile file) =>
        Matches(file, Later(), "left for later", "finish it, or take it out and open an issue");

    /// <summary>Folders of one machine do not exist on the next one.</summary>
    public static IEnumerable<Finding> MachinePaths(SourceFile file) =>
        Matches(file, MachinePath(), "a folder of one machine", "start from the root, or take a parameter");

    /// <summary>Which package feed is used is the machine's configuration.</summary>
    public static IEnumerable<Finding> PackageFeeds(SourceFile file) =>
        Matches(file, PackageFeed(), "the address of a package feed", "leave it to the machine's configuration");

    /// <summary>A warning is switched off in one place for one reason, which is written there.</summary>
    public static IEnumerable<Finding> UnexplainedSuppressions(SourceFile file)
    {
        for (int line = 0; line < file.Lines.Length; line++)
        {
            string text = file.Lines[line].Trim();
            if (text.StartsWith("#pragma warning disable", StringComparison.Ordinal)
                && !text.Contains("//", StringComparison.Ordinal)
                && !(line > 0 && file.Lines[line - 1].TrimStart().StartsWith("//", StringComparison.Ordinal)))
            {
                yield return file.At(
                    line, "a warning switched off without a reason", "say why, there or in the line above");
            }
        }
    }

    private static IEnumerable<Finding> Matches(SourceFile file, Regex pattern, string rule, string remedy)
    {
        for (int line = 0; line < file.Lines.Length; line++)
        {
            Match match = pattern.Match(file.Lines[line]);
            if (match.Success)
            {
                yield return file.At(line, $"{rule} ('{match.Value}')", remedy);
            }
        }
    }

    [GeneratedRegex(@"\b(?:TO[D]O|FIX[M]E|HA[C]K|NotImplemente[d])")]
    private static partial Regex Later();

    [GeneratedRegex(@"(?<![\w.}])/(?:work|home|root|Users)/\w|\b[A-Z]:\\\w")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"nuget\.org|npmjs\.|pypi\.org|crates\.io")]
    private static partial Regex PackageFeed();
}
