using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Millrace.Bench;

/// <summary>
/// Runs the benchmarks and prints their table: <c>dotnet run -c Release --project bench -- --short --filter
/// '*Crc*'</c>. Without a filter all of them run; the other arguments are BenchmarkDotNet's own. The first word
/// <c>groups</c> loads the group coordinator of a running broker instead: see <see cref="Groups.GroupLoad"/>.
/// </summary>
public static class Program
{
    public static int Main(string[] args)
    {
        if (args is ["groups", .. string[] load])
        {
            return Groups.GroupLoad.RunAsync(load).GetAwaiter().GetResult();
        }

        List<string> arguments = [.. args];
        if (arguments.Remove("--short"))
        {
            arguments.AddRange(["--job", "short"]);
        }

        // In this process: generated projects would have to restore packages, which needs a network, and would not know
        // this tree's central versions and lock files.
        if (!arguments.Contains("--inProcess") && !arguments.Contains("-i"))
        {
            arguments.Add("--inProcess");
        }

        if (!arguments.Contains("--filter") && !arguments.Contains("-f") && !arguments.Contains("--list"))
        {
            arguments.AddRange(["--filter", "*"]);
        }

        ManualConfig config = ManualConfig.CreateEmpty()
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddExporter(MarkdownExporter.GitHub)
            .AddLogger(ConsoleLogger.Default)
            .WithArtifactsPath(Path.Combine("artifacts", "bench"))
            .WithOptions(ConfigOptions.JoinSummary | ConfigOptions.StopOnFirstError);
        Summary[] summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly)
            .Run(arguments.ToArray(), config)
            .ToArray();
        Goals.Print([.. summaries.SelectMany(summary => summary.Reports)], Console.Out);
        return summaries.All(Ran) ? 0 : 1;
    }

    private static bool Ran(Summary summary) =>
        summary.Reports.All(report => report.Success) && !summary.HasCriticalValidationErrors;
}
