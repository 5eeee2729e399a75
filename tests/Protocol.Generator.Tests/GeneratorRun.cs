using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Millrace.Protocol.Generator.Tests;

/// <summary>Declarations as a test writes them, compiled with the generator.</summary>
public static class GeneratorRun
{
    private static readonly CSharpParseOptions Options = new(LanguageVersion.CSharp13);

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>A file of declarations, with the usings and the namespace that every one has.</summary>
    public static string FileOf(string declarations) => $"""
        #nullable enable
        using Millrace.Base;
        using Millrace.Protocol;

        namespace Sample;

        {declarations}
        """;

    public static SyntaxTree Parse(string text, string path) => CSharpSyntaxTree.ParseText(text, Options, path);

    public static CSharpCompilation Compile(params SyntaxTree[] files) => CSharpCompilation.Create(
        "Sample",
        files,
        References,
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    public static GeneratorDriver NewDriver() => CSharpGeneratorDriver.Create(
        [new MessageGenerator().AsSourceGenerator()],
        parseOptions: Options,
        driverOptions: new GeneratorDriverOptions(
            IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>The mistakes that the generator finds.</summary>
    public static IReadOnlyList<Diagnostic> MistakesIn(string declarations) =>
        NewDriver().RunGenerators(Compile(Parse(FileOf(declarations), "Sample.cs"))).GetRunResult().Diagnostics;

    /// <summary>
    /// The generated file of one message; everything together has to compile without an error or a warning.
    /// </summary>
    public static string CodeOf(string message, string declarations)
    {
        GeneratorDriver driver = NewDriver().RunGeneratorsAndUpdateCompilation(
            Compile(Parse(FileOf(declarations), "Sample.cs")), out Compilation output, out var mistakes);
        Assert.Empty(mistakes);
        Assert.Empty(output.GetDiagnostics().Where(found => found.Severity >= DiagnosticSeverity.Warning));
        return driver.GetRunResult().Results.Single().GeneratedSources
            .Single(source => source.HintName == $"{message}.g.cs").SourceText.ToString();
    }
}
