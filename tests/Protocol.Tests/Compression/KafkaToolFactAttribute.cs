namespace Millrace.Protocol.Tests.Compression;

/// <summary>
/// A fact that runs one of Kafka's own tools: skipped where they, or the Java that they need, are absent.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KafkaToolFactAttribute : FactAttribute
{
    public KafkaToolFactAttribute()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!SharedMaterial.Has(SharedPart.Whole))
        {
            Skip = "needs Kafka's own tools (set MILLRACE_SHARED)";
        }
        else if (!folders.Any(folder => File.Exists(Path.Combine(folder, "java"))))
        {
            Skip = "needs Java 17 to run Kafka's own tools";
        }
    }
}
