using System.Buffers;
using System.Globalization;

namespace Millrace.Broker;

/// <summary>
/// ISO-8601 durations of days, hours, minutes and seconds (<c>PnDTnHnMn.nS</c>), as Java's Duration reads them.
/// </summary>
public static class IsoDuration
{
    private static readonly SearchValues<char> NumberParts = SearchValues.Create("+-.0123456789");

    /// <summary>Milliseconds of a duration; false where the text is none or overflows.</summary>
    public static bool TryParseMs(ReadOnlySpan<char> text, out long milliseconds)
    {
        milliseconds = 0;
        var sign = 1m;
        if (text.Length > 0 && text[0] is '+' or '-')
        {
            sign = text[0] == '-' ? -1 : 1;
            text = text[1..];
        }

        if (text.Length < 3 || text[0] is not ('P' or 'p'))
            return false;
        text = text[1..];
        var total = 0m;
        var stage = 0;
        while (!text.IsEmpty)
        {
            if (stage == 0 && text[0] is 'T' or 't')
            {
                stage = 1;
                text = text[1..];
                if (text.IsEmpty)
                    return false;
            }

            if (!TryPart(ref text, ref stage, ref total))
                return false;
        }

        total *= sign;
        if (total is < long.MinValue or > long.MaxValue)
            return false;
        milliseconds = (long)total;
        return true;
    }

    private static bool TryPart(ref ReadOnlySpan<char> text, ref int stage, ref decimal total)
    {
        var end = text.IndexOfAnyExcept(NumberParts);
        if (end <= 0 || end > 20)
            return false;
        var unit = char.ToUpperInvariant(text[end]);
        var (milliseconds, needs, next) = unit switch
        {
            'D' => (86_400_000m, 0, 0),
            'H' => (3_600_000m, 1, 2),
            'M' => (60_000m, 2, 3),
            'S' => (1_000m, 3, 4),
            _ => (0m, -1, -1),
        };
        // Units come in falling order, those of the clock behind the T.
        if (needs < 0 || (unit == 'D' ? stage != 0 : stage < 1 || stage > needs))
            return false;
        var style = unit == 'S'
            ? NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint
            : NumberStyles.AllowLeadingSign;
        if (!decimal.TryParse(text[..end], style, CultureInfo.InvariantCulture, out var number))
            return false;
        total += number * milliseconds;
        stage = next;
        text = text[(end + 1)..];
        return true;
    }
}
