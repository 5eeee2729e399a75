using System.Net;
using System.Text;

namespace Millrace.Loadgen.Report;

/// <summary>One row of a comparison's picture.</summary>
/// <param name="Name">The figure that is compared.</param>
/// <param name="Ratio">The new one to the old one.</param>
/// <param name="Band">What noise explains: 0.1 is from 1/1.1 to 1.1.</param>
/// <param name="Color">Number of its colour in the style sheet, from 1.</param>
/// <param name="Text">What is written beside it.</param>
internal sealed record BandRow(string Name, double Ratio, double Band, int Color, string Text);

/// <summary>Ratios as dots on a logarithmic scale around 1, each in front of the band that noise explains.</summary>
internal static class BandChart
{
    private const double Width = 860;
    private const double Left = 190;
    private const double Right = 190;
    private const double Row = 28;
    private const double Bottom = 24;
    private const double RatioMax = 4;

    public static string Draw(string title, IReadOnlyList<BandRow> rows)
    {
        double largest = rows.Select(row => Math.Max(Away(row.Ratio), 1 + row.Band)).DefaultIfEmpty(1).Max();
        double end = Math.Min(RatioMax, Math.Max(1.5, largest * 1.1));
        double height = (rows.Count * Row) + Bottom;
        string name = WebUtility.HtmlEncode(title);
        StringBuilder svg = new();
        svg.Append($"<svg class=\"chart\" viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{name}\" ")
            .Append($"xmlns=\"http://www.w3.org/2000/svg\">\n<title>{name}</title>\n");
        foreach (double mark in (double[])[1 / end, 1, end])
        {
            string x = Figures.At(X(mark, end));
            svg.Append($"<line class=\"grid\" x1=\"{x}\" x2=\"{x}\" y1=\"0\" y2=\"{height - Bottom}\"/>")
                .Append($"<text class=\"mark\" x=\"{x}\" y=\"{height - 6}\" text-anchor=\"middle\">")
                .Append($"{Figures.Factor(mark)}</text>\n");
        }

        for (int index = 0; index < rows.Count; index++)
        {
            DrawRow(svg, rows[index], end, (index * Row) + (Row / 2));
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void DrawRow(StringBuilder svg, BandRow row, double end, double middle)
    {
        double from = X(1 / (1 + row.Band), end);
        double to = X(1 + row.Band, end);
        svg.Append($"<text class=\"legend\" x=\"{Left - 12}\" y=\"{middle + 4}\" text-anchor=\"end\">")
            .Append($"{WebUtility.HtmlEncode(row.Name)}</text>")
            .Append($"<rect class=\"band\" x=\"{Figures.At(from)}\" y=\"{middle - 9}\" rx=\"3\" ")
            .Append($"width=\"{Figures.At(to - from)}\" height=\"18\"/>")
            .Append($"<circle class=\"dot f{row.Color}\" cx=\"{Figures.At(X(row.Ratio, end))}\" ")
            .Append($"cy=\"{middle}\" r=\"5\"/>")
            .Append($"<text class=\"legend\" x=\"{Width - Right + 14}\" y=\"{middle + 4}\">")
            .Append($"{WebUtility.HtmlEncode(row.Text)}</text>\n");
    }

    /// <summary>How far a ratio is from 1, either way.</summary>
    private static double Away(double ratio) => ratio <= 0 ? RatioMax : Math.Max(ratio, 1 / ratio);

    private static double X(double ratio, double end)
    {
        double place = ratio <= 0 ? -1 : Math.Log(ratio) / Math.Log(end);
        return Left + ((Math.Clamp(place, -1, 1) + 1) / 2 * (Width - Left - Right));
    }
}
