using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Millrace.Storage;

/// <summary>
/// Reads the text of Kafka's checkpoint files line by line. Stricter than Kafka: every line ends in one line feed,
/// fields are parted by one space, numbers are as Kafka writes them. What differs was not written by a broker, so it is
/// damage.
/// </summary>
internal ref struct TextLines
{
    private ReadOnlySpan<byte> rest;

    internal TextLines(ReadOnlySpan<byte> text) => rest = text;

    /// <summary>Whether all lines have been taken.</summary>
    internal readonly bool AtEnd => rest.IsEmpty;

    /// <summary>Takes the next line, without its line feed.</summary>
    internal bool TryTake(out ReadOnlySpan<byte> line)
    {
        int end = rest.IndexOf((byte)'\n');
        line = end < 0 ? default : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return end >= 0;
    }

    /// <summary>
    /// Takes the two lines that every checkpoint begins with, version 0 and the count of what follows. An empty file
    /// has no entries: Kafka makes one before it has anything to write.
    /// </summary>
    /// <returns>Null, or what is wrong.</returns>
    internal string? TakeHeader(out int count)
    {
        count = 0;
        if (AtEnd)
        {
            return null;
        }

        if (!TryTake(out ReadOnlySpan<byte> version) || !TryParseNumber(version, out long number))
        {
            return "the first line is no version";
        }

        if (number != 0)
        {
            return $"unknown version {number.ToString(CultureInfo.InvariantCulture)}";
        }

        if (!TryTake(out ReadOnlySpan<byte> line) || !TryParseNumber(line, out number) || number > rest.Length)
        {
            return "the second line is no count of entries";
        }

        count = (int)number;
        return null;
    }

    /// <summary>Takes the last field of a line off it.</summary>
    internal static bool TryTakeLastNumber(ref ReadOnlySpan<byte> line, out long number)
    {
        int space = line.LastIndexOf((byte)' ');
        number = 0;
        if (space < 0 || !TryParseNumber(line[(space + 1)..], out number))
        {
            return false;
        }

        line = line[..space];
        return true;
    }

    /// <summary>A number of 0 or more without sign, leading zeros or spaces.</summary>
    internal static bool TryParseNumber(ReadOnlySpan<byte> text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && (text[0] != '0' || text.Length == 1);

    /// <summary>A name: not empty, UTF-8, without spaces or control characters.</summary>
    internal static bool TryParseName(ReadOnlySpan<byte> text, out string name)
    {
        name = "";
        if (text.IsEmpty
            || text.ContainsAnyInRange((byte)0, (byte)' ')
            || text.Contains((byte)0x7f)
            || !Utf8.IsValid(text))
        {
            return false;
        }

        name = Encoding.UTF8.GetString(text);
        return true;
    }
}
