namespace Millrace.Tidy.Tests;

/// <summary>Holds the whole tree to the rules. Each failure says the place, the rule, and what to do.</summary>
public sealed class HouseRulesTests
{
    [Fact]
    public void Rooms_refer_only_to_rooms_below_them() => Holds(SourceTree.Files, ProjectRules.ReferencesUpwards);

    [Fact]
    public void The_engine_has_no_packages() => Holds(SourceTree.Files, ProjectRules.PackagesInEngine);

    [Fact]
    public void The_AOT_analyzers_see_all_that_ships() => Holds(SourceTree.Files, ProjectRules.AnalyzersSwitchedOff);

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        SourceFile solution = SourceTree.Files.Single(file => file.Path == "Engine.sln");
        None(ProjectRules.OutsideTheSolution(solution, SourceTree.Files));
    }

    [Fact]
    public void Every_project_has_a_lock_file() => None(ProjectRules.WithoutLockFile(SourceTree.Files));

    [Fact]
    public void The_engine_takes_clock_and_random_as_parameters() => Holds(SourceTree.CSharp, CallRules.TimeAndChance);

    [Fact]
    public void Nothing_is_handed_to_a_pool_and_nothing_sleeps() => Holds(SourceTree.CSharp, CallRules.ThreadHops);

    [Fact]
    public void The_engine_uses_no_reflection() => Holds(SourceTree.CSharp, CallRules.ReflectionInEngine);

    [Fact]
    public void Native_calls_are_generated_at_compile_time() => Holds(SourceTree.CSharp, CallRules.RuntimeMarshalling);

    [Fact]
    public void Names_say_what_a_thing_is() => Holds(SourceTree.Files, NameRules.EmptyWords);

    [Fact]
    public void Test_names_are_sentences() => Holds(SourceTree.CSharp, NameRules.TestsWithoutSentence);

    [Fact]
    public void Tests_have_no_time_limits() => Holds(SourceTree.CSharp, NameRules.TimeLimits);

    [Fact]
    public void Files_are_short() => Holds(SourceTree.Files, ShapeRules.LongFiles);

    [Fact]
    public void Lines_are_short() => Holds(SourceTree.Files, ShapeRules.LongLines);

    [Fact]
    public void Functions_fit_on_a_screen() => Holds(SourceTree.CSharp, ShapeRules.LongFunctions);

    [Fact]
    public void Scripts_parse() => Holds(SourceTree.Files, ShellRules.Unparsed);

    [Fact]
    public void Nothing_is_left_for_later() => Holds(SourceTree.Files, TextRules.LeftForLater);

    [Fact]
    public void No_file_names_folders_of_one_machine() => Holds(SourceTree.Files, TextRules.MachinePaths);

    [Fact]
    public void No_file_names_a_package_feed() => Holds(SourceTree.Files, TextRules.PackageFeeds);

    [Fact]
    public void Warnings_are_switched_off_with_a_reason_only() =>
        Holds(SourceTree.CSharp, TextRules.UnexplainedSuppressions);

    private static void Holds(IEnumerable<SourceFile> files, Func<SourceFile, IEnumerable<Finding>> rule) =>
        None(files.SelectMany(rule));

    private static void None(IEnumerable<Finding> findings)
    {
        List<Finding> found = findings.ToList();
        Assert.True(found.Count == 0, string.Join('\n', found.Select(finding => finding.ToString()).Prepend("")));
    }
}
