using System.Diagnostics;
using System.Text;

namespace Millrace.Testing;

/// <summary>What a run of a program came to.</summary>
public sealed record ProgramRun(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs a program and waits for its end.</summary>
    public static ProgramRun Of(string program, params string[] arguments) =>
        Of(new ProcessStartInfo(program, arguments));

    /// <summary>The same with more said about how; its input is empty unless there is text for it.</summary>
    public static ProgramRun Of(ProcessStartInfo start, string? input = null)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.StandardOutputEncoding = Encoding.UTF8;
        start.StandardErrorEncoding = Encoding.UTF8;
        using Process process = Process.Start(start)!;

        // All at once: a full pipe of the one would stop the program while the other is waited for.
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();

        string outputText = output.GetAwaiter().GetResult();
        string errorText = errors.GetAwaiter().GetResult();
        process.WaitForExit();
        return new ProgramRun(process.ExitCode, outputText, errorText);
    }

    /// <summary>Fails, with all that the program said, unless it ended well.</summary>
    public ProgramRun MustEndWell() => ExitCode == 0
        ? this
        : throw new InvalidOperationException($"the program ended with {ExitCode}\n{Output}\n{Errors}");
}
