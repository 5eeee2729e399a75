using Xunit;

namespace Millrace.Testing;

/// <summary>A theory that runs Apache Kafka's own tools: it needs them, Java, and a part of the material.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KafkaToolTheoryAttribute : TheoryAttribute
{
    public KafkaToolTheoryAttribute(SharedPart part = SharedPart.Golden)
    {
        Part = part;
        Skip = SharedMaterial.WhyAbsent(SharedPart.Whole)
            ?? SharedMaterial.WhyAbsent(part)
            ?? ProgramsOnPath.WhyAbsent("java", "openjdk-17-jre-headless");
    }

    public SharedPart Part { get; }
}
