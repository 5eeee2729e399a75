namespace Millrace.Clients.Tests;

/// <summary>A theory that is skipped, with one line that says why, where what it runs is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonTheoryAttribute : TheoryAttribute
{
    public PythonTheoryAttribute() => Skip = ClientKit.WhyNoPython;
}

/// <inheritdoc cref="PythonTheoryAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class GoTheoryAttribute : TheoryAttribute
{
    public GoTheoryAttribute() => Skip = ClientKit.WhyNoKit;
}

/// <inheritdoc cref="PythonTheoryAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class JavaTheoryAttribute : TheoryAttribute
{
    public JavaTheoryAttribute() => Skip = ClientKit.WhyNoJava;
}

/// <inheritdoc cref="PythonTheoryAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class JavaFactAttribute : FactAttribute
{
    public JavaFactAttribute() => Skip = ClientKit.WhyNoJava;
}

/// <inheritdoc cref="PythonTheoryAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KcatFactAttribute : FactAttribute
{
    public KcatFactAttribute() => Skip = ClientKit.WhyNoKcat;
}

/// <inheritdoc cref="PythonTheoryAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KcatTheoryAttribute : TheoryAttribute
{
    public KcatTheoryAttribute() => Skip = ClientKit.WhyNoKcat;
}

/// <inheritdoc cref="PythonTheoryAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KafkaJsFactAttribute : FactAttribute
{
    public KafkaJsFactAttribute() => Skip = ClientKit.WhyNoKafkaJs;
}

/// <inheritdoc cref="PythonTheoryAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BurrowFactAttribute : FactAttribute
{
    public BurrowFactAttribute() => Skip = ClientKit.WhyNoBurrow;
}
