using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Millrace.Loadgen.Tests.Report;

/// <summary>What must hold for every page: it stands in one file, and any parser reads it.</summary>
internal static class PageChecks
{
    /// <summary>Parses a page as XML, which is stricter than HTML, and looks for references out of it.</summary>
    public static XDocument Parse(string page)
    {
        XmlReaderSettings settings = new() { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null };
        using XmlReader reader = XmlReader.Create(new StringReader(page), settings);
        XDocument document = XDocument.Load(reader);
        foreach (XElement element in document.Descendants())
        {
            string[] fetching = ["script", "link", "img", "iframe", "image", "use"];
            Assert.DoesNotContain(element.Name.LocalName, fetching);
            Assert.DoesNotContain(
                element.Attributes(), attribute => attribute.Name.LocalName is "href" or "src" or "srcset" or "style");
        }

        string style = document.Descendants("style").Single().Value;
        Assert.DoesNotContain("url(", style);
        Assert.DoesNotContain("@import", style);
        return document;
    }

    /// <summary>All pictures of a page, each with every number that places something.</summary>
    public static List<XElement> Charts(XDocument page)
    {
        XNamespace svg = "http://www.w3.org/2000/svg";
        List<XElement> charts = page.Descendants(svg + "svg").ToList();
        foreach (XElement chart in charts)
        {
            double[] box = Numbers(chart.Attribute("viewBox")!.Value);
            foreach (XElement shape in chart.Descendants())
            {
                string[] across = ["x", "x1", "x2", "cx"];
                string[] down = ["y", "y1", "y2", "cy"];
                Assert.All(Placed(shape, across), x => Assert.InRange(x, 0, box[2]));
                Assert.All(Placed(shape, down), y => Assert.InRange(y, 0, box[3]));
                Assert.All(
                    Numbers(shape.Attribute("points")?.Value ?? ""), place => Assert.InRange(place, 0, box[2]));
            }
        }

        return charts;
    }

    private static IEnumerable<double> Placed(XElement shape, string[] names) =>
        names.Select(name => shape.Attribute(name)?.Value).OfType<string>().SelectMany(Numbers);

    private static double[] Numbers(string text) =>
        text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)
            .Select(number => double.Parse(number, CultureInfo.InvariantCulture))
            .ToArray();
}
