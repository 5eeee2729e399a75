namespace Millrace.Loadgen;

/// <summary>
/// One producer's side of one partition: the batch being filled, those that wait to be sent, in order, and the numbers
/// of records. Owned by the producer.
/// </summary>
internal sealed class ProducerPartition(int producerIndex, int topic, int index)
{
    private RecordBuffer? first;
    private RecordBuffer? last;
    private long batches;

    public int ProducerIndex { get; } = producerIndex;

    /// <summary>Number of the topic among those of the run.</summary>
    public int Topic { get; } = topic;

    public int Index { get; } = index;

    /// <summary>The broker that leads it, -1 while none does.</summary>
    public int Leader { get; set; } = -1;

    /// <summary>The batch that takes records.</summary>
    public RecordBuffer? Open { get; set; }

    /// <summary>The next partition that was opened after this one, in the order in which lingers end.</summary>
    public ProducerPartition? NextOpen { get; set; }

    public ProducerPartition? PreviousOpen { get; set; }

    /// <summary>The request that took a batch of it last: one request takes no two.</summary>
    public long LastRequest { get; set; }

    /// <summary>Whether it waits in a broker's list, or among those that pause.</summary>
    public bool IsListed { get; set; }

    /// <summary>Not to be sent to before, after an error.</summary>
    public long RetryNs { get; set; }

    /// <summary>The stamp's number of the next record.</summary>
    public long NextStamp { get; set; }

    /// <summary>The idempotent producer's number of the next record, modulo 2^31.</summary>
    public int NextSequence { get; set; }

    /// <summary>The oldest batch that waits.</summary>
    public RecordBuffer? First => first;

    /// <summary>Puts a new batch behind the others.</summary>
    public void Enqueue(RecordBuffer batch)
    {
        batch.Order = batches++;
        batch.Next = null;
        if (last is null)
        {
            first = batch;
        }
        else
        {
            last.Next = batch;
        }

        last = batch;
    }

    /// <summary>Puts a batch that has to be sent again where it was.</summary>
    public void Requeue(RecordBuffer batch)
    {
        RecordBuffer? before = null;
        for (RecordBuffer? at = first; at is not null && at.Order < batch.Order; at = at.Next)
        {
            before = at;
        }

        batch.Next = before is null ? first : before.Next;
        if (before is null)
        {
            first = batch;
        }
        else
        {
            before.Next = batch;
        }

        last = batch.Next is null ? batch : last;
    }

    public RecordBuffer Dequeue()
    {
        RecordBuffer batch = first!;
        first = batch.Next;
        last = first is null ? null : last;
        batch.Next = null;
        return batch;
    }
}
