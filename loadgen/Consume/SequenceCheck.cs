namespace Millrace.Loadgen;

/// <summary>
/// Watches the numbers of one producer's records in one partition as one consumer reads them. They must come from 0
/// on, each once, in order. What is jumped over is remembered as missing until it comes. Owned by the consumer.
/// </summary>
internal sealed class SequenceCheck
{
    /// <summary>Gaps that are remembered apart; far more would be a topic with nothing in it.</summary>
    private const int GapsMax = 100_000;

    private readonly List<(long First, long End)> gaps = [];

    /// <summary>One more than the highest number seen.</summary>
    public long End { get; private set; }

    public long Duplicated { get; private set; }

    public long OutOfOrder { get; private set; }

    /// <summary>Numbers jumped over, first to behind the last.</summary>
    public IReadOnlyList<(long First, long End)> Gaps => gaps;

    public void See(long sequence)
    {
        if (sequence == End)
        {
            End++;
        }
        else if (sequence > End)
        {
            if (gaps.Count < GapsMax)
            {
                gaps.Add((End, sequence));
            }

            End = sequence + 1;
        }
        else if (TryFill(sequence))
        {
            OutOfOrder++;
        }
        else
        {
            Duplicated++;
        }
    }

    private bool TryFill(long sequence)
    {
        for (int index = gaps.Count - 1; index >= 0; index--)
        {
            (long first, long end) = gaps[index];
            if (sequence < first || sequence >= end)
            {
                continue;
            }

            gaps.RemoveAt(index);
            if (first < sequence)
            {
                gaps.Insert(index, (first, sequence));
            }

            if (sequence + 1 < end)
            {
                gaps.Insert(first < sequence ? index + 1 : index, (sequence + 1, end));
            }

            return true;
        }

        return false;
    }
}
