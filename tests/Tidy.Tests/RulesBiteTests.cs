namespace Millrace.Tidy.Tests;

/// <summary>Each rule finds what it is for, says where, and leaves the neighbouring good case alone.</summary>
public sealed class RulesBiteTests
{
    private const string InEngine = "engine/Storage/PartitionLog.cs";

    [Theory]
    [InlineData("long a = DateTime.UtcNow.Ticks;")]
    [InlineData("long a = System.DateTimeOffset.UtcNow.Ticks;")]
    [InlineData("var a = new Stopwatch();")]
    [InlineData("long a = Stopwatch.GetTimestamp();")]
    [InlineData("int a = Random.Shared.Next();")]
    [InlineData("var a = new Random();")]
    public void A_hidden_clock_or_random_in_the_engine_is_found(string statement)
    {
        Finding finding = CallRules.TimeAndChance(Method(InEngine, statement)).First();
        Assert.Equal($"{InEngine}:3", finding.Place);
        Assert.Empty(CallRules.TimeAndChance(Method("loadgen/Program.cs", statement)));
    }

    [Theory]
    [InlineData("var a = new Random(7);")]
    [InlineData("string a = \"DateTime.UtcNow\"; // not DateTime.UtcNow")]
    [InlineData("var a = new DateTime(2020, 1, 1);")]
    public void Seeds_strings_and_comments_are_no_clock_and_no_random(string statement) =>
        Assert.Empty(CallRules.TimeAndChance(Method(InEngine, statement)));

    [Fact]
    public void Only_the_real_clock_asks_the_system() =>
        Assert.Empty(CallRules.TimeAndChance(
            Method("engine/Base/SystemClock.cs", "long a = Stopwatch.GetTimestamp();")));

    [Theory]
    [InlineData("Task.Run(() => { });")]
    [InlineData("Thread.Sleep(1);")]
    [InlineData("Task.Factory.StartNew(() => { });")]
    public void A_thread_hop_or_a_sleep_is_found(string statement)
    {
        Assert.Single(CallRules.ThreadHops(Method(InEngine, statement)));
        Assert.Single(CallRules.ThreadHops(Method("server/Program.cs", statement)));
        Assert.Empty(CallRules.ThreadHops(Method("tests/Storage.Tests/LogTests.cs", statement)));
    }

    [Theory]
    [InlineData("using System.Reflection;")]
    [InlineData("class A { object B() => Activator.CreateInstance(typeof(A)); }")]
    [InlineData("class A { object B() => typeof(A).GetMethod(\"B\"); }")]
    [InlineData("class A { void B(dynamic c) { } }")]
    public void Reflection_in_the_engine_is_found(string text)
    {
        Assert.Single(CallRules.ReflectionInEngine(new SourceFile(InEngine, text)));
        Assert.Empty(CallRules.ReflectionInEngine(new SourceFile("engine/Protocol.Generator/Parse.cs", text)));
    }

    [Fact]
    public void A_resolver_of_native_libraries_may_name_Assembly()
    {
        string text = "using System.Reflection;\nclass A { void B() { NativeLibrary.SetDllImportResolver(C, D); } }";
        Assert.Empty(CallRules.ReflectionInEngine(new SourceFile(InEngine, text)));
    }

    [Theory]
    [InlineData("class A { [DllImport(\"c\")] static extern int b(); }", 1)]
    [InlineData("class A { [LibraryImport(\"c\")] static partial int b(); }", 0)]
    public void Marshalling_at_run_time_is_found(string text, int findings) =>
        Assert.Equal(findings, CallRules.RuntimeMarshalling(new SourceFile(InEngine, text)).Count());

    [Theory]
    [InlineData("engine/Base/ByteUtils.cs", "class Bytes { }")]
    [InlineData("engine/Common/Bytes.cs", "class Bytes { }")]
    [InlineData(InEngine, "class LogManager { }")]
    [InlineData(InEngine, "class Outer { struct PathHelper { } }")]
    [InlineData(InEngine, "interface ILogImpl { }")]
    public void An_empty_word_in_a_name_is_found(string path, string text) =>
        Assert.Single(NameRules.EmptyWords(new SourceFile(path, text)));

    [Fact]
    public void Words_that_only_begin_like_an_empty_word_are_fine() =>
        Assert.Empty(NameRules.EmptyWords(new SourceFile(InEngine, "class CommonwealthImplicit { int Manager; }")));

    [Theory]
    [InlineData("TestVarint", 1)]
    [InlineData("A_varint_comes_back", 0)]
    public void A_test_without_a_sentence_for_a_name_is_found(string name, int findings)
    {
        SourceFile file = new("tests/A.cs", $"class A {{ [SharedFact] void {name}() {{ }} }}");
        Assert.Equal(findings, NameRules.TestsWithoutSentence(file).Count());
    }

    [Fact]
    public void A_time_limit_is_found() =>
        Assert.Single(NameRules.TimeLimits(
            new SourceFile("tests/A.cs", "class A { [Fact(Timeout = 10)] void B() { } }")));

    [Fact]
    public void Lines_functions_and_files_are_counted_exactly()
    {
        Assert.Empty(ShapeRules.LongLines(new SourceFile(InEngine, new string('a', ShapeRules.ColumnsMax))));
        Assert.Single(ShapeRules.LongLines(new SourceFile(InEngine, new string('a', ShapeRules.ColumnsMax + 1))));
        Assert.Empty(ShapeRules.LongLines(new SourceFile("tests/A.cs", "[InlineData(\"" + Repeat("a", 120) + "\")]")));
        Assert.Empty(ShapeRules.LongFiles(new SourceFile(InEngine, Repeat("a\n", ShapeRules.LinesPerFileMax))));
        Assert.Single(ShapeRules.LongFiles(new SourceFile(InEngine, Repeat("a\n", ShapeRules.LinesPerFileMax + 1))));
        Assert.Empty(ShapeRules.LongFunctions(Function(ShapeRules.LinesPerFunctionMax)));
        Assert.Single(ShapeRules.LongFunctions(Function(ShapeRules.LinesPerFunctionMax + 1)));
    }

    [Theory]
    [InlineData("// TO" + "DO: the rest")]
    [InlineData("throw new NotImple" + "mentedException();")]
    public void Work_left_for_later_is_found(string text) =>
        Assert.Single(TextRules.LeftForLater(new SourceFile(InEngine, text)));

    [Theory]
    [InlineData("string a = \"/ho" + "me/me/kafka\";", 1)]
    [InlineData("string a = \"C" + ":\\kafka\";", 1)]
    [InlineData("string a = \"../ho" + "me/x and a/ro" + "ot/b\";", 0)]
    public void A_folder_of_one_machine_is_found(string text, int findings) =>
        Assert.Equal(findings, TextRules.MachinePaths(new SourceFile(InEngine, text)).Count());

    [Theory]
    [InlineData("echo 'never ended", 1)]
    [InlineData("echo 'ended'", 0)]
    public void A_script_that_does_not_parse_is_found(string text, int findings) =>
        Assert.Equal(findings, ShellRules.Unparsed(new SourceFile("start.sh", text)).Count());

    [Fact]
    public void The_address_of_a_package_feed_is_found() =>
        Assert.Single(TextRules.PackageFeeds(new SourceFile("README.md", "see https://www.nuget." + "org/packages")));

    [Theory]
    [InlineData("#pragma warning disable CA1822", 1)]
    [InlineData("#pragma warning disable CA1822 // called through the table", 0)]
    [InlineData("// Called through the table.\n#pragma warning disable CA1822", 0)]
    public void A_suppression_without_a_reason_is_found(string text, int findings) =>
        Assert.Equal(findings, TextRules.UnexplainedSuppressions(new SourceFile(InEngine, text)).Count());

    [Theory]
    [InlineData("Storage", "Network", 1)]
    [InlineData("Network", "Protocol", 1)]
    [InlineData("Coordination", "Storage", 1)]
    [InlineData("Storage", "Protocol", 0)]
    [InlineData("Attic", "Base", 1)]
    public void A_reference_that_does_not_point_down_is_found(string room, string other, int findings)
    {
        SourceFile project = Project(room, $"ProjectReference Include=\"../{other}/{other}.csproj\"");
        Assert.Equal(findings, ProjectRules.ReferencesUpwards(project).Count());
    }

    [Theory]
    [InlineData("Protocol.Generator", "Microsoft.CodeAnalysis.CSharp", 0)]
    [InlineData("Protocol", "Microsoft.CodeAnalysis.CSharp", 1)]
    [InlineData("Base", "Polly", 1)]
    public void A_package_in_the_engine_is_found(string room, string package, int findings)
    {
        SourceFile project = Project(room, $"PackageReference Include=\"{package}\"");
        Assert.Equal(findings, ProjectRules.PackagesInEngine(project).Count());
    }

    [Fact]
    public void Analyzers_switched_off_for_shipping_code_are_found()
    {
        string text = "<Project><PropertyGroup><IsAotCompatible>false</IsAotCompatible></PropertyGroup></Project>";
        Assert.Single(ProjectRules.AnalyzersSwitchedOff(new SourceFile("engine/Directory.Build.props", text)));
        Assert.Empty(ProjectRules.AnalyzersSwitchedOff(new SourceFile("tests/Directory.Build.props", text)));
    }

    [Fact]
    public void Projects_outside_the_solution_or_without_lock_file_are_found()
    {
        SourceFile project = Project("Base", "None Include=\"a\"");
        SourceFile solution = new("Engine.sln", "\"engine\\Base\\Base.csproj\"");
        SourceFile locked10 = new("engine/Base/packages.net10.0.lock.json", "");
        SourceFile locked9 = new("engine/Base/packages.net9.0.lock.json", "");
        Assert.Single(ProjectRules.OutsideTheSolution(new SourceFile("Engine.sln", ""), [project]));
        Assert.Empty(ProjectRules.OutsideTheSolution(solution, [project]));
        Assert.Equal(2, ProjectRules.WithoutLockFile([project]).Count());
        Assert.Single(ProjectRules.WithoutLockFile([project, locked10]));
        Assert.Empty(ProjectRules.WithoutLockFile([project, locked10, locked9]));
    }

    private static SourceFile Method(string path, string statement) =>
        new(path, $"class A\n{{\n    void B() {{ {statement} }}\n}}\n");

    private static SourceFile Function(int lines) =>
        new(InEngine, $"class A\n{{\n    void B()\n    {{\n{Repeat("\n", lines - 3)}    }}\n}}\n");

    private static SourceFile Project(string room, string item) =>
        new($"engine/{room}/{room}.csproj", $"<Project><ItemGroup><{item} /></ItemGroup></Project>");

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
