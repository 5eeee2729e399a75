namespace Millrace.Tidy.Tests;

/// <summary>One place that breaks one rule of the house.</summary>
/// <param name="Place"><c>path</c> or <c>path:line</c>, from the repository's root.</param>
/// <param name="Rule">What is wrong there.</param>
/// <param name="Remedy">What to do about it.</param>
public readonly record struct Finding(string Place, string Rule, string Remedy)
{
    public override string ToString() => $"{Place}: {Rule}; {Remedy}";
}
