using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Millrace.Protocol.Generator.Tests;

/// <summary>
/// An edit runs only what it changes: with 300 messages anything else would be felt at every key press.
/// </summary>
public sealed class IncrementalityTests
{
    private static readonly SyntaxTree First = GeneratorRun.Parse(GeneratorRun.FileOf("""
        [Message(MessageType.Metadata, 1, Versions = "0-1", Flexible = "0+")]
        public sealed partial class FirstRecord { public int Id; }
        """), "First.cs");

    private static readonly SyntaxTree Second = GeneratorRun.Parse(GeneratorRun.FileOf("""
        [Message(MessageType.Metadata, 2, Versions = "0", Flexible = "0+")]
        public sealed partial class SecondRecord { public string Name = ""; }
        """), "Second.cs");

    private readonly CSharpCompilation before = GeneratorRun.Compile(First, Second);
    private readonly GeneratorDriver driver;

    public IncrementalityTests() => driver = GeneratorRun.NewDriver().RunGenerators(before);

    [Fact]
    public void An_edit_in_another_file_runs_nothing_again() =>
        AssertNothingRanAgain(before.AddSyntaxTrees(GeneratorRun.Parse("class Unrelated;", "Unrelated.cs")));

    [Fact]
    public void A_comment_above_a_message_emits_nothing_again() =>
        AssertNothingRanAgain(before.ReplaceSyntaxTree(First, GeneratorRun.Parse($"// why\n\n{First}", "First.cs")));

    [Fact]
    public void A_new_field_emits_its_own_message_only()
    {
        string changed = First.ToString().Replace(
            "public int Id;", "public int Id; [Since(1)] public long Epoch;", StringComparison.Ordinal);
        GeneratorRunResult result = Run(before.ReplaceSyntaxTree(First, GeneratorRun.Parse(changed, "First.cs")));
        IncrementalStepRunReason[] models = [.. ReasonsOf(result, MessageGenerator.ModelStage)];
        Assert.Equal(2, models.Length);
        Assert.Single(models, reason => reason == IncrementalStepRunReason.Modified);
        AssertNotRun(models.Single(reason => reason != IncrementalStepRunReason.Modified));
        Assert.All(ReasonsOf(result, MessageGenerator.IdentityStage), AssertNotRun);
    }

    private void AssertNothingRanAgain(Compilation after)
    {
        GeneratorRunResult result = Run(after);
        Assert.Equal(2, ReasonsOf(result, MessageGenerator.ModelStage).Count());
        Assert.All(ReasonsOf(result, MessageGenerator.ModelStage), AssertNotRun);
        Assert.All(ReasonsOf(result, MessageGenerator.IdentityStage), AssertNotRun);
        IncrementalStepRunReason[] emitted =
        [
            .. result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(step => step.Outputs)
                .Where(output => output.Reason is not IncrementalStepRunReason.Removed).Select(output => output.Reason),
        ];
        Assert.NotEmpty(emitted);
        Assert.All(emitted, AssertNotRun);
    }

    private static void AssertNotRun(IncrementalStepRunReason reason) =>
        Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{reason}");

    private GeneratorRunResult Run(Compilation after) => driver.RunGenerators(after).GetRunResult().Results.Single();

    private static IEnumerable<IncrementalStepRunReason> ReasonsOf(GeneratorRunResult result, string stage) =>
        result.TrackedSteps[stage].SelectMany(step => step.Outputs).Select(output => output.Reason);
}
