using System.Net;
using System.Text;

namespace Millrace.Loadgen.Report;

/// <summary>Lines over a pair of axes, as SVG to stand in a page: no script, colours from the page's style.</summary>
internal sealed class LineChart
{
    private const double Width = 860;
    private const double Height = 280;
    private const double Left = 78;
    private const double Right = 16;
    private const double Top = 34;
    private const double Bottom = 46;

    private readonly StringBuilder svg = new();
    private readonly ChartAxis across;
    private readonly ChartAxis up;

    private LineChart(ChartAxis across, ChartAxis up)
    {
        this.across = across;
        this.up = up;
    }

    /// <summary>Draws a chart.</summary>
    /// <param name="title">What is seen, for readers that cannot see it.</param>
    /// <param name="acrossTitle">What the lower axis counts.</param>
    /// <param name="across">The lower axis.</param>
    /// <param name="up">The left axis.</param>
    /// <param name="lines">The lines; those without points are left out.</param>
    public static string Draw(
        string title, string acrossTitle, ChartAxis across, ChartAxis up, IEnumerable<ChartSeries> lines)
    {
        LineChart chart = new(across, up);
        chart.Begin(title);
        chart.DrawGrid(acrossTitle);
        double legendAt = Left;
        foreach (ChartSeries line in lines.Where(line => line.Points.Count > 0))
        {
            chart.DrawLine(line);
            legendAt = chart.DrawLegend(line, legendAt);
        }

        chart.svg.Append("</svg>\n");
        return chart.svg.ToString();
    }

    private void Begin(string title)
    {
        string text = WebUtility.HtmlEncode(title);
        svg.Append($"<svg class=\"chart\" viewBox=\"0 0 {Figures.At(Width)} {Figures.At(Height)}\" role=\"img\" ")
            .Append($"aria-label=\"{text}\" xmlns=\"http://www.w3.org/2000/svg\">\n<title>{text}</title>\n");
    }

    private void DrawGrid(string acrossTitle)
    {
        foreach ((double place, string text) in up.Marks)
        {
            string y = Figures.At(Y(place));
            svg.Append($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y}\" y2=\"{y}\"/>")
                .Append($"<text class=\"mark\" x=\"{Left - 8}\" y=\"{y}\" dy=\"4\" text-anchor=\"end\">")
                .Append($"{WebUtility.HtmlEncode(text)}</text>\n");
        }

        foreach ((double place, string text) in across.Marks)
        {
            string x = Figures.At(X(place));
            svg.Append($"<line class=\"grid\" x1=\"{x}\" x2=\"{x}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/>")
                .Append($"<text class=\"mark\" x=\"{x}\" y=\"{Height - Bottom + 17}\" text-anchor=\"middle\">")
                .Append($"{WebUtility.HtmlEncode(text)}</text>\n");
        }

        svg.Append($"<text class=\"mark\" x=\"{Figures.At((Left + Width - Right) / 2)}\" y=\"{Height - 8}\" ")
            .Append($"text-anchor=\"middle\">{WebUtility.HtmlEncode(acrossTitle)}</text>\n");
    }

    private void DrawLine(ChartSeries line)
    {
        svg.Append($"<polyline class=\"line c{line.Color}{(line.IsDashed ? " dashed" : "")}\" points=\"");
        foreach ((double x, double y) in line.Points)
        {
            svg.Append($"{Figures.At(X(across.Place(x)))},{Figures.At(Y(up.Place(y)))} ");
        }

        svg.Append($"\"><title>{WebUtility.HtmlEncode(line.Name)}</title></polyline>\n");
    }

    private double DrawLegend(ChartSeries line, double at)
    {
        const double letter = 6.6;
        const double stroke = 22;
        const double gap = 18;
        string dashed = line.IsDashed ? " dashed" : "";
        svg.Append($"<line class=\"line c{line.Color}{dashed}\" x1=\"{Figures.At(at)}\" ")
            .Append($"x2=\"{Figures.At(at + stroke)}\" y1=\"14\" y2=\"14\"/>")
            .Append($"<text class=\"legend\" x=\"{Figures.At(at + stroke + 6)}\" y=\"18\">")
            .Append($"{WebUtility.HtmlEncode(line.Name)}</text>\n");
        return at + stroke + 6 + (line.Name.Length * letter) + gap;
    }

    private static double X(double place) => Left + (place * (Width - Left - Right));

    private static double Y(double place) => Height - Bottom - (place * (Height - Top - Bottom));
}
