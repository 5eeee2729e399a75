namespace Millrace.Loadgen.Suite;

/// <summary>What a row is to reach, as a bound on our figure itself or on its ratio to Kafka's.</summary>
/// <param name="IsRatio">Ours to Kafka's, or ours alone.</param>
/// <param name="IsAtMost">The figure may be as large as the bound; or must be at least that.</param>
/// <param name="Bound">The bound.</param>
internal sealed record SuiteGoal(bool IsRatio, bool IsAtMost, double Bound)
{
    public static SuiteGoal RatioAtMost(double bound) => new(true, true, bound);

    public static SuiteGoal RatioAtLeast(double bound) => new(true, false, bound);

    public static SuiteGoal AtMost(double bound) => new(false, true, bound);

    /// <summary>Whether it is reached; null where what it is about was not measured.</summary>
    public bool? IsMet(double? ours, double? ratio)
    {
        double? figure = IsRatio ? ratio : ours;
        return figure is null ? null : IsAtMost ? figure <= Bound : figure >= Bound;
    }

    /// <summary>As the table has it, such as <c>≤ 0.25x</c>.</summary>
    public string Text(SuiteRow row)
    {
        string bound = IsRatio ? $"{Bound.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture)}x"
            : row.Text(Bound);
        return $"{(IsAtMost ? "≤" : "≥")} {bound}";
    }
}
