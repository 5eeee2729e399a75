using Millrace.Coordination.Transactions;

namespace Millrace.Broker;

/// <summary>
/// The producer ids that this broker gives out, from blocks of the controller's. The next block is asked for before the
/// last one is used up, so that hardly anybody waits. Any thread.
/// </summary>
public sealed class ProducerIdPool(IProducerIdBlocks blocks) : IProducerIds
{
    private readonly object gate = new();
    private readonly Queue<Action<long?>> waiting = new();
    private ProducerIdBlock current;
    private ProducerIdBlock next;
    private int used;
    private bool isAsking;

    public bool TryTake(out long producerId)
    {
        bool asks;
        bool isTaken;
        lock (gate)
        {
            isTaken = TryTakeLocked(out producerId);
            asks = BeginAsking();
        }

        Ask(asks);
        return isTaken;
    }

    /// <summary>Takes an id, now or once the next block is there.</summary>
    /// <param name="answer">Told the id, at once or from any thread; null where no block can be had.</param>
    public void Take(Action<long?> answer)
    {
        bool asks;
        bool isTaken;
        long producerId;
        lock (gate)
        {
            isTaken = TryTakeLocked(out producerId);
            if (!isTaken)
            {
                waiting.Enqueue(answer);
            }

            asks = BeginAsking();
        }

        Ask(asks);
        if (isTaken)
        {
            answer(producerId);
        }
    }

    private bool TryTakeLocked(out long producerId)
    {
        if (used == current.Count)
        {
            (current, next, used) = (next, default, 0);
        }

        producerId = used < current.Count ? current.First + used++ : -1;
        return producerId >= 0;
    }

    /// <summary>Kafka asks when nine tenths of a block are used.</summary>
    private bool BeginAsking()
    {
        bool asks = !isAsking && next.Count == 0 && used >= current.Count - (current.Count / 10);
        isAsking |= asks;
        return asks;
    }

    private void Ask(bool asks)
    {
        if (asks)
        {
            blocks.Request(Put);
        }
    }

    private void Put(ProducerIdBlock? block)
    {
        List<(Action<long?> Answer, long? ProducerId)> served = [];
        bool asks;
        lock (gate)
        {
            isAsking = false;
            next = block ?? default;
            while (waiting.TryPeek(out Action<long?>? first) && TryTakeLocked(out long producerId))
            {
                waiting.Dequeue();
                served.Add((first, producerId));
            }

            // Without a block they are told so, and try again; with too small a one they wait for another.
            while (block is null && waiting.TryDequeue(out Action<long?>? left))
            {
                served.Add((left, null));
            }

            asks = block is not null && BeginAsking();
        }

        Ask(asks);
        foreach ((Action<long?> answer, long? producerId) in served)
        {
            answer(producerId);
        }
    }
}
