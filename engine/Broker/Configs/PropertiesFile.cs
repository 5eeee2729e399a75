using System.Globalization;
using System.Text;

namespace Millrace.Broker;

/// <summary>
/// Java's properties format: ISO-8859-1 text, <c>#</c> and <c>!</c> comments, <c>=</c>, <c>:</c> or white space between
/// key and value, backslash escapes, and lines that go on behind a backslash.
/// </summary>
public static class PropertiesFile
{
    /// <summary>Reads every entry, in the order of the file, repeated keys too.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="entries">Key, value, and the number of the line where the entry begins.</param>
    /// <returns>Null, or what is wrong and in which line.</returns>
    public static string? Read(ReadOnlySpan<byte> bytes, out List<(string Key, string Value, int Line)> entries)
    {
        entries = [];
        var lines = SplitLines(Encoding.Latin1.GetString(bytes));
        var logical = new StringBuilder();
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i].AsSpan().TrimStart(" \t\f");
            if (line.IsEmpty || line[0] is '#' or '!')
                continue;
            var first = i + 1;
            logical.Clear();
            while (EndsInBackslash(line))
            {
                // A comment sign on a continuation line is text. At the end of the file the backslash just goes.
                logical.Append(line[..^1]);
                if (++i >= lines.Count)
                {
                    line = [];
                    break;
                }

                line = lines[i].AsSpan().TrimStart(" \t\f");
            }

            logical.Append(line);
            if (!TrySplit(logical.ToString(), out var key, out var value))
                return $"line {first}: malformed \\u escape, it takes four hexadecimal digits";
            entries.Add((key, value, first));
        }

        return null;
    }

    private static List<string> SplitLines(string text)
    {
        var lines = new List<string>();
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOfAny('\r', '\n');
            if (end < 0)
            {
                lines.Add(rest.ToString());
                break;
            }

            lines.Add(rest[..end].ToString());
            var crlf = rest[end] == '\r' && end + 1 < rest.Length && rest[end + 1] == '\n';
            rest = rest[(end + (crlf ? 2 : 1))..];
        }

        return lines;
    }

    private static bool EndsInBackslash(ReadOnlySpan<char> line) => (line.Length - line.TrimEnd('\\').Length) % 2 == 1;

    private static bool TrySplit(string line, out string key, out string value)
    {
        var end = 0;
        while (end < line.Length && line[end] is not ('=' or ':' or ' ' or '\t' or '\f'))
            end += line[end] == '\\' ? 2 : 1;
        end = Math.Min(end, line.Length);
        var start = end;
        while (start < line.Length && line[start] is ' ' or '\t' or '\f')
            start++;
        if (start < line.Length && line[start] is '=' or ':')
            start++;
        while (start < line.Length && line[start] is ' ' or '\t' or '\f')
            start++;
        value = "";
        return TryUnescape(line.AsSpan(0, end), out key) && TryUnescape(line.AsSpan(start), out value);
    }

    private static bool TryUnescape(ReadOnlySpan<char> text, out string plain)
    {
        plain = "";
        if (!text.Contains('\\'))
        {
            plain = text.ToString();
            return true;
        }

        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                result.Append(text[i]);
                continue;
            }

            if (++i >= text.Length)
                break;
            if (text[i] == 'u')
            {
                if (i + 4 >= text.Length || !ushort.TryParse(
                    text.Slice(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
                    return false;
                result.Append((char)unit);
                i += 4;
                continue;
            }

            result.Append(text[i] switch { 't' => '\t', 'n' => '\n', 'r' => '\r', 'f' => '\f', var other => other });
        }

        plain = result.ToString();
        return true;
    }
}
