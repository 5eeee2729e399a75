using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Millrace.Base;

/// <summary>How log lines look.</summary>
public enum LogFormat : byte
{
    /// <summary><c>2026-01-31T12:00:00.000Z INFO  Storage: message</c></summary>
    Text,

    /// <summary>One JSON object per line: time, level, area, message.</summary>
    Json,
}

/// <summary>
/// Log lines on a stream, one write each, so that lines of several threads never mix. Control characters are escaped:
/// an
/// event is one line, whatever a client put into a name. A stream that fails is no reason to stop a broker.
/// </summary>
public sealed class StreamLog : ILog
{
    private static readonly byte[] EndOfLine = "\n"u8.ToArray();

    private readonly Stream stream;
    private readonly IClock clock;
    private readonly LogFormat format;
    private readonly ArrayBufferWriter<byte> line = new(512);
    private readonly Lock writing = new();

    /// <summary>Takes a stream, usually standard error, which stays its owner's.</summary>
    public StreamLog(Stream stream, IClock clock, LogFormat format)
    {
        this.stream = stream;
        this.clock = clock;
        this.format = format;
    }

    public void Write(LogLevel level, string area, ReadOnlySpan<char> message)
    {
        lock (writing)
        {
            line.ResetWrittenCount();
            if (format == LogFormat.Json)
                WriteJson(level, area, message);
            else
                WriteText(level, area, message);
            line.Write(EndOfLine);
            try
            {
                stream.Write(line.WrittenSpan);
                stream.Flush();
            }
            catch (IOException)
            {
                // Nobody is left to be told.
            }
        }
    }

    private void WriteText(LogLevel level, string area, ReadOnlySpan<char> message)
    {
        WriteTime(line);
        Append(" ");
        Append(LogLevels.NameOf(level).PadRight(5));
        Append(" ");
        Append(area);
        Append(": ");
        while (!message.IsEmpty)
        {
            var plain = 0;
            while (plain < message.Length && !char.IsControl(message[plain]))
                plain++;
            Append(message[..plain]);
            if (plain == message.Length)
                break;
            Append(message[plain] switch
            {
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                var other => $"\\u{(int)other:x4}",
            });
            message = message[(plain + 1)..];
        }
    }

    private void WriteJson(LogLevel level, string area, ReadOnlySpan<char> message)
    {
        var time = new ArrayBufferWriter<byte>(32);
        WriteTime(time);
        using var json = new Utf8JsonWriter(line);
        json.WriteStartObject();
        json.WriteString("time"u8, time.WrittenSpan);
        json.WriteString("level"u8, LogLevels.NameOf(level));
        json.WriteString("area"u8, area);
        json.WriteString("message"u8, message);
        json.WriteEndObject();
        json.Flush();
    }

    private void WriteTime(ArrayBufferWriter<byte> to)
    {
        const int length = 24;
        const string layout = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        var time = DateTimeOffset.FromUnixTimeMilliseconds(clock.WallMs).UtcDateTime;
        time.TryFormat(to.GetSpan(length), out var written, layout, CultureInfo.InvariantCulture);
        to.Advance(written);
    }

    private void Append(ReadOnlySpan<char> text)
    {
        var written = Encoding.UTF8.GetBytes(text, line.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length)));
        line.Advance(written);
    }
}
