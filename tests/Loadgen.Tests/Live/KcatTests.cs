namespace Millrace.Loadgen.Tests.Live;

/// <summary>kcat reads what loadgen wrote, and the reverse; through Millrace.</summary>
public sealed class KcatTests
{
    [KcatFact]
    public void Records_go_from_loadgen_to_kcat_and_from_kcat_to_loadgen()
    {
        using TestBroker broker = new();
        LoadgenRun.Of(
            "produce", "-b", broker.Address, "--topic", "both", "--records", "200", "--rate", "1000",
            "--record-size", "64", "--keys", "sequential:50", "--compression", "zstd", "--warm-up", "0").MustBeGood();
        ProgramRun reader = ProgramRun.Of(
            "kcat", "-C", "-e", "-q", "-b", broker.Address, "-t", "both", "-o", "beginning", "-f", "%k %S\n");
        string[] lines = reader.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(200, lines.Length);
        Assert.Equal(50, lines.Distinct().Count());
        Assert.All(lines, line => Assert.EndsWith(" 64", line));

        string file = Path.GetTempFileName();
        File.WriteAllLines(file, Enumerable.Range(0, 300).Select(number => $"line {number}"));
        ProgramRun writer = ProgramRun.Of("kcat", "-P", "-b", broker.Address, "-t", "both", "-z", "snappy", "-l", file);
        File.Delete(file);
        Assert.True(writer.ExitCode == 0, writer.Errors);
        LoadgenRun run = LoadgenRun.Of(
            "consume", "-b", broker.Address, "--topic", "both", "--from-beginning").MustBeGood();
        Assert.Equal(500, run.Result!.Totals.RecordsConsumed);
    }
}

/// <summary>A fact that is skipped where there is no kcat.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KcatFactAttribute : FactAttribute
{
    public KcatFactAttribute() => Skip = ProgramsOnPath.WhyAbsent("kcat", "kcat");
}
