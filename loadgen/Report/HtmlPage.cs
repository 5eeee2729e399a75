using System.Net;
using System.Text;

namespace Millrace.Loadgen.Report;

/// <summary>
/// A page in one file: style and pictures within, nothing fetched, no script, well-formed as XML too, light or dark as
/// the reader's machine is. Built from top to bottom by one thread.
/// </summary>
internal sealed class HtmlPage
{
    private const string Style = """
        :root{color-scheme:light dark;--paper:#fff;--ink:#1c2330;--soft:#5d6878;--rule:#dfe4ea;--card:#f6f8fa;
        --band:#e3e9f1;--c1:#1f6feb;--c2:#d9660b;--c3:#0f8a6d;--c4:#8a4fd0;--c5:#8b96a5;--good:#18794e;--bad:#cd2b31}
        @media(prefers-color-scheme:dark){:root{--paper:#12161c;--ink:#e6eaf0;--soft:#98a4b3;--rule:#2a323d;
        --card:#1a2028;--band:#2a3442;--c1:#6cb0ff;--c2:#ff9a52;--c3:#4fd1ac;--c4:#c09bff;--c5:#7b8696;
        --good:#4cc38a;--bad:#ff8589}}
        body{margin:0 auto;padding:28px 20px 60px;max-width:900px;background:var(--paper);color:var(--ink);
        font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;font-variant-numeric:tabular-nums}
        h1{font-size:26px;line-height:1.25;margin:0 0 4px}h2{font-size:18px;margin:34px 0 6px}
        p{margin:6px 0}.soft{color:var(--soft)}.tiles{display:flex;flex-wrap:wrap;gap:10px;margin:18px 0}
        .tile{flex:1 1 128px;background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:10px 12px}
        .tile b{display:block;font-size:21px;line-height:1.3;font-weight:600}
        .tile span{color:var(--soft);font-size:13px}
        .note{border-left:4px solid var(--c5);background:var(--card);padding:8px 12px;margin:12px 0}
        .bad{border-color:var(--bad)}.good{border-color:var(--good)}
        .scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:8px 0}
        th,td{text-align:right;padding:5px 8px;border-bottom:1px solid var(--rule);vertical-align:top}
        th{color:var(--soft);font-weight:500;font-size:13px}th:first-child,td:first-child{text-align:left}
        td.worse,td.missed{color:var(--bad);font-weight:600}td.better,td.met{color:var(--good);font-weight:600}
        table.facts td{text-align:left}table.facts td:first-child{color:var(--soft);white-space:nowrap;width:1%}
        .chart{display:block;width:100%;height:auto;margin:4px 0}.grid{stroke:var(--rule);stroke-width:1}
        .mark{fill:var(--soft);font-size:12px}.legend{fill:var(--ink);font-size:12.5px}
        .line{fill:none;stroke-width:2;stroke-linejoin:round}.dashed{stroke-dasharray:5 4}
        .c1{stroke:var(--c1)}.c2{stroke:var(--c2)}.c3{stroke:var(--c3)}.c4{stroke:var(--c4)}.c5{stroke:var(--c5)}
        .f1{fill:var(--c1)}.f2{fill:var(--c2)}.f3{fill:var(--c3)}.f4{fill:var(--c4)}.f5{fill:var(--c5)}
        .f6{fill:var(--good)}.f7{fill:var(--bad)}.band{fill:var(--band)}
        .floor{stroke:var(--ink);stroke-width:2.5}.whisker{stroke:var(--ink);stroke-width:1.5;opacity:.55}
        """;

    private readonly StringBuilder body = new();
    private readonly string title;

    public HtmlPage(string title, string subtitle)
    {
        this.title = title;
        body.Append($"<h1>{Text(title)}</h1>\n<p class=\"soft\">{Text(subtitle)}</p>\n");
    }

    /// <summary>Escapes a text for the page.</summary>
    public static string Text(string plain) => WebUtility.HtmlEncode(plain);

    /// <summary>Large figures in a row.</summary>
    public void Tiles(IEnumerable<(string Figure, string Meaning)> tiles)
    {
        body.Append("<div class=\"tiles\">\n");
        foreach ((string figure, string meaning) in tiles)
        {
            body.Append($"<div class=\"tile\"><b>{Text(figure)}</b><span>{Text(meaning)}</span></div>\n");
        }

        body.Append("</div>\n");
    }

    public void Heading(string text) => body.Append($"<h2>{Text(text)}</h2>\n");

    public void Paragraph(string text) => body.Append($"<p class=\"soft\">{Text(text)}</p>\n");

    /// <summary>A remark that stands out.</summary>
    /// <param name="isGood">Green, red, or plain.</param>
    /// <param name="text">The remark.</param>
    public void Note(bool? isGood, string text)
    {
        string kind = isGood switch { true => " good", false => " bad", null => "" };
        body.Append($"<div class=\"note{kind}\">{Text(text)}</div>\n");
    }

    /// <summary>A picture, drawn by one of the charts.</summary>
    public void Chart(string svg) => body.Append(svg);

    /// <summary>A table with a head.</summary>
    /// <param name="heads">Titles of the columns.</param>
    /// <param name="rows">Cells, each with the class that colours it, or an empty one.</param>
    public void Table(IEnumerable<string> heads, IEnumerable<IEnumerable<(string Cell, string Kind)>> rows)
    {
        body.Append("<div class=\"scroll\"><table><thead><tr>");
        foreach (string head in heads)
        {
            body.Append($"<th>{Text(head)}</th>");
        }

        body.Append("</tr></thead><tbody>\n");
        foreach (IEnumerable<(string Cell, string Kind)> row in rows)
        {
            body.Append("<tr>");
            foreach ((string cell, string kind) in row)
            {
                body.Append(kind.Length == 0 ? "<td>" : $"<td class=\"{kind}\">").Append(Text(cell)).Append("</td>");
            }

            body.Append("</tr>\n");
        }

        body.Append("</tbody></table></div>\n");
    }

    /// <summary>Names with what they are.</summary>
    public void Facts(IEnumerable<(string Name, string Value)> facts)
    {
        body.Append("<div class=\"scroll\"><table class=\"facts\"><tbody>\n");
        foreach ((string name, string value) in facts)
        {
            body.Append($"<tr><td>{Text(name)}</td><td>{Text(value)}</td></tr>\n");
        }

        body.Append("</tbody></table></div>\n");
    }

    /// <summary>The whole page.</summary>
    public override string ToString() =>
        $"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
        + $"<title>{Text(title)}</title>\n<style>\n{Style}\n</style></head>\n<body>\n{body}</body></html>\n";
}
