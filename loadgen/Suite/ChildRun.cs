using System.Diagnostics;
using Millrace.Loadgen.Report;

namespace Millrace.Loadgen.Suite;

/// <summary>
/// Runs loadgen as a process of its own, as its user would: each measurement begins with nothing that an earlier one
/// left in memory, and every figure of the report can be had again from the command line that is beside it.
/// </summary>
internal static class ChildRun
{
    /// <summary>Runs a subcommand and reads its result.</summary>
    /// <param name="arguments">The subcommand and its options, without <c>--json</c>.</param>
    /// <param name="json">Where the result is kept.</param>
    /// <exception cref="IOException">It failed; the message has what it said.</exception>
    public static RunResult Run(IReadOnlyList<string> arguments, string json)
    {
        using Process process = Begin([.. arguments, "--quiet", "--json", json]);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        ExitCode code = (ExitCode)process.ExitCode;
        if (code is ExitCode.Success or ExitCode.GeneratorLimited && File.Exists(json))
        {
            return ResultFile.Read(json);
        }

        throw new IOException($"loadgen {arguments[0]} ended with {code}: {errors.Result.Trim()}");
    }

    /// <summary>Starts a subcommand, its output unread as yet.</summary>
    public static Process Begin(IReadOnlyList<string> arguments)
    {
        string program = Environment.ProcessPath!;
        ProcessStartInfo start = new(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Under the JIT the process is dotnet, and the program is its first argument.
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "loadgen.dll"));
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
