using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>
/// Holds a writer to the counts that it announced: topics, and partitions of the topic at hand. Announcing one and
/// writing another number would send a frame that no client can read, so it fails an invariant.
/// </summary>
internal struct WireCounts
{
    private int topicsLeft;
    private int partitionsLeft;

    public void Announce(int topics)
    {
        Invariant.That(topics >= 0, "A count is announced.");
        topicsLeft = topics;
    }

    public void BeginTopic(int partitions)
    {
        Invariant.That(
            topicsLeft > 0 && partitionsLeft == 0,
            "As many topics are written as were announced, one after the other.");
        Invariant.That(partitions >= 0, "A count is announced.");
        topicsLeft--;
        partitionsLeft = partitions;
    }

    public void Partition()
    {
        Invariant.That(partitionsLeft > 0, "As many partitions are written as were announced.");
        partitionsLeft--;
    }

    public readonly void EndTopic() =>
        Invariant.That(partitionsLeft == 0, "As many partitions are written as were announced.");

    public readonly void End() =>
        Invariant.That(topicsLeft == 0 && partitionsLeft == 0, "As many topics are written as were announced.");
}
