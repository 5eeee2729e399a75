using System.Net;
using System.Text;

namespace Millrace.Loadgen.Report;

/// <summary>One bar.</summary>
/// <param name="Name">What it is of.</param>
/// <param name="Value">Its length.</param>
/// <param name="Color">Number of its colour in the style sheet, from 1.</param>
/// <param name="Low">Least of several rounds; as the value where there was one.</param>
/// <param name="High">Most of several rounds.</param>
/// <param name="Floor">What the machine itself takes for the same work; 0 where not measured.</param>
internal sealed record Bar(string Name, double Value, int Color, double Low, double High, double Floor);

/// <summary>
/// Bars from left to right with the floor as a mark on each and the spread of the rounds as a whisker.
/// </summary>
internal static class BarChart
{
    private const double Width = 860;
    private const double Left = 190;
    private const double Right = 100;
    private const double Row = 30;
    private const double Thickness = 16;

    /// <summary>Draws bars on one scale from 0.</summary>
    /// <param name="title">What is seen, for readers that cannot see it.</param>
    /// <param name="bars">From top to bottom.</param>
    /// <param name="text">How a value is written.</param>
    public static string Draw(string title, IReadOnlyList<Bar> bars, Func<double, string> text)
    {
        double largest = bars.Select(bar => Math.Max(bar.High, Math.Max(bar.Value, bar.Floor))).DefaultIfEmpty(1).Max();
        ChartAxis axis = ChartAxis.FromZero(largest, text);
        string name = WebUtility.HtmlEncode(title);
        StringBuilder svg = new();
        svg.Append($"<svg class=\"chart\" viewBox=\"0 0 {Width} {(bars.Count * Row) + 10}\" role=\"img\" ")
            .Append($"aria-label=\"{name}\" xmlns=\"http://www.w3.org/2000/svg\">\n<title>{name}</title>\n");
        for (int index = 0; index < bars.Count; index++)
        {
            DrawBar(svg, bars[index], axis, 5 + (index * Row), text);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void DrawBar(StringBuilder svg, Bar bar, ChartAxis axis, double top, Func<double, string> text)
    {
        double middle = top + (Row / 2);
        double end = X(axis, bar.Value);
        svg.Append($"<text class=\"legend\" x=\"{Left - 10}\" y=\"{middle + 4}\" text-anchor=\"end\">")
            .Append($"{WebUtility.HtmlEncode(bar.Name)}</text>")
            .Append($"<rect class=\"bar f{bar.Color}\" x=\"{Left}\" y=\"{middle - (Thickness / 2)}\" rx=\"2\" ")
            .Append($"width=\"{Figures.At(Math.Max(end - Left, 1))}\" height=\"{Thickness}\"/>");
        if (bar.High > bar.Low)
        {
            svg.Append($"<line class=\"whisker\" x1=\"{Figures.At(X(axis, bar.Low))}\" ")
                .Append($"x2=\"{Figures.At(X(axis, bar.High))}\" y1=\"{middle}\" y2=\"{middle}\"/>");
        }

        if (bar.Floor > 0)
        {
            string at = Figures.At(X(axis, bar.Floor));
            svg.Append($"<line class=\"floor\" x1=\"{at}\" x2=\"{at}\" y1=\"{top + 2}\" y2=\"{top + Row - 2}\">")
                .Append($"<title>floor: {WebUtility.HtmlEncode(text(bar.Floor))}</title></line>");
        }

        double textAt = Math.Max(end, Math.Max(X(axis, bar.High), X(axis, bar.Floor))) + 8;
        svg.Append($"<text class=\"legend\" x=\"{Figures.At(textAt)}\" y=\"{middle + 4}\">")
            .Append($"{WebUtility.HtmlEncode(text(bar.Value))}</text>\n");
    }

    private static double X(ChartAxis axis, double value) => Left + (axis.Place(value) * (Width - Left - Right));
}
