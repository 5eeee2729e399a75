namespace Millrace.Loadgen.Suite;

/// <summary>What the rounds have measured so far, of one broker. Owned by the thread that runs the suite.</summary>
internal sealed class RowMeasures
{
    private readonly Dictionary<string, List<double>> rounds = [];

    public void Add(string row, double value)
    {
        if (!rounds.TryGetValue(row, out List<double>? values))
        {
            rounds[row] = values = [];
        }

        values.Add(value);
    }

    public IReadOnlyList<double> Rounds(string row) => rounds.GetValueOrDefault(row, []);

    /// <summary>The median of the rounds; null where there was none.</summary>
    public double? Median(string row) => Median(Rounds(row));

    /// <summary>The middle one, or the mean of the middle two; null of none.</summary>
    public static double? Median(IReadOnlyList<double> values)
    {
        if (values.Count == 0)
        {
            return null;
        }

        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>From the least to the most of the rounds, relative to their median; 0 of less than two.</summary>
    public static double Spread(IReadOnlyList<double> values) =>
        values.Count < 2 || Median(values) is not > 0 ? 0 : (values.Max() - values.Min()) / Median(values)!.Value;
}
