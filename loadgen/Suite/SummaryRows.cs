namespace Millrace.Loadgen.Suite;

/// <summary>From what the rounds measured to the rows of the summary.</summary>
internal static class SummaryRows
{
    public const string Ours = "Millrace";
    public const string Theirs = "Kafka";

    /// <summary>Rows that are a distance from a floor, and the row whose floor it is.</summary>
    private static readonly Dictionary<string, string> Distances = new()
    {
        ["P9-produce"] = "P1",
        ["P9-fetch"] = "P2",
        ["P9-durable"] = "P5",
    };

    /// <summary>All rows.</summary>
    /// <param name="measures">Of each broker, by its name.</param>
    /// <param name="floorOf">The floor of a row; null where it has none.</param>
    public static IReadOnlyList<SummaryRow> Of(
        IReadOnlyDictionary<string, RowMeasures> measures, Func<string, double?> floorOf) =>
        SuiteRow.All.Select(row => Of(row, measures, floorOf)).ToList();

    private static SummaryRow Of(
        SuiteRow row, IReadOnlyDictionary<string, RowMeasures> measures, Func<string, double?> floorOf)
    {
        Dictionary<string, IReadOnlyList<double>> rounds = measures.ToDictionary(
            pair => pair.Key, pair => Rounds(row, pair.Value, floorOf));
        IReadOnlyList<double> ours = rounds.GetValueOrDefault(Ours, []);
        IReadOnlyList<double> kafka = rounds.GetValueOrDefault(Theirs, []);
        double? our = RowMeasures.Median(ours);
        double? their = RowMeasures.Median(kafka);
        double? ratio = their is > 0 && our is not null ? our / their : null;
        double? floor = floorOf(row.Id);
        return new SummaryRow
        {
            Id = row.Id,
            Name = row.Name,
            Unit = row.Unit,
            HigherIsBetter = row.IsHigherBetter,
            Ours = our,
            Kafka = their,
            Others = rounds
                .Where(pair => pair.Key is not (Ours or Theirs) && pair.Value.Count > 0)
                .ToDictionary(pair => pair.Key, pair => RowMeasures.Median(pair.Value)!.Value),
            Ratio = ratio,
            Floor = floor,
            Distance = our is { } value && floor is { } least ? Distance(row, value, least) : null,
            Goal = row.Goal?.Text(row),
            GoalMet = row.Goal?.IsMet(our, ratio),
            OurRounds = ours,
            KafkaRounds = kafka,
            Spread = RowMeasures.Spread(ours),
            KafkaSpread = RowMeasures.Spread(kafka),
        };
    }

    private static IReadOnlyList<double> Rounds(SuiteRow row, RowMeasures measures, Func<string, double?> floorOf)
    {
        if (!Distances.TryGetValue(row.Id, out string? of))
        {
            return measures.Rounds(row.Id);
        }

        return floorOf(of) is { } floor
            ? measures.Rounds(of).Select(value => Distance(SuiteRow.Of(of), value, floor)).ToList()
            : [];
    }

    /// <summary>How many times the floor a figure is; of a rate, how many times the floor is the figure.</summary>
    private static double Distance(SuiteRow row, double value, double floor) =>
        row.IsHigherBetter ? floor / Math.Max(value, 1e-9) : value / Math.Max(floor, 1e-9);
}
