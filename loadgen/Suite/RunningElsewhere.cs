using System.Diagnostics;

namespace Millrace.Loadgen.Suite;

/// <summary>A broker that somebody else has started: only what can be seen through its port is measured.</summary>
internal sealed class RunningElsewhere : BrokerKind
{
    private RunningElsewhere(string name, string address, int processId)
    {
        Name = name;
        Address = address;
        ProcessId = processId;
    }

    public override string Name { get; }

    public string Address { get; }

    /// <summary>Its process, where it is on this machine; 0 where not.</summary>
    public int ProcessId { get; }

    public override string Description => $"at {Address}, as it was found";

    /// <summary>What Kafka calls it; a broker that does not know it refuses the topic, and P5 says so.</summary>
    public override string DurableTopicConfig => "flush.messages=1";

    /// <summary>Reads <c>name=host:port</c> or <c>name=host:port,pid</c>.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static RunningElsewhere Parse(string text)
    {
        string[] parts = text.Split('=', 2);
        string[] place = parts[^1].Split(',', 2);
        int processId = 0;
        bool isRead = parts.Length == 2 && parts[0].Length > 0 && place[0].Contains(':')
            && (place.Length == 1 || int.TryParse(place[1], out processId));
        return isRead
            ? new RunningElsewhere(parts[0], place[0], processId)
            : throw new FormatException($"--other {text} is not name=host:port or name=host:port,pid.");
    }

    public override ProcessStartInfo Start(string folder, int port) =>
        throw new InvalidOperationException($"{Name} runs already.");
}
