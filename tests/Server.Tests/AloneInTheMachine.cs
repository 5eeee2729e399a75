namespace Millrace.Server.Tests;

/// <summary>Tests that run whole brokers and Java beside them: one after the other, nothing else meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneInTheMachine
{
    public const string Name = "alone in the machine";
}
