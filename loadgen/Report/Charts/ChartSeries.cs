namespace Millrace.Loadgen.Report;

/// <summary>One line of a chart.</summary>
/// <param name="Name">As the legend has it.</param>
/// <param name="Color">Number of its colour in the style sheet, from 1.</param>
/// <param name="Points">From left to right.</param>
/// <param name="IsDashed">Drawn in dashes, where it is a second view of what another line shows.</param>
internal sealed record ChartSeries(
    string Name, int Color, IReadOnlyList<(double X, double Y)> Points, bool IsDashed = false);
