using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Millrace.Protocol.Generator.Model;

/// <summary>
/// A mistake in a declaration, comparable by value; the compiler's own <see cref="Diagnostic"/> is not.
/// </summary>
/// <param name="Rule">Which rule was broken.</param>
/// <param name="Place">Where.</param>
/// <param name="Subject">What, the message's first argument.</param>
/// <param name="Detail">The message's second argument.</param>
internal sealed record Finding(DiagnosticDescriptor Rule, Place Place, string Subject, string Detail = "")
{
    public Diagnostic ToDiagnostic() => Diagnostic.Create(Rule, Place.ToLocation(), Subject, Detail);
}

/// <summary>A place in a source file, comparable by value.</summary>
internal readonly record struct Place(string File, TextSpan Span, LinePositionSpan Lines)
{
    public static Place Of(Location? location) => location?.SourceTree is null
        ? new("", default, default)
        : new(location.SourceTree.FilePath, location.SourceSpan, location.GetLineSpan().Span);

    public Location ToLocation() => File.Length == 0 ? Location.None : Location.Create(File, Span, Lines);
}
