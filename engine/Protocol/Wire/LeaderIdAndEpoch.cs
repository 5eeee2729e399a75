using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>The leader that a client should turn to (KIP-951).</summary>
public readonly record struct LeaderIdAndEpoch(int LeaderId, int LeaderEpoch)
{
    internal const int Size = (2 * sizeof(int)) + 1;

    /// <summary>"Nothing to say": the field is left out.</summary>
    public static LeaderIdAndEpoch None => new(-1, -1);

    internal static LeaderIdAndEpoch ReadTagged(scoped ref ByteReader reader, ReadOnlySpan<byte> content)
    {
        ByteReader inner = new(content);
        LeaderIdAndEpoch leader = new(inner.ReadInt32(), inner.ReadInt32());
        inner.SkipTags(flexible: true);
        TagWalk.Close(ref reader, in inner);
        return leader;
    }

    internal void Write(scoped ref ByteWriter writer)
    {
        writer.WriteInt32(LeaderId);
        writer.WriteInt32(LeaderEpoch);
        writer.WriteNoTags(flexible: true);
    }
}
