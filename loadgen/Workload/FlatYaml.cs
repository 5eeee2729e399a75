namespace Millrace.Loadgen;

/// <summary>
/// Reads the part of YAML that OpenMessaging-benchmark's workload and driver files use: names with a plain or quoted
/// text behind a colon, and blocks of literal lines behind <c>|</c>. All else is an error that names its line.
/// </summary>
internal static class FlatYaml
{
    /// <summary>Reads a file.</summary>
    /// <returns>Texts by name; a block's lines with line ends between them.</returns>
    /// <exception cref="FormatException">A line is something else; the message has its number.</exception>
    public static Dictionary<string, string> Read(TextReader reader, string file)
    {
        Dictionary<string, string> values = [];
        string? block = null;
        int number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            string text = line.Trim();
            bool isIndented = line.Length > 0 && char.IsWhiteSpace(line[0]);
            if (block is not null && (isIndented || text.Length == 0))
            {
                values[block] += text + "\n";
                continue;
            }

            block = null;
            if (text.Length == 0 || text[0] == '#' || text is "---" or "...")
            {
                continue;
            }

            int colon = text.IndexOf(':', StringComparison.Ordinal);
            if (isIndented || colon <= 0 || text[0] is '-' or '{' or '[')
            {
                throw new FormatException($"{file}:{number}: expected name: text, and found {text}");
            }

            string name = text[..colon].Trim();
            string value = Plain(text[(colon + 1)..].Trim(), $"{file}:{number}");
            block = value is "|" or "|-" ? name : null;
            if (!values.TryAdd(name, block is null ? value : ""))
            {
                throw new FormatException($"{file}:{number}: {name} stands there twice");
            }
        }

        return values;
    }

    private static string Plain(string text, string place)
    {
        if (text.Length > 0 && text[0] is '"' or '\'')
        {
            int end = text.IndexOf(text[0], 1);
            return end > 0 ? text[1..end] : throw new FormatException($"{place}: a quote is not closed");
        }

        if (text.Length > 0 && text[0] is '{' or '[' or '&' or '*' or '>')
        {
            throw new FormatException($"{place}: expected a plain text, and found {text}");
        }

        int comment = text.IndexOf(" #", StringComparison.Ordinal);
        return comment >= 0 ? text[..comment].TrimEnd() : text;
    }
}
