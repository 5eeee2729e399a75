using System.CommandLine;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Millrace.Server;

/// <summary><c>millrace version</c>: what this binary is and what it was compiled for, one fact per line.</summary>
internal static class VersionCommand
{
    public static Command Create()
    {
        Command command = new("version", "Print the version, and what this binary was compiled for.");
        command.SetAction(parsed => Write(parsed.InvocationConfiguration.Output));
        return command;
    }

    private static void Write(TextWriter output)
    {
        string kind = RuntimeFeature.IsDynamicCodeSupported ? "just-in-time compiled" : "native";
        output.WriteLine($"millrace {Version}");
        output.WriteLine($"{kind}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}");
        output.WriteLine($"AVX2 {(Avx2.IsSupported ? "used" : "not used")}");
    }

    /// <summary>Version and commit.</summary>
    public static string Version =>
        typeof(VersionCommand).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion;
}
