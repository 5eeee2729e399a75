using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;

namespace Millrace.Server;

/// <summary>Key and value of a record as a dump prints them; null where nothing is printed.</summary>
internal readonly record struct RecordTexts(string? Key, string? Value);

/// <summary>
/// Turns keys and values of records into texts: those of Kafka's internal logs into JSON, as <c>kafka-dump-log</c>
/// does. What cannot be decoded is said in place of the text.
/// </summary>
internal static class RecordDecoding
{
    private const int MetadataFrameVersion = 1;

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static RecordTexts Decode(RecordDecoder decoder, in Record record) => decoder switch
    {
        RecordDecoder.ClusterMetadata => new RecordTexts(null, OfMetadata(record)),
        RecordDecoder.Offsets => OfCoordinator(RecordLog.ConsumerOffsets, record),
        RecordDecoder.TransactionLog => OfCoordinator(RecordLog.TransactionState, record),
        RecordDecoder.ShareGroupState => OfCoordinator(RecordLog.ShareGroupState, record),
        _ => new RecordTexts(
            record.HasKey ? Encoding.UTF8.GetString(record.Key) : null,
            record.HasValue ? Encoding.UTF8.GetString(record.Value) : null),
    };

    private static string OfMetadata(in Record record)
    {
        ByteReader reader = new(record.Value);
        uint frameVersion = reader.ReadUnsignedVarint();
        uint type = reader.ReadUnsignedVarint();
        uint version = reader.ReadUnsignedVarint();
        if (reader.Failed || frameVersion != MetadataFrameVersion)
        {
            return Skipping(record.Offset, "The value has no metadata frame of version 1");
        }

        if (type > short.MaxValue || version > short.MaxValue || !MessageCatalog.TryFindRecord(
            RecordLog.ClusterMetadata, MessageType.Metadata, (short)type, out MessageDescriptor? descriptor))
        {
            return Skipping(record.Offset, $"Unknown metadata type {type}, version {version}");
        }

        IMessage message = descriptor.Create();
        DecodeError error = MessageCodec.Decode(record.Value[reader.Position..], (short)version, message);
        if (error.IsError)
        {
            return Skipping(record.Offset, $"{descriptor.Name} version {version}: {error}");
        }

        return Write(json =>
        {
            json.WriteString("type", ToUpperSnake(descriptor.Name));
            json.WriteNumber("version", version);
            json.WritePropertyName("data");
            message.WriteJson(json, (short)version);
        });
    }

    private static RecordTexts OfCoordinator(RecordLog log, in Record record)
    {
        if (!TryReadInt16(record.Key, out short type))
        {
            return new RecordTexts(Skipping(record.Offset, "The key has no type"), null);
        }

        if (!MessageCatalog.TryFindRecord(log, MessageType.CoordinatorKey, type, out MessageDescriptor? descriptor)
            || !MessageCatalog.TryFindRecord(log, MessageType.CoordinatorValue, type, out MessageDescriptor? valueKind))
        {
            string unknown = string.Create(
                CultureInfo.InvariantCulture, $"Unknown record type {type} at offset {record.Offset}, skipping.");
            return new RecordTexts(unknown, null);
        }

        IMessage key = descriptor.Create();
        DecodeError error = MessageCodec.Decode(record.Key[sizeof(short)..], 0, key);
        if (error.IsError)
        {
            return new RecordTexts(Skipping(record.Offset, $"{descriptor.Name}: {error}"), null);
        }

        string keyText = Write(json =>
        {
            json.WriteString("type", type.ToString(CultureInfo.InvariantCulture));
            json.WritePropertyName("data");
            key.WriteJson(json, 0);
        });
        return record.HasValue
            ? OfCoordinatorValue(keyText, valueKind, record)
            : new RecordTexts(keyText, "<DELETE>");
    }

    private static RecordTexts OfCoordinatorValue(string keyText, MessageDescriptor descriptor, in Record record)
    {
        IMessage value = descriptor.Create();
        if (!TryReadInt16(record.Value, out short version))
        {
            return new RecordTexts(Skipping(record.Offset, "The value has no version"), null);
        }

        DecodeError error = MessageCodec.Decode(record.Value[sizeof(short)..], version, value);
        if (error.IsError)
        {
            return new RecordTexts(
                Skipping(record.Offset, $"{descriptor.Name} version {version}: {error}"), null);
        }

        string valueText = Write(json =>
        {
            json.WriteString("version", version.ToString(CultureInfo.InvariantCulture));
            json.WritePropertyName("data");
            if (value is GroupMetadataValue group)
            {
                ClassicGroupJson.Write(group, json, version);
            }
            else
            {
                value.WriteJson(json, version);
            }
        });
        return new RecordTexts(keyText, valueText);
    }

    private static bool TryReadInt16(ReadOnlySpan<byte> bytes, out short value) =>
        BinaryPrimitives.TryReadInt16BigEndian(bytes, out value);

    private static string Skipping(long offset, string why) =>
        string.Create(CultureInfo.InvariantCulture, $"Error at offset {offset}, skipping. {why}");

    private static string Write(Action<Utf8JsonWriter> content)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, Plain))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary><c>NoOpRecord</c> as <c>NO_OP_RECORD</c>.</summary>
    private static string ToUpperSnake(string name)
    {
        StringBuilder text = new(name.Length + 8);
        foreach (char letter in name)
        {
            if (char.IsAsciiLetterUpper(letter) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToUpperInvariant(letter));
        }

        return text.ToString();
    }
}
