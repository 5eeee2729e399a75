using System.Diagnostics;

namespace Millrace.Server.Tests;

/// <summary>
/// <c>build/cpu-check.c</c>, compiled as every native program has it, in front of a main that would succeed. The older
/// CPU is one that QEMU's user mode pretends to be.
/// </summary>
public sealed class CpuCheckTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("millrace-cpu-check-").FullName;

    [QemuTheory]
    [InlineData("Nehalem", "movbe, aes, pclmul, avx, f16c, fma, avx2, bmi1, bmi2, lzcnt")]
    [InlineData("IvyBridge", "movbe, fma, avx2, bmi1, bmi2, lzcnt")]
    public void An_older_CPU_is_told_in_one_line_what_it_lacks_and_what_to_do(string cpu, string lacking)
    {
        (int exitCode, string[] errors) = Run("qemu-x86_64", "-cpu", cpu, Compile());

        Assert.Equal(1, exitCode);
        string line = Assert.Single(
            errors, error => !error.StartsWith("qemu-x86_64: warning", StringComparison.Ordinal));
        Assert.StartsWith($"millrace: this CPU lacks {lacking}, which", line, StringComparison.Ordinal);
        Assert.EndsWith("./publish.sh --cpu baseline", line, StringComparison.Ordinal);
    }

    [QemuTheory]
    [InlineData("Haswell")]
    [InlineData("max")]
    public void A_newer_CPU_is_let_through(string cpu) =>
        Assert.Equal(42, Run("qemu-x86_64", "-cpu", cpu, Compile()).ExitCode);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Compile()
    {
        string program = Path.Combine(_folder, "millrace");
        string main = Path.Combine(_folder, "main.c");
        string check = Path.Combine(Repository.Root, "build", "cpu-check.c");
        File.WriteAllText(main, "int main(void) { return 42; }\n");
        (int exitCode, string[] errors) = Run("cc", "-O2", "-Wall", "-Wextra", "-Werror", main, check, "-o", program);
        Assert.True(exitCode == 0, string.Join('\n', errors));
        return program;
    }

    private static (int ExitCode, string[] Errors) Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
