using System.Globalization;

namespace Millrace.Loadgen.Measurement;

/// <summary>
/// Reads the texts of <c>/proc</c> and of control groups. Stateless; an absent field is -1, as kernels and permissions
/// differ.
/// </summary>
internal static class ProcText
{
    private const int StateField = 3;
    private const int UserTicksField = 14;
    private const int SystemTicksField = 15;

    /// <summary>The number in a line <c>Name: 123 kB</c> or <c>name 123</c>.</summary>
    /// <returns>-1 where there is no such line.</returns>
    public static long Field(ReadOnlySpan<char> text, ReadOnlySpan<char> name)
    {
        foreach (ReadOnlySpan<char> line in text.EnumerateLines())
        {
            if (line.StartsWith(name) && line.Length > name.Length && line[name.Length] is ':' or ' ' or '\t')
            {
                return LeadingNumber(line[(name.Length + 1)..].TrimStart());
            }
        }

        return -1;
    }

    /// <summary>
    /// utime and stime of <c>/proc/PID/stat</c>, in ticks. The name of the program stands in parentheses and may hold
    /// spaces and parentheses itself, so that fields are counted after the last one.
    /// </summary>
    public static (long User, long System) CpuTicks(ReadOnlySpan<char> stat)
    {
        ReadOnlySpan<char> rest = stat[(stat.LastIndexOf(')') + 1)..].Trim();
        long user = -1;
        int field = StateField;
        foreach (Range part in rest.Split(' '))
        {
            if (field == UserTicksField)
            {
                user = LeadingNumber(rest[part]);
            }
            else if (field == SystemTicksField)
            {
                return (user, LeadingNumber(rest[part]));
            }

            field++;
        }

        return (-1, -1);
    }

    /// <summary>The nanoseconds on a processor of <c>schedstat</c>: its first number.</summary>
    public static long RunNs(ReadOnlySpan<char> schedstat) => LeadingNumber(schedstat.TrimStart());

    /// <summary>Received and sent bytes of all interfaces in <c>/proc/PID/net/dev</c>.</summary>
    public static (long Received, long Sent) NetworkBytes(ReadOnlySpan<char> netDev)
    {
        const int sentColumn = 8;
        long received = 0;
        long sent = 0;
        foreach (ReadOnlySpan<char> line in netDev.EnumerateLines())
        {
            int colon = line.IndexOf(':');
            if (colon < 0)
            {
                continue;
            }

            int column = 0;
            ReadOnlySpan<char> numbers = line[(colon + 1)..];
            foreach (Range part in numbers.Split(' '))
            {
                if (numbers[part].IsEmpty)
                {
                    continue;
                }

                received += column == 0 ? LeadingNumber(numbers[part]) : 0;
                sent += column == sentColumn ? LeadingNumber(numbers[part]) : 0;
                column++;
            }
        }

        return (received, sent);
    }

    /// <summary>
    /// The sum of <c>rbytes=</c> or <c>wbytes=</c> over the devices of a control group's <c>io.stat</c>.
    /// </summary>
    public static long DeviceBytes(ReadOnlySpan<char> ioStat, ReadOnlySpan<char> name)
    {
        long sum = 0;
        foreach (ReadOnlySpan<char> line in ioStat.EnumerateLines())
        {
            foreach (Range part in line.Split(' '))
            {
                ReadOnlySpan<char> pair = line[part];
                if (pair.StartsWith(name) && pair.Length > name.Length && pair[name.Length] == '=')
                {
                    sum += LeadingNumber(pair[(name.Length + 1)..]);
                }
            }
        }

        return sum;
    }

    /// <summary>Whether a process handles a signal itself, from the mask <c>SigCgt</c> of its <c>status</c>.</summary>
    public static bool CatchesSignal(ReadOnlySpan<char> status, int signal)
    {
        const string name = "SigCgt:";
        foreach (ReadOnlySpan<char> line in status.EnumerateLines())
        {
            if (line.StartsWith(name))
            {
                ReadOnlySpan<char> digits = line[name.Length..].Trim();
                ulong mask = ulong.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                return ((mask >> (signal - 1)) & 1) != 0;
            }
        }

        return false;
    }

    private static long LeadingNumber(ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAnyExceptInRange('0', '9');
        ReadOnlySpan<char> digits = end < 0 ? text : text[..end];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : -1;
    }
}
