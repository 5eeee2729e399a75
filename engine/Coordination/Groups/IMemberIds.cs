using System.Security.Cryptography;

namespace Millrace.Coordination.Groups;

/// <summary>The port that gives out member ids: random in a server, counted in a simulation.</summary>
public interface IMemberIds
{
    /// <summary>An id that nobody else has.</summary>
    /// <param name="prefix">The client's id, or a static member's instance id.</param>
    string Next(string prefix);
}

/// <summary>
/// Member ids with a random UUID of version 4, as Kafka makes them. Whoever guesses one can speak for the member, so
/// the generator is one of cryptography. Any thread.
/// </summary>
/// <param name="random">Outlives this object.</param>
public sealed class RandomMemberIds(RandomNumberGenerator random) : IMemberIds
{
    public string Next(string prefix)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.GetBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return $"{prefix}-{new Guid(bytes, bigEndian: true)}";
    }
}
