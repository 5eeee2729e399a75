using Xunit;

namespace Millrace.Testing;

/// <summary>
/// A theory that is skipped, with one line that says why, where its part of the reference material is absent; its data
/// is not asked for then.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute(SharedPart part = SharedPart.Golden)
    {
        Part = part;
        Skip = SharedMaterial.WhyAbsent(part);
    }

    public SharedPart Part { get; }
}
