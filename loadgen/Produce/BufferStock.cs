namespace Millrace.Loadgen;

/// <summary>The batch buffers of one producer, made as they are needed up to its memory. Owned by the producer.
/// </summary>
internal sealed class BufferStock(RecordPlan plan, int most) : IDisposable
{
    private readonly List<RecordBuffer> all = [];
    private RecordBuffer? free;

    /// <summary>Buffers that are in use.</summary>
    public int Used { get; private set; }

    public int Most { get; } = most;

    public bool IsEmpty => free is null && all.Count == Most;

    public RecordBuffer? Take()
    {
        RecordBuffer? taken = free;
        if (taken is not null)
        {
            free = taken.Next;
        }
        else if (all.Count < Most)
        {
            taken = new RecordBuffer(plan);
            all.Add(taken);
        }
        else
        {
            return null;
        }

        taken.Next = null;
        Used++;
        return taken;
    }

    public void Return(RecordBuffer buffer)
    {
        buffer.Next = free;
        buffer.Partition = null;
        free = buffer;
        Used--;
    }

    public void Dispose()
    {
        foreach (RecordBuffer buffer in all)
        {
            buffer.Dispose();
        }
    }
}
