using System.Diagnostics;

namespace Millrace.Tidy.Tests;

/// <summary>What a newcomer runs first has no compiler to look at it.</summary>
public static class ShellRules
{
    /// <summary>Every script parses.</summary>
    public static IEnumerable<Finding> Unparsed(SourceFile file)
    {
        if (!file.Path.EndsWith(".sh", StringComparison.Ordinal) && file.Path != ".ci/run")
        {
            yield break;
        }

        using Process bash = Process.Start(new ProcessStartInfo("bash", ["-n"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        })!;
        bash.StandardInput.Write(file.Text);
        bash.StandardInput.Close();
        string complaint = bash.StandardError.ReadToEnd().Trim();
        bash.WaitForExit();
        if (bash.ExitCode != 0)
        {
            yield return file.Whole("a script that bash cannot parse", complaint);
        }
    }
}
