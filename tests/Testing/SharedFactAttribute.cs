using Xunit;

namespace Millrace.Testing;

/// <summary>
/// A fact that is skipped, with one line that says why, where its part of the reference material is absent.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute(SharedPart part = SharedPart.Golden)
    {
        Part = part;
        Skip = SharedMaterial.WhyAbsent(part);
    }

    public SharedPart Part { get; }
}
