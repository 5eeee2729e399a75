using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Millrace.Protocol;

/// <summary>The JSON form of messages, for logs and tools; equal in meaning to that of Kafka's converters.</summary>
public static class MessageJson
{
    // Texts of every script stay readable in a log; nothing here is put into HTML.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a message, or a part of one, as one object.</summary>
    /// <param name="message">What to write.</param>
    /// <param name="writer">Where; not flushed here.</param>
    /// <param name="version">Decides what fields are shown.</param>
    /// <param name="withRecords">Record batches in full, in base64, rather than their size.</param>
    public static void WriteJson(
        this IMessageStruct message, Utf8JsonWriter writer, short version, bool withRecords = false)
    {
        writer.WriteStartObject();
        message.WriteJson(new MessageJsonWriter(writer, version, withRecords));
        writer.WriteEndObject();
    }

    /// <summary>The JSON as text, on one line.</summary>
    public static string ToJson(this IMessageStruct message, short version, bool withRecords = false)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, Plain))
        {
            message.WriteJson(writer, version, withRecords);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Fills a fresh message from its JSON.</summary>
    /// <exception cref="FormatException">The JSON is not this message's.</exception>
    public static void ReadJson(this IMessageStruct message, JsonElement json, short version) =>
        message.ReadJson(new MessageJsonReader(json, version));
}
