using Millrace.Base;
using Millrace.Protocol.Wire;

namespace Millrace.Broker;

/// <summary>
/// A partition that a fetch session remembers: what was asked of it last, and what was answered (KIP-227).
/// </summary>
internal sealed class SessionPartition
{
    public SessionPartition(byte[] name, Uuid topicId, int index, int hash)
    {
        Name = name;
        TopicId = topicId;
        Index = index;
        Hash = hash;
    }

    /// <summary>The topic's name, where the session goes by names; otherwise empty.</summary>
    public byte[] Name { get; }

    public Uuid TopicId { get; }

    public int Index { get; }

    public int Hash { get; }

    /// <summary>What was asked of it last.</summary>
    public FetchPartition Request { get; set; }

    /// <summary>As the client was told last; -1 where it is to be told again.</summary>
    public long ToldHighWatermark { get; set; } = -1;

    /// <summary>As the client was told last.</summary>
    public long ToldLogStartOffset { get; set; } = -1;

    /// <summary>Order of the session.</summary>
    public SessionPartition? Next { get; set; }

    public SessionPartition? Previous { get; set; }

    /// <summary>Next one of the same hash bucket.</summary>
    public SessionPartition? NextOfBucket { get; set; }

    public bool Is(ReadOnlySpan<byte> name, Uuid topicId, int index) =>
        Index == index && TopicId == topicId && name.SequenceEqual(Name);
}
