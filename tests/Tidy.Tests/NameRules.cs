using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Millrace.Tidy.Tests;

/// <summary>A name says what the thing is or does.</summary>
public static partial class NameRules
{
    private static readonly HashSet<string> Empty =
        ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Common", "Impl"];

    /// <summary>None of the words that fit every type are in the names of types, files, folders and projects.</summary>
    public static IEnumerable<Finding> EmptyWords(SourceFile file)
    {
        const string remedy = "name it after what it is or does";
        foreach (string word in file.Path.Split('/', '.').SelectMany(WordsOf).Where(Empty.Contains))
        {
            yield return file.Whole($"'{word}' in the name of a file or folder", remedy);
        }

        if (!file.IsCSharp)
        {
            yield break;
        }

        foreach (SyntaxToken name in TypeNames(file))
        {
            foreach (string word in WordsOf(name.Text).Where(Empty.Contains))
            {
                yield return file.At(name, $"'{word}' in {name.Text}", remedy);
            }
        }
    }

    /// <summary>A test's name is the sentence that it proves, in_words_like_this.</summary>
    public static IEnumerable<Finding> TestsWithoutSentence(SourceFile file)
    {
        foreach (MethodDeclarationSyntax method in file.Nodes<MethodDeclarationSyntax>().Where(IsTest))
        {
            if (!Sentence().IsMatch(method.Identifier.Text))
            {
                yield return file.At(
                    method.Identifier, method.Identifier.Text, "name a test after the behaviour, in_words_like_this");
            }
        }
    }

    /// <summary>A limit in time fails on a busy machine, and says nothing about what a test waits for.</summary>
    public static IEnumerable<Finding> TimeLimits(SourceFile file) =>
        file.Nodes<AttributeArgumentSyntax>()
            .Where(argument => argument.NameEquals?.Name.Identifier.Text == "Timeout")
            .Select(argument => file.At(argument, "a time limit on a test", "wait for the event itself"));

    private static bool IsTest(MethodDeclarationSyntax method) =>
        method.AttributeLists
            .SelectMany(list => list.Attributes)
            .Select(attribute => attribute.Name.ToString())
            .Any(name => TestAttribute().IsMatch(name));

    private static IEnumerable<SyntaxToken> TypeNames(SourceFile file) =>
        file.Nodes<BaseTypeDeclarationSyntax>().Select(type => type.Identifier)
            .Concat(file.Nodes<DelegateDeclarationSyntax>().Select(type => type.Identifier));

    private static IEnumerable<string> WordsOf(string name) => Words().Matches(name).Select(match => match.Value);

    [GeneratedRegex("(Fact|Theory)$")]
    private static partial Regex TestAttribute();

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z][a-z0-9]*")]
    private static partial Regex Words();

    [GeneratedRegex("^[A-Za-z0-9]+(_[A-Za-z0-9]+)+$")]
    private static partial Regex Sentence();
}
