using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>The snapshot that a KRaft follower should load first (KIP-630).</summary>
public readonly record struct SnapshotId(long EndOffset, int Epoch)
{
    internal const int Size = sizeof(long) + sizeof(int) + 1;

    /// <summary>"Nothing to say": the field is left out.</summary>
    public static SnapshotId None => new(-1, -1);

    internal static SnapshotId ReadTagged(scoped ref ByteReader reader, ReadOnlySpan<byte> content)
    {
        ByteReader inner = new(content);
        SnapshotId snapshot = new(inner.ReadInt64(), inner.ReadInt32());
        inner.SkipTags(flexible: true);
        TagWalk.Close(ref reader, in inner);
        return snapshot;
    }

    internal void Write(scoped ref ByteWriter writer)
    {
        writer.WriteInt64(EndOffset);
        writer.WriteInt32(Epoch);
        writer.WriteNoTags(flexible: true);
    }
}
