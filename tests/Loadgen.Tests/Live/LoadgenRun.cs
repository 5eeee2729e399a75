using System.CommandLine;
using Millrace.Loadgen.Report;

namespace Millrace.Loadgen.Tests.Live;

/// <summary>What a run of loadgen inside the test came to.</summary>
internal sealed record LoadgenRun(ExitCode Code, string Output, string Errors, RunResult? Result)
{
    public static LoadgenRun Of(params string[] arguments)
    {
        string file = Path.GetTempFileName();
        try
        {
            using StringWriter output = new();
            using StringWriter errors = new();
            string[] all = arguments.Contains("--json") ? arguments : [.. arguments, "--json", file];
            int code = CommandLine.Create()
                .Parse(all)
                .Invoke(new InvocationConfiguration { Output = output, Error = errors });
            RunResult? result = new FileInfo(file).Length > 0 ? ResultFile.Read(file) : null;
            return new LoadgenRun((ExitCode)code, output.ToString(), errors.ToString(), result);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>
    /// Not a failure of the broker's or the run's: that the machine of the tests is busy is no fault of loadgen's.
    /// </summary>
    public LoadgenRun MustBeGood()
    {
        Assert.True(Code is ExitCode.Success or ExitCode.GeneratorLimited, $"{Code}\n{Output}\n{Errors}");
        return this;
    }
}
