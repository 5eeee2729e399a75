using Microsoft.CodeAnalysis;

namespace Millrace.Protocol.Generator.Tests;

/// <summary>Each mistake in a declaration is one compiler error of its own, at its place.</summary>
public sealed class MistakeTests
{
    private const string Head = "[Message(ApiKey.Fetch, MessageType.Request, Versions = \"0-3\", Flexible = \"2+\")] ";

    public static TheoryData<string, string, string> Mistakes() => new()
    {
        { "MR001", "M", Head + "public sealed class M { public int A; }" },
        { "MR001", "S",
            Head + "public sealed partial class M { public S[] A = []; public sealed class S { public int B; } }" },
        { "MR002", "M",
            "[Message(ApiKey.Fetch, MessageType.Request, Versions = \"3-1\")] public sealed partial class M;" },
        { "MR002", "M",
            "[Message(ApiKey.Fetch, MessageType.Request, Versions = \"three\")] public sealed partial class M;" },
        { "MR002", "M",
            "[Message(ApiKey.Fetch, MessageType.Request, Versions = \"0+\")] public sealed partial class M;" },
        { "MR002", "M", "[Message(ApiKey.Fetch, MessageType.Request)] public sealed partial class M;" },
        { "MR002", "M", "[Message(ApiKey.Fetch, MessageType.Request, Versions = \"0-3\", Flexible = \"1-2\")] public sealed partial class M;" },
        { "MR003", "A", Field("[Since(3), Until(2)] public int A;") },
        { "MR004", "B", Field("[Since(2), Tag(0)] public int A; [Since(2), Tag(0)] public int B;") },
        { "MR005", "B", Field("[Since(2), Tag(0)] public int A; [Since(2), Tag(2)] public int B;") },
        { "MR006", "A", Field("[Since(1), Tag(0)] public int A;") },
        { "MR007", "A", Field("[Nullable] public int A;") },
        { "MR007", "A", Field("[Nullable] public string A = \"\";") },
        { "MR008", "A", Field("public int A = System.Environment.ProcessId;") },
        { "MR008", "A", Field("public int[] A = [1];") },
        { "MR008", "A", Field("public Uuid A = Uuid.One;") },
        { "MR008", "A", Field("public long A = (long)1.5e3 + System.Environment.TickCount64;") },
        { "MR009", "A", Field("[Nullable(2)] public string? A = null;") },
        { "MR009", "A", Field("[Nullable(Until = 1)] public byte[]? A;") },
        { "MR010", "A", Field("public decimal A;") },
        { "MR010", "A", Field("public int? A;") },
        { "MR010", "A", Field("public int[][] A = [];") },
        { "MR010", "A", Field("public string?[] A = [];") },
        { "MR010", "A", Field("public System.Version A = new();") },
        { "MR011", "A", Field("public string? A = \"\";") },
        { "MR012", "A", Field("[MapKey] public int A;") },
        { "MR012", "B", Field("public S A = new(); public sealed partial class S { [MapKey] public int B; }") },
        { "MR013", "N", Field("public int A;") + Head + "public sealed partial class N;" },
        { "MR014", "S", Field("public int A; public sealed partial class S { public int B; }") },
        { "MR015", "S", Field("public S[] A = []; public sealed partial class S { public S[] B = []; }") },
        { "MR016", "A", Field("[Records] public string A = \"\";") },
        { "MR016", "A", Field("[NotFlexible] public int A;") },
        { "MR016", "A", Field("[NotFlexible, Since(2), Tag(0)] public string A = \"\";") },
        { "MR017", "EncodedSize", Field("public int EncodedSize;") },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_reported_once_where_it_is(string id, string place, string declaration)
    {
        Diagnostic found = Assert.Single(GeneratorRun.MistakesIn(declaration));
        Assert.Equal(id, found.Id);
        Assert.Equal(DiagnosticSeverity.Error, found.Severity);
        string text = GeneratorRun.FileOf(declaration);
        Assert.Equal(place, text.Substring(found.Location.SourceSpan.Start, found.Location.SourceSpan.Length));
    }

    [Fact]
    public void Every_rule_has_a_test()
    {
        IEnumerable<string> ids = typeof(Parser.Rules)
            .GetFields()
            .Select(rule => ((DiagnosticDescriptor)rule.GetValue(null)!).Id);
        Assert.Equal(ids.Order(), Mistakes().Select(mistake => (string)mistake[0]).Distinct().Order());
    }

    [Theory]
    [InlineData("public int A = -1; public long B = long.MaxValue; public double C = 0.5; public string D = \"x\\\"y\"; public bool E = true;")]
    [InlineData("[Nullable] public int[]? A; [Nullable] public string[]? B = []; public Uuid[] C = []; [Nullable] public byte[]? D = null;")]
    [InlineData("[Tag(0, Since = 2)] public sbyte A; [Since(3), Tag(1), Nullable] public string? B = null;")]
    [InlineData("[Until(0)] public short A; [Since(9)] public int B; public uint C; [Nullable] public S? D = new(); public sealed partial class S;")]
    public void A_sound_declaration_compiles(string fields) =>
        Assert.Contains("EncodedSize", GeneratorRun.CodeOf("M", Field(fields)), StringComparison.Ordinal);

    [Fact]
    public void A_retired_message_needs_no_fields() => Assert.Contains(
        "VersionMax = -1",
        GeneratorRun.CodeOf("M",
            "[Message(ApiKey.StopReplica, MessageType.Request, Versions = \"none\")] public sealed partial class M;"),
        StringComparison.Ordinal);

    private static string Field(string fields) => $"{Head}public sealed partial class M {{ {fields} }} ";
}
