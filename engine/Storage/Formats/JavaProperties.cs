using System.Globalization;
using System.Text;

namespace Millrace.Storage;

/// <summary>
/// The text format of <c>java.util.Properties</c>, as far as Kafka's own files use it: comments, the three separators,
/// escapes, continued lines. Read as Latin-1, as Kafka reads it; everything beyond ASCII is written as an escape.
/// </summary>
internal static class JavaProperties
{
    /// <summary>Parses all pairs; of a key that stands there twice the last one counts.</summary>
    /// <returns>Null, or what is wrong.</returns>
    internal static string? Parse(ReadOnlySpan<byte> bytes, Dictionary<string, string> pairs)
    {
        string text = Encoding.Latin1.GetString(bytes).ReplaceLineEndings("\n");
        string[] lines = text.Split('\n');
        for (int index = 0; index < lines.Length; index++)
        {
            string line = TrimStart(lines[index]);
            if (line.Length == 0 || line[0] is '#' or '!')
            {
                continue;
            }

            while (IsContinued(line))
            {
                index++;
                line = line[..^1] + (index < lines.Length ? TrimStart(lines[index]) : "");
            }

            int keyEnd = FindKeyEnd(line);
            if (!TryUnescape(line.AsSpan(0, keyEnd), out string key)
                || !TryUnescape(ValueOf(line, keyEnd), out string value))
            {
                return $"line {index + 1} has a malformed \\u escape";
            }

            pairs[key] = value;
        }

        return null;
    }

    private static string TrimStart(string line) => line.TrimStart(' ', '\t', '\f');

    /// <summary>An odd number of backslashes at its end joins a line to the next.</summary>
    private static bool IsContinued(string line) => (line.Length - line.TrimEnd('\\').Length) % 2 == 1;

    private static int FindKeyEnd(string line)
    {
        int index = 0;
        while (index < line.Length && line[index] is not ('=' or ':' or ' ' or '\t' or '\f'))
        {
            index += line[index] == '\\' ? 2 : 1;
        }

        return Math.Min(index, line.Length);
    }

    private static ReadOnlySpan<char> ValueOf(string line, int keyEnd)
    {
        ReadOnlySpan<char> rest = line.AsSpan(keyEnd).TrimStart(" \t\f");
        if (!rest.IsEmpty && rest[0] is '=' or ':')
        {
            rest = rest[1..].TrimStart(" \t\f");
        }

        return rest;
    }

    private static bool TryUnescape(ReadOnlySpan<char> text, out string plain)
    {
        StringBuilder result = new(text.Length);
        plain = "";
        for (int index = 0; index < text.Length; index++)
        {
            char current = text[index];
            if (current == '\\' && ++index < text.Length)
            {
                current = text[index];
                if (current == 'u')
                {
                    if (text.Length - index <= 4
                        || !ushort.TryParse(
                            text.Slice(index + 1, 4),
                            NumberStyles.AllowHexSpecifier,
                            CultureInfo.InvariantCulture,
                            out ushort unit))
                    {
                        return false;
                    }

                    current = (char)unit;
                    index += 4;
                }
                else
                {
                    current = current switch { 't' => '\t', 'n' => '\n', 'r' => '\r', 'f' => '\f', _ => current };
                }
            }

            result.Append(current);
        }

        plain = result.ToString();
        return true;
    }

    /// <summary>
    /// The text of some pairs, in the order given, under the two lines that Java puts in front: an empty comment and
    /// the date.
    /// </summary>
    internal static byte[] Format(ReadOnlySpan<KeyValuePair<string, string>> pairs, DateTimeOffset now)
    {
        StringBuilder text = new("#\n#");
        text.Append(now.UtcDateTime.ToString("ddd MMM dd HH:mm:ss 'UTC' yyyy", CultureInfo.InvariantCulture));
        text.Append('\n');
        foreach ((string key, string value) in pairs)
        {
            Escape(text, key, everySpace: true);
            text.Append('=');
            Escape(text, value, everySpace: false);
            text.Append('\n');
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>In a key every space is escaped, in a value only a leading one.</summary>
    private static void Escape(StringBuilder text, string plain, bool everySpace)
    {
        for (int index = 0; index < plain.Length; index++)
        {
            char current = plain[index];
            switch (current)
            {
                case ' ' when everySpace || index == 0:
                case '\\' or '=' or ':' or '#' or '!':
                    text.Append('\\').Append(current);
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case '\f':
                    text.Append("\\f");
                    break;
                case < ' ' or > '~':
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)current:X4}");
                    break;
                default:
                    text.Append(current);
                    break;
            }
        }
    }
}
