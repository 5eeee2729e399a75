using System.CommandLine;

namespace Millrace.Server.Tests;

/// <summary>The program, inside the test.</summary>
internal static class InProcess
{
    /// <summary>Runs a command as the program would.</summary>
    public static ProgramRun Run(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter errors = new();
        int exitCode = CommandLine.Create()
            .Parse(arguments)
            .Invoke(new InvocationConfiguration { Output = output, Error = errors });
        return new ProgramRun(exitCode, output.ToString(), errors.ToString());
    }
}
