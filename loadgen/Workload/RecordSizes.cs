using System.Globalization;

namespace Millrace.Loadgen;

/// <summary>
/// How large the values of records are: <c>1024</c> for all, <c>100-2000</c> evenly between, <c>100:3,10240:1</c> by
/// weight, <c>lognormal:600:0.8</c> around a median. Immutable.
/// </summary>
internal sealed class RecordSizes
{
    public const int BytesMax = 64 * 1024 * 1024;

    /// <summary>How many times its median a value of the long tail may be.</summary>
    private const int TailMax = 64;

    private readonly int[] sizes;
    private readonly double[] cumulative;
    private readonly double sigma;

    private RecordSizes(string text, int[] sizes, double[] cumulative, double sigma)
    {
        Text = text;
        this.sizes = sizes;
        this.cumulative = cumulative;
        this.sigma = sigma;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    public bool IsConstant => sizes.Length == 1 && sigma == 0;

    /// <summary>The largest size that comes.</summary>
    public int Max => sigma > 0 ? (int)Math.Min((long)sizes[0] * TailMax, BytesMax) : sizes.Max();

    public int Min => sigma > 0 ? 1 : sizes.Min();

    /// <summary>The mean in bytes.</summary>
    public double Mean
    {
        get
        {
            if (sigma > 0)
            {
                return sizes[0] * Math.Exp(sigma * sigma / 2);
            }

            if (cumulative.Length == 0)
            {
                return sizes.Average();
            }

            double mean = 0;
            for (int index = 0; index < sizes.Length; index++)
            {
                mean += sizes[index] * (cumulative[index] - (index == 0 ? 0 : cumulative[index - 1]));
            }

            return mean;
        }
    }

    public static RecordSizes Constant(int bytes) => new($"{bytes}", [bytes], [], 0);

    /// <summary>Reads one of the forms above.</summary>
    /// <returns>Null where it is none of them.</returns>
    public static RecordSizes? TryParse(string text)
    {
        if (text.StartsWith("lognormal:", StringComparison.Ordinal))
        {
            string[] parts = text.Split(':');
            return parts.Length == 3 && TryReadSize(parts[1], out int median)
                && double.TryParse(parts[2], CultureInfo.InvariantCulture, out double sigma) && sigma is > 0 and < 4
                ? new RecordSizes(text, [median], [], sigma)
                : null;
        }

        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TryParseMix(text);
        }

        int dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash > 0)
        {
            return TryReadSize(text[..dash], out int low) && TryReadSize(text[(dash + 1)..], out int high) && low < high
                ? new RecordSizes(text, [low, high], [], 0)
                : null;
        }

        return TryReadSize(text, out int size) ? new RecordSizes(text, [size], [], 0) : null;
    }

    public int Next(ref Chance chance)
    {
        if (sigma > 0)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - chance.NextUnit())) * Math.Cos(2 * Math.PI * chance.NextUnit());
            return (int)Math.Clamp(sizes[0] * Math.Exp(sigma * normal), 1, Max);
        }

        if (sizes.Length == 1)
        {
            return sizes[0];
        }

        if (cumulative.Length == 0)
        {
            return sizes[0] + chance.NextBelow(sizes[1] - sizes[0] + 1);
        }

        double place = chance.NextUnit();
        int index = 0;
        while (index < sizes.Length - 1 && place >= cumulative[index])
        {
            index++;
        }

        return sizes[index];
    }

    /// <summary>Bytes with an optional K or M of 1024: <c>100</c>, <c>16K</c>, <c>1M</c>.</summary>
    public static bool TryReadSize(string text, out int bytes)
    {
        text = text.Trim();
        int shift = text.Length == 0 ? 0 : char.ToUpperInvariant(text[^1]) switch { 'K' => 10, 'M' => 20, _ => 0 };
        ReadOnlySpan<char> digits = shift > 0 ? text.AsSpan(0, text.Length - 1) : text;
        bytes = 0;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long count)
            || count > BytesMax >> shift)
        {
            return false;
        }

        bytes = (int)(count << shift);
        return true;
    }

    private static RecordSizes? TryParseMix(string text)
    {
        List<int> sizes = [];
        List<double> weights = [];
        foreach (string part in text.Split(','))
        {
            int colon = part.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || !TryReadSize(part[..colon], out int size)
                || !double.TryParse(
                    part.AsSpan(colon + 1).TrimEnd('%'), CultureInfo.InvariantCulture, out double weight)
                || weight <= 0 || !double.IsFinite(weight))
            {
                return null;
            }

            sizes.Add(size);
            weights.Add(weight);
        }

        double[] cumulative = new double[weights.Count];
        double sum = 0;
        for (int index = 0; index < cumulative.Length; index++)
        {
            sum += weights[index];
            cumulative[index] = sum / weights.Sum();
        }

        return new RecordSizes(text, [.. sizes], cumulative, 0);
    }
}
