namespace Millrace.Server.Tests;

/// <summary>A theory that runs Apache Kafka's own tools: it needs them, Java, and a part of the material.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KafkaToolTheoryAttribute : TheoryAttribute
{
    public KafkaToolTheoryAttribute(SharedPart part = SharedPart.Golden)
    {
        bool hasJava = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, "java")));
        Skip = new SharedTheoryAttribute(SharedPart.Whole).Skip
            ?? new SharedTheoryAttribute(part).Skip
            ?? (hasJava ? null : "needs java on the path, for Apache Kafka's tools (Debian: openjdk-17-jre-headless)");
    }
}
