using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>
/// The end of an epoch in the leader's log: where a follower's log diverges, and where it should truncate (KIP-595).
/// </summary>
public readonly record struct EpochEndOffset(int Epoch, long EndOffset)
{
    internal const int Size = sizeof(int) + sizeof(long) + 1;

    /// <summary>"Nothing to say": the field is left out.</summary>
    public static EpochEndOffset None => new(-1, -1);

    internal static EpochEndOffset ReadTagged(scoped ref ByteReader reader, ReadOnlySpan<byte> content)
    {
        ByteReader inner = new(content);
        EpochEndOffset end = new(inner.ReadInt32(), inner.ReadInt64());
        inner.SkipTags(flexible: true);
        TagWalk.Close(ref reader, in inner);
        return end;
    }

    internal void Write(scoped ref ByteWriter writer)
    {
        writer.WriteInt32(Epoch);
        writer.WriteInt64(EndOffset);
        writer.WriteNoTags(flexible: true);
    }
}
