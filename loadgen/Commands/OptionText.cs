using System.Globalization;
using Millrace.Protocol.Compression;

namespace Millrace.Loadgen;

/// <summary>How the values of options are written. Each answers null where the text is none of it.</summary>
internal static class OptionText
{
    /// <summary><c>10</c> or <c>10s</c>, <c>500ms</c>, <c>5m</c>, <c>1h</c>: seconds.</summary>
    public static double? Seconds(string text)
    {
        (string unit, double factor)[] units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)];
        foreach ((string unit, double factor) in units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal))
            {
                return Number(text[..^unit.Length]) * factor;
            }
        }

        return Number(text);
    }

    /// <summary>
    /// <c>none</c>, <c>gzip</c>, <c>snappy</c>, <c>lz4</c>, <c>zstd</c>, with a level behind a colon.
    /// </summary>
    public static Codec? Compression(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length > 2 || !Enum.TryParse(parts[0], ignoreCase: true, out CompressionCodec type)
            || !Enum.IsDefined(type) || char.IsAsciiDigit(text[0]))
        {
            return null;
        }

        if (parts.Length == 1)
        {
            return new Codec(type);
        }

        return int.TryParse(parts[1], CultureInfo.InvariantCulture, out int level) && Codec.IsLevel(type, level)
            ? new Codec(type, level)
            : null;
    }

    /// <summary>-1 or <c>all</c>, 0, 1.</summary>
    public static short? Acks(string text) => text switch
    {
        "all" or "-1" => -1,
        "0" => 0,
        "1" => 1,
        _ => null,
    };

    /// <summary>Reads a file that an option or argument names.</summary>
    /// <exception cref="BadFileException">It cannot be read, or is not as it should be; the message says
    /// why.</exception>
    public static T ReadFile<T>(string path, Func<TextReader, T> read)
    {
        try
        {
            using StreamReader reader = new(path);
            return read(reader);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new BadFileException(failure.Message, failure);
        }
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
        && double.IsFinite(value)
            ? value
            : null;
}
