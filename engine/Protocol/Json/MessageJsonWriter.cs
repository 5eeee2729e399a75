using System.Text.Json;
using Millrace.Base;

namespace Millrace.Protocol;

/// <summary>
/// Writes the fields of one message as Kafka's JSON converters do: numbers plain, bytes in base64, ids in Kafka's
/// base64 form, null as null. Record batches show only their size unless asked for.
/// </summary>
public sealed class MessageJsonWriter
{
    private readonly Utf8JsonWriter writer;
    private readonly bool withRecords;

    /// <param name="writer">Where the JSON goes; not flushed here.</param>
    /// <param name="version">The message's version, which decides what fields there are.</param>
    /// <param name="withRecords">Write record batches in full, in base64, rather than their size.</param>
    public MessageJsonWriter(Utf8JsonWriter writer, short version, bool withRecords)
    {
        this.writer = writer;
        this.withRecords = withRecords;
        Version = version;
    }

    public short Version { get; }

    public void Write(string name, bool value) => writer.WriteBoolean(name, value);

    public void Write(string name, int value) => writer.WriteNumber(name, value);

    public void Write(string name, uint value) => writer.WriteNumber(name, value);

    public void Write(string name, long value) => writer.WriteNumber(name, value);

    public void Write(string name, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumber(name, value);
        }
        else
        {
            // JSON has no number for these; Jackson writes the text.
            writer.WriteString(name, value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    public void Write(string name, Uuid value) => writer.WriteString(name, value.ToString());

    public void Write(string name, string? value) => writer.WriteString(name, value);

    public void Write(string name, byte[]? value)
    {
        if (value is null)
        {
            writer.WriteNull(name);
        }
        else
        {
            writer.WriteBase64String(name, value);
        }
    }

    /// <summary>
    /// Record batches: <c>recordsSizeInBytes</c> for <c>records</c>, or the bytes, or null under the plain name.
    /// </summary>
    public void WriteRecords(string name, byte[]? value)
    {
        if (value is null || withRecords)
        {
            Write(name, value);
        }
        else
        {
            writer.WriteNumber($"{name}SizeInBytes", value.Length);
        }
    }

    public void Write(string name, IMessageStruct? value)
    {
        if (value is null)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartObject(name);
        value.WriteJson(this);
        writer.WriteEndObject();
    }

    public void Write(string name, IMessageStruct[]? values)
    {
        if (!BeginArray(name, values))
        {
            return;
        }

        foreach (IMessageStruct value in values!)
        {
            writer.WriteStartObject();
            value.WriteJson(this);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public void Write(string name, string[]? values)
    {
        if (!BeginArray(name, values))
        {
            return;
        }

        foreach (string value in values!)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    public void Write(string name, Uuid[]? values) =>
        Write(name, values is null ? null : Array.ConvertAll(values, value => value.ToString()));

    public void Write(string name, sbyte[]? values) =>
        Write(name, values is null ? null : Array.ConvertAll(values, value => (long)value));

    public void Write(string name, short[]? values) =>
        Write(name, values is null ? null : Array.ConvertAll(values, value => (long)value));

    public void Write(string name, int[]? values) =>
        Write(name, values is null ? null : Array.ConvertAll(values, value => (long)value));

    public void Write(string name, long[]? values)
    {
        if (!BeginArray(name, values))
        {
            return;
        }

        foreach (long value in values!)
        {
            writer.WriteNumberValue(value);
        }

        writer.WriteEndArray();
    }

    private bool BeginArray(string name, Array? values)
    {
        if (values is null)
        {
            writer.WriteNull(name);
            return false;
        }

        writer.WriteStartArray(name);
        return true;
    }
}
