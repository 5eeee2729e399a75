using System.Numerics;

namespace Millrace.Loadgen.Measurement;

/// <summary>
/// Counts of values in buckets whose width grows with the value, so that each value keeps its first digits: the high
/// dynamic range layout, which other tools read from <c>.hlog</c> files. Written by one thread, without allocation;
/// other threads may read at any time and see each count as it was a moment ago.
/// </summary>
/// <remarks>
/// Times are nanoseconds here. Values beyond the range are counted in its last bucket; the exact maximum is kept.
/// </remarks>
internal sealed class Histogram
{
    /// <summary>One hour, in nanoseconds: no answer of a broker is waited for so long.</summary>
    public const long HighestNs = 3_600_000_000_000;

    /// <summary>Decimal digits that a value keeps: an error of a thousandth.</summary>
    public const int DefaultDigits = 3;

    private readonly long[] counts;
    private readonly int unitMagnitude;
    private readonly int halfMagnitude;
    private readonly int halfCount;
    private readonly long subBucketMask;
    private readonly int leadingZerosBase;
    private long total;
    private long exactMax;

    /// <summary>A histogram of nanoseconds up to an hour.</summary>
    public Histogram()
        : this(1, HighestNs, DefaultDigits)
    {
    }

    /// <param name="lowest">Smallest value that is told from 0, at least 1.</param>
    /// <param name="highest">Largest value that has a bucket of its own, at least twice the lowest.</param>
    /// <param name="digits">Decimal digits that a value keeps, 0 to 5.</param>
    public Histogram(long lowest, long highest, int digits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lowest, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(highest, 2 * lowest);
        ArgumentOutOfRangeException.ThrowIfNegative(digits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digits, 5);
        Lowest = lowest;
        Highest = highest;
        Digits = digits;
        unitMagnitude = BitOperations.Log2((ulong)lowest);
        ulong exactUpTo = 2 * (ulong)Math.Pow(10, digits);
        halfMagnitude = Math.Max(BitOperations.Log2(BitOperations.RoundUpToPowerOf2(exactUpTo)), 1) - 1;
        halfCount = 1 << halfMagnitude;
        int subBuckets = halfCount * 2;
        subBucketMask = (subBuckets - 1L) << unitMagnitude;
        leadingZerosBase = 64 - unitMagnitude - halfMagnitude - 1;
        int buckets = 1;
        for (ulong beyond = (ulong)subBuckets << unitMagnitude; beyond <= (ulong)highest; beyond <<= 1)
        {
            buckets++;
        }

        counts = new long[(buckets + 1) * halfCount];
    }

    public long Lowest { get; }

    public long Highest { get; }

    public int Digits { get; }

    /// <summary>Values counted.</summary>
    public long Total => Volatile.Read(ref total);

    /// <summary>Buckets, for the encoding: values of one count have the same first digits.</summary>
    public ReadOnlySpan<long> Counts => counts;

    /// <summary>
    /// The largest value as it was recorded, or the end of its bucket where it was read back; 0 where none.
    /// </summary>
    public long Max => Volatile.Read(ref exactMax);

    /// <summary>The beginning of the first bucket with a value; 0 where there is none.</summary>
    public long Min
    {
        get
        {
            int first = counts.AsSpan().IndexOfAnyExcept(0);
            return first < 0 ? 0 : ValueOf(first);
        }
    }

    /// <summary>Counts one value. Negative ones count as 0: a clock read on two processors may step back.</summary>
    public void Record(long value) => Record(value, 1);

    /// <summary>Counts one value several times.</summary>
    public void Record(long value, long times)
    {
        long held = Math.Clamp(value, 0, Highest);
        counts[IndexOf(held)] += times;
        total += times;
        exactMax = Math.Max(exactMax, value);
    }

    /// <summary>Counts all that another histogram of the same layout has.</summary>
    public void Add(Histogram other)
    {
        RequireSameLayout(other);
        long added = 0;
        for (int index = 0; index < counts.Length; index++)
        {
            long count = Volatile.Read(ref other.counts[index]);
            counts[index] += count;
            added += count;
        }

        total += added;
        exactMax = Math.Max(exactMax, other.Max);
    }

    /// <summary>
    /// Becomes what <paramref name="now"/> has counted since <paramref name="before"/> was copied from it. Its maximum
    /// is that of the newest bucket, unless the exact one rose since then.
    /// </summary>
    public void SetToDifference(Histogram now, Histogram before)
    {
        RequireSameLayout(now);
        RequireSameLayout(before);
        long sum = 0;
        int last = -1;
        for (int index = 0; index < counts.Length; index++)
        {
            long count = Volatile.Read(ref now.counts[index]) - before.counts[index];
            counts[index] = count;
            sum += count;
            last = count == 0 ? last : index;
        }

        total = sum;
        exactMax = last < 0 ? 0 : now.Max > before.Max ? now.Max : HighestEquivalent(last);
    }

    /// <summary>Becomes a copy of another histogram of the same layout.</summary>
    public void CopyFrom(Histogram other)
    {
        Clear();
        Add(other);
    }

    public void Clear()
    {
        Array.Clear(counts);
        total = 0;
        exactMax = 0;
    }

    /// <summary>The largest value that so much per cent of all values are at most as large as.</summary>
    /// <param name="percentile">0 to 100.</param>
    /// <returns>The end of that value's bucket, at most <see cref="Max"/>; 0 where there is no value.</returns>
    public long ValueAt(double percentile)
    {
        // One step down, as 99.9 per cent of 1000 in binary is a little over 999.
        double part = Math.Clamp(Math.BitDecrement(percentile), 0, 100) / 100;
        long wanted = Math.Max(1, (long)Math.Ceiling(part * total));
        long seen = 0;
        for (int index = 0; index < counts.Length; index++)
        {
            seen += counts[index];
            if (seen >= wanted)
            {
                return Math.Min(HighestEquivalent(index), Max);
            }
        }

        return 0;
    }

    /// <summary>The mean of all values, each taken as the middle of its bucket; 0 where there is none.</summary>
    public double Mean
    {
        get
        {
            double sum = 0;
            for (int index = 0; index < counts.Length; index++)
            {
                sum += counts[index] == 0 ? 0 : (double)counts[index] * MiddleOf(index);
            }

            return total == 0 ? 0 : sum / total;
        }
    }

    /// <summary>Values that are at most as large as this one, to the precision of the buckets.</summary>
    public long CountUpTo(long value)
    {
        long seen = 0;
        int last = IndexOf(Math.Clamp(value, 0, Highest));
        for (int index = 0; index <= last; index++)
        {
            seen += counts[index];
        }

        return seen;
    }

    /// <summary>The least value that is counted at this index of <see cref="Counts"/>.</summary>
    public long ValueOf(int index)
    {
        (int shift, int inBucket) = Split(index);
        return (long)inBucket << shift;
    }

    /// <summary>Takes counts that were read back. Used by the decoding only.</summary>
    /// <returns>False where there are more of them than this layout has buckets, or one is negative.</returns>
    internal bool TrySetCount(int index, long count)
    {
        if (index >= counts.Length || count < 0)
        {
            return false;
        }

        counts[index] = count;
        total += count;
        exactMax = count == 0 ? exactMax : Math.Max(exactMax, HighestEquivalent(index));
        return true;
    }

    private int IndexOf(long value)
    {
        int bucket = leadingZerosBase - BitOperations.LeadingZeroCount((ulong)(value | subBucketMask));
        int inBucket = (int)(value >> (bucket + unitMagnitude));
        return ((bucket + 1) << halfMagnitude) + inBucket - halfCount;
    }


    private long HighestEquivalent(int index) => ValueOf(index) + (1L << Split(index).Shift) - 1;

    private long MiddleOf(int index) => ValueOf(index) + ((1L << Split(index).Shift) >> 1);

    private (int Shift, int InBucket) Split(int index)
    {
        int bucket = (index >> halfMagnitude) - 1;
        int inBucket = (index & (halfCount - 1)) + halfCount;
        return bucket < 0 ? (unitMagnitude, inBucket - halfCount) : (bucket + unitMagnitude, inBucket);
    }

    private void RequireSameLayout(Histogram other)
    {
        if (other.counts.Length != counts.Length || other.unitMagnitude != unitMagnitude || other.Digits != Digits)
        {
            throw new ArgumentException("The two histograms have different buckets.", nameof(other));
        }
    }
}
