using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Millrace.Tidy.Tests;

/// <summary>What fits on a screen can be read.</summary>
public static class ShapeRules
{
    public const int LinesPerFileMax = 600;
    public const int LinesPerFunctionMax = 70;
    public const int ColumnsMax = 120;

    private static readonly string[] Code = [".cs", ".c", ".csproj", ".props", ".targets", ".sh", "/run"];

    public static IEnumerable<Finding> LongFiles(SourceFile file)
    {
        if (IsCode(file) && file.Lines.Length > LinesPerFileMax)
        {
            yield return file.Whole(
                $"{file.Lines.Length} lines, at most {LinesPerFileMax}", "split it by what it is about");
        }
    }

    public static IEnumerable<Finding> LongLines(SourceFile file)
    {
        if (!IsCode(file))
        {
            yield break;
        }

        for (int line = 0; line < file.Lines.Length; line++)
        {
            if (file.Lines[line].Length > ColumnsMax && !IsTestData(file, file.Lines[line]))
            {
                yield return file.At(
                    line, $"{file.Lines[line].Length} columns, at most {ColumnsMax}", "break the line");
            }
        }
    }

    /// <summary>From the signature to the closing brace, without the documentation above.</summary>
    public static IEnumerable<Finding> LongFunctions(SourceFile file)
    {
        foreach (SyntaxNode function in file.Syntax.DescendantNodes().Where(IsFunction))
        {
            FileLinePositionSpan span = function.GetLocation().GetLineSpan();
            int lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
            if (lines > LinesPerFunctionMax)
            {
                yield return file.At(
                    function, $"a function of {lines} lines, at most {LinesPerFunctionMax}", "give its steps names");
            }
        }
    }

    private static bool IsFunction(SyntaxNode node) =>
        node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax;

    /// <summary>One case of a test is one line, however long the text is that it tests with.</summary>
    private static bool IsTestData(SourceFile file, string line) =>
        file.IsIn("tests")
        && (line.TrimStart().StartsWith("[InlineData(\"", StringComparison.Ordinal)
            || line.TrimStart().StartsWith("{ \"", StringComparison.Ordinal));

    private static bool IsCode(SourceFile file) =>
        Code.Any(ending => file.Path.EndsWith(ending, StringComparison.Ordinal));
}
