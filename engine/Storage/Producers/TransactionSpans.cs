namespace Millrace.Storage;

/// <summary>
/// A partition's transactions that hold back the last stable offset, ordered by first offset: a sorted array, since a
/// partition has few at a time and new ones nearly always come last.
/// </summary>
internal sealed class TransactionSpans
{
    private Span[] spans = [];

    public int Count { get; private set; }

    /// <summary>First offset of the earliest one, <see cref="long.MaxValue"/> where there is none.</summary>
    public long EarliestOffset => Count == 0 ? long.MaxValue : spans[0].FirstOffset;

    public Span this[int index] => spans[index];

    public void Add(in Span span)
    {
        if (Count == spans.Length)
        {
            Array.Resize(ref spans, Math.Max(4, Count * 2));
        }

        int index = Count;
        while (index > 0 && spans[index - 1].FirstOffset > span.FirstOffset)
        {
            spans[index] = spans[index - 1];
            index--;
        }

        spans[index] = span;
        Count++;
    }

    /// <summary>Takes out the one that begins at <paramref name="firstOffset"/>.</summary>
    /// <returns>False where there is none.</returns>
    public bool Remove(long firstOffset)
    {
        for (int index = 0; index < Count; index++)
        {
            if (spans[index].FirstOffset == firstOffset)
            {
                RemoveAt(index);
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes out those that end below <paramref name="offset"/>.</summary>
    public void RemoveEndedBelow(long offset)
    {
        for (int index = Count - 1; index >= 0; index--)
        {
            if (spans[index].LastOffset < offset)
            {
                RemoveAt(index);
            }
        }
    }

    /// <summary>Takes out those that end at <paramref name="offset"/> or behind it.</summary>
    public void RemoveEndedFrom(long offset)
    {
        for (int index = Count - 1; index >= 0; index--)
        {
            if (spans[index].LastOffset >= offset)
            {
                RemoveAt(index);
            }
        }
    }

    public void Clear() => Count = 0;

    private void RemoveAt(int index)
    {
        Count--;
        Array.Copy(spans, index + 1, spans, index, Count - index);
    }

    /// <summary>
    /// One transaction on this partition; <see cref="LastOffset"/> is that of its marker, once there is one.
    /// </summary>
    internal readonly record struct Span(long ProducerId, long FirstOffset, long LastOffset);
}
