namespace Millrace.Loadgen;

/// <summary>The partitions of one broker that have a batch to send, in turn. Owned by the producer.</summary>
internal sealed class ReadyList(int brokerId)
{
    private readonly Queue<ProducerPartition> partitions = new();

    public int BrokerId { get; } = brokerId;

    /// <summary>Produce requests on their way.</summary>
    public int InFlight { get; set; }

    /// <summary>When an answer last made room after as many were on their way as may be, nanoseconds.</summary>
    public long RoomSinceNs { get; set; }

    public int Count => partitions.Count;

    public void Enqueue(ProducerPartition partition) => partitions.Enqueue(partition);

    public ProducerPartition Peek() => partitions.Peek();

    public ProducerPartition Dequeue() => partitions.Dequeue();
}
