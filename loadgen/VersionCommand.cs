using System.CommandLine;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Millrace.Loadgen;

/// <summary><c>loadgen version</c>: what this binary is and what it was compiled for, one fact per line.</summary>
internal static class VersionCommand
{
    public static Command Create()
    {
        Command command = new("version", "Print the version, and what this binary was compiled for.");
        command.SetAction(parsed => Write(parsed.InvocationConfiguration.Output));
        return command;
    }

    /// <summary>Version and commit.</summary>
    public static string Version =>
        typeof(VersionCommand).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion;

    private static void Write(TextWriter output)
    {
        string kind = RuntimeFeature.IsDynamicCodeSupported ? "just-in-time compiled" : "native";
        output.WriteLine($"loadgen {Version}");
        output.WriteLine($"{kind}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}");
    }
}
