namespace Millrace.Loadgen.Suite;

/// <summary>
/// The last report's table inside another page, between two marks, so that it is renewed by the run that made it and
/// never by hand.
/// </summary>
internal static class ReadmeTable
{
    public const string Begin = "<!-- report: begin -->";
    public const string End = "<!-- report: end -->";

    /// <summary>A page with another table in it.</summary>
    /// <exception cref="FormatException">The page does not have both marks, in their order.</exception>
    public static string Renew(string page, string table)
    {
        int begin = page.IndexOf(Begin, StringComparison.Ordinal);
        int end = page.IndexOf(End, StringComparison.Ordinal);
        return begin >= 0 && end > begin
            ? $"{page[..(begin + Begin.Length)]}\n{table.Trim()}\n{page[end..]}"
            : throw new FormatException($"There is no place for the table: {Begin} and {End} are missing.");
    }

    /// <summary>Renews a page's table, and the pictures in <c>docs/pictures</c> beside it.</summary>
    public static void Write(SuiteSummary summary, string path)
    {
        File.WriteAllText(path, Renew(File.ReadAllText(path), SuiteReport.Markdown(summary)));
        string pictures = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "docs", "pictures");
        Directory.CreateDirectory(pictures);
        SuitePictures.Write(summary, pictures);
    }
}
