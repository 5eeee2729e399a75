namespace Millrace.Loadgen;

/// <summary>
/// Numbers from 0 whose probability falls with the power <c>exponent</c> of their rank: few keys are hot, most are
/// cold. Rejection-inversion (Hörmann and Derflinger, 1996): no table, the same cost for ten keys and ten million.
/// </summary>
internal readonly struct ZipfSampler
{
    private readonly double exponent;
    private readonly double hOfFirst;
    private readonly double hOfLast;
    private readonly double acceptedWithin;

    /// <param name="count">Numbers to choose from, 1 or more.</param>
    /// <param name="exponent">More than 0; 0.99 is the usual one (YCSB).</param>
    public ZipfSampler(long count, double exponent)
    {
        this.exponent = exponent;
        Count = count;
        hOfFirst = H(1.5) - 1;
        hOfLast = H(count + 0.5);
        acceptedWithin = 2 - InverseH(H(2.5) - Math.Pow(2, -exponent));
    }

    public long Count { get; }

    /// <summary>A rank, at least 0 and below <see cref="Count"/>; 0 is the hottest.</summary>
    public long Next(ref Chance chance)
    {
        while (true)
        {
            double place = hOfLast + (chance.NextUnit() * (hOfFirst - hOfLast));
            double x = InverseH(place);
            long rank = Math.Clamp((long)(x + 0.5), 1, Count);
            if (rank - x <= acceptedWithin || place >= H(rank + 0.5) - Math.Pow(rank, -exponent))
            {
                return rank - 1;
            }
        }
    }

    /// <summary>The integral of x to the power -exponent; a logarithm where the exponent is 1.</summary>
    private double H(double x)
    {
        double log = Math.Log(x);
        return Ratio((1 - exponent) * log) * log;
    }

    private double InverseH(double y)
    {
        double t = Math.Max(-1, y * (1 - exponent));
        return Math.Exp(RatioOfLog(t) * y);
    }

    /// <summary>(exp(x) - 1) / x, whole also around 0.</summary>
    private static double Ratio(double x) =>
        Math.Abs(x) > 1e-8 ? (Math.Exp(x) - 1) / x : 1 + (x / 2 * (1 + (x / 3)));

    /// <summary>log(1 + x) / x, whole also around 0.</summary>
    private static double RatioOfLog(double x) =>
        Math.Abs(x) > 1e-8 ? Math.Log(1 + x) / x : 1 - (x * (0.5 - (x / 3)));
}
