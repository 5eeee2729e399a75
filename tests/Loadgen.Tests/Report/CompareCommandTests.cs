using System.CommandLine;
using Millrace.Loadgen.Report;

namespace Millrace.Loadgen.Tests.Report;

public sealed class CompareCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("millrace-compare-").FullName;
    private readonly StringWriter output = new();
    private readonly StringWriter errors = new();

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        output.Dispose();
        errors.Dispose();
    }

    [Fact]
    public void Equal_runs_exit_with_zero_and_print_the_table()
    {
        Assert.Equal(0, Run("compare", Write("a", Results.Run(seed: 1)), Write("b", Results.Run(seed: 2))));
        Assert.Contains("comparison passed", output.ToString());
    }

    [Fact]
    public void A_slowed_broker_exits_with_the_gates_code_and_leaves_all_files()
    {
        string before = Write("a", Results.Run());
        string after = Write("b", Results.Run(latencyMs: 3));
        int code = Run(
            "compare", before, after, "--markdown", At("c.md"), "--html", At("c.html"), "--junit", At("c.xml"));
        Assert.Equal((int)ExitCode.GateFailed, code);
        PageChecks.Parse(File.ReadAllText(At("c.html")));
        Assert.Contains("<failure", File.ReadAllText(At("c.xml")));
        Assert.Equal(output.ToString(), File.ReadAllText(At("c.md")));
    }

    [Fact]
    public void A_run_of_a_limited_loadgen_exits_with_its_own_code()
    {
        string before = Write("a", Results.Run());
        string after = Write("b", Results.Run(busiestWorker: 0.99));
        Assert.Equal((int)ExitCode.GeneratorLimited, Run("compare", before, after));
    }

    [Fact]
    public void Noise_is_given_in_per_cent()
    {
        string before = Write("a", Results.Run());
        string after = Write("b", Results.Run(latencyMs: 1.5));
        Assert.Equal((int)ExitCode.Success, Run("compare", before, after, "--noise", "60"));
    }

    [Fact]
    public void An_unknown_gate_is_a_usage_error_and_a_missing_file_a_bad_one()
    {
        string here = Write("a", Results.Run());
        Assert.Equal((int)ExitCode.Usage, Run("compare", here, here, "--gates", "speed"));
        Assert.Contains("speed", errors.ToString());
        Assert.Equal((int)ExitCode.BadFile, Run("compare", here, At("nothing.json")));
        Assert.Contains("nothing.json", errors.ToString());
    }

    [Fact]
    public void A_report_is_made_anew_from_its_results()
    {
        string results = Write("a", Results.Run());
        Assert.Equal(0, Run("report", results, "--output", At("again")));
        PageChecks.Parse(File.ReadAllText(At("again/report.html")));
        Assert.Equal(File.ReadAllText(results), File.ReadAllText(At("again/results.json")));
    }

    private int Run(params string[] arguments) =>
        CommandLine.Create().Parse(arguments).Invoke(new InvocationConfiguration { Output = output, Error = errors });

    private string At(string name) => Path.Combine(folder, name);

    private string Write(string name, RunResult result)
    {
        string path = At($"{name}.json");
        ResultFile.Write(result, path);
        return path;
    }
}
