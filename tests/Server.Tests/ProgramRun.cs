using System.CommandLine;
using System.Diagnostics;
using System.Text;

namespace Millrace.Server.Tests;

/// <summary>What a run of the program came to.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs a command inside the test.</summary>
    public static ProgramRun Here(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter errors = new();
        int exitCode = CommandLine.Create()
            .Parse(arguments)
            .Invoke(new InvocationConfiguration { Output = output, Error = errors });
        return new ProgramRun(exitCode, output.ToString(), errors.ToString());
    }

    /// <summary>Runs a program and waits for its end.</summary>
    public static ProgramRun Of(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        using Process process = Process.Start(start)!;

        // Both at once: a full pipe of the one would stop the program while the other is waited for.
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        string errorText = errors.GetAwaiter().GetResult();
        process.WaitForExit();
        return new ProgramRun(process.ExitCode, output, errorText);
    }
}
