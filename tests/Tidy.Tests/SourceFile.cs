using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Millrace.Tidy.Tests;

/// <summary>One text file of the source tree. C# files can be asked for their syntax.</summary>
public sealed class SourceFile(string path, string text)
{
    private readonly Lazy<CompilationUnitSyntax> _syntax =
        new(() => CSharpSyntaxTree.ParseText(text, path: path).GetCompilationUnitRoot());

    /// <summary>From the repository's root, with forward slashes.</summary>
    public string Path { get; } = path;

    public string Text { get; } = text;

    public string[] Lines { get; } = text.TrimEnd('\n').Split('\n');

    public bool IsCSharp => Path.EndsWith(".cs", StringComparison.Ordinal);

    public bool IsIn(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);

    /// <summary>File name without folders and without anything from the first dot.</summary>
    public string Name => System.IO.Path.GetFileName(Path).Split('.')[0];

    public CompilationUnitSyntax Syntax => _syntax.Value;

    public IEnumerable<T> Nodes<T>()
        where T : SyntaxNode => Syntax.DescendantNodes().OfType<T>();

    public Finding At(SyntaxNodeOrToken node, string rule, string remedy) =>
        At(node.GetLocation()!.GetLineSpan().StartLinePosition.Line, rule, remedy);

    /// <param name="line">Counted from 0.</param>
    public Finding At(int line, string rule, string remedy) => new($"{Path}:{line + 1}", rule, remedy);

    public Finding Whole(string rule, string remedy) => new(Path, rule, remedy);
}
