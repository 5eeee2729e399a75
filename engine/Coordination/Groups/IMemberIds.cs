namespace Millrace.Coordination.Groups;

/// <summary>The port that gives out member ids: random in a server, counted in a simulation.</summary>
public interface IMemberIds
{
    /// <summary>An id that nobody else has.</summary>
    /// <param name="prefix">The client's id, or a static member's instance id.</param>
    string Next(string prefix);
}

/// <summary>Member ids with a random UUID, as Kafka makes them. Any thread.</summary>
public sealed class RandomMemberIds : IMemberIds
{
    public string Next(string prefix) => $"{prefix}-{Guid.NewGuid()}";
}
