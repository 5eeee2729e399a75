using System.Diagnostics;
using Xunit;

namespace Millrace.Testing;

/// <summary>Kafka's own programs and the reference material's, as commands.</summary>
public static class KafkaMaterial
{
    /// <summary>Null where Java and the material are there, otherwise why tests that need them are skipped.</summary>
    public static string? WhyAbsent { get; } = new KafkaToolTheoryAttribute(SharedPart.KafkaData).Skip;

    /// <summary>One of Kafka's tools.</summary>
    public static ProgramRun Tool(params string[] arguments) =>
        Run([Path.Combine(SharedMaterial.Root, "kafka", "bin", "kafka-tool"), .. arguments]);

    /// <summary>A program of the kit of Java clients.</summary>
    public static ProgramRun JavaKit(params string[] arguments) => Run([JavaKitPath, .. arguments]);

    /// <summary>A program of the kit of Java clients, under way.</summary>
    public static Process StartJavaKit(params string[] arguments) =>
        Process.Start(new ProcessStartInfo("bash", [JavaKitPath, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    /// <summary>A script, with what else its environment has.</summary>
    public static ProgramRun Run(string[] command, params (string Name, string Value)[] environment) =>
        ProgramRun.Of("env", [.. environment.Select(one => $"{one.Name}={one.Value}"), "bash", .. command]);

    private static string JavaKitPath => Path.Combine(SharedMaterial.Root, "clients", "java", "run");
}

/// <summary>
/// A theory about the native binary beside Apache Kafka itself; skipped where the binary, Java or the material is
/// absent.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NativeBesideKafkaTheoryAttribute : TheoryAttribute
{
    public NativeBesideKafkaTheoryAttribute() => Skip = NativeBinary.WhyAbsent ?? KafkaMaterial.WhyAbsent;
}

/// <summary>
/// A fact about the native binary with Kafka's clients; skipped where the binary, Java or the material is absent.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NativeBesideKafkaFactAttribute : FactAttribute
{
    public NativeBesideKafkaFactAttribute() => Skip = NativeBinary.WhyAbsent ?? KafkaMaterial.WhyAbsent;
}
