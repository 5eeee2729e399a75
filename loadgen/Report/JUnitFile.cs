using System.Globalization;
using System.Text;
using System.Xml;

namespace Millrace.Loadgen.Report;

/// <summary>One gate as a test case.</summary>
/// <param name="Name">What was held against its bound.</param>
/// <param name="Failure">Why it failed; null where it passed.</param>
/// <param name="Detail">The figures.</param>
internal sealed record JUnitCase(string Name, string? Failure, string Detail);

/// <summary>Gates in the XML that CI systems show as tests.</summary>
internal static class JUnitFile
{
    /// <summary>The gates of a comparison: one case for each figure, and one for what else may fail it.</summary>
    public static string Of(Comparison comparison)
    {
        List<JUnitCase> cases =
        [
            new JUnitCase(
                "loadgen was not the bottleneck",
                comparison.Limits.Count == 0 ? null : string.Join("; ", comparison.Limits),
                ""),
            new JUnitCase(
                "no records lost or failed",
                comparison.Faults.Count == 0 ? null : string.Join("; ", comparison.Faults),
                ""),
        ];
        foreach (ComparedFigure figure in comparison.Figures.Where(figure => figure.IsGate))
        {
            string detail = $"{figure.Gate.Text(figure.After)}, before {figure.Gate.Text(figure.Before)}, ratio "
                + $"{Figures.Factor(figure.Ratio)}, noise ±{Figures.Percent(figure.Band)}";
            cases.Add(new JUnitCase(figure.Gate.Name, figure.IsRegression ? detail : null, detail));
        }

        return Render(comparison.After.Workload, comparison.After.Totals.Seconds, cases);
    }

    /// <summary>The file's text.</summary>
    public static string Render(string suite, double seconds, IReadOnlyList<JUnitCase> cases)
    {
        StringBuilder text = new();
        XmlWriterSettings settings = new() { Indent = true, OmitXmlDeclaration = true };
        using (XmlWriter xml = XmlWriter.Create(text, settings))
        {
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", suite);
            xml.WriteAttributeString("tests", Number(cases.Count));
            xml.WriteAttributeString("failures", Number(cases.Count(one => one.Failure is not null)));
            xml.WriteAttributeString("time", seconds.ToString("0.###", CultureInfo.InvariantCulture));
            foreach (JUnitCase one in cases)
            {
                xml.WriteStartElement("testcase");
                xml.WriteAttributeString("classname", suite);
                xml.WriteAttributeString("name", one.Name);
                if (one.Failure is not null)
                {
                    xml.WriteStartElement("failure");
                    xml.WriteAttributeString("message", one.Failure);
                    xml.WriteEndElement();
                }

                if (one.Detail.Length > 0)
                {
                    xml.WriteElementString("system-out", one.Detail);
                }

                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        return text.Append('\n').ToString();
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
