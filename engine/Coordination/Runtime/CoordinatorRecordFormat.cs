using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Millrace.Base;
using Millrace.Protocol;

namespace Millrace.Coordination.Runtime;

/// <summary>
/// How coordinators' records stand in their logs: the key has its type (int16) in front, the value its version.
/// Stateless.
/// </summary>
public static class CoordinatorRecordFormat
{
    private const int PrefixSize = sizeof(short);

    // Keys have one version each: a new shape of a key is a new type.
    private const short KeyVersion = 0;

    public static byte[] EncodeKey(CoordinatorRecord record) =>
        Encode(record.Key, record.Key.Descriptor.Key, KeyVersion);

    /// <returns>Null for a tombstone.</returns>
    public static byte[]? EncodeValue(CoordinatorRecord record) =>
        record.Value is null ? null : Encode(record.Value, record.ValueVersion, record.ValueVersion);

    /// <summary>Decodes a record.</summary>
    /// <param name="log">Whose record types these are.</param>
    /// <param name="key">The record's key.</param>
    /// <param name="value">Its value.</param>
    /// <param name="hasValue">False for a tombstone.</param>
    /// <param name="record">Null where the type is not known: a newer broker wrote it, and Kafka passes over it as
    /// well.</param>
    /// <param name="error">What was wrong with a record of a known type.</param>
    public static bool TryDecode(
        RecordLog log, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool hasValue,
        [NotNullWhen(true)] out CoordinatorRecord? record, out DecodeError error)
    {
        record = null;
        error = default;
        if (key.Length < PrefixSize || (hasValue && value.Length < PrefixSize))
        {
            error = new DecodeError(DecodeErrorKind.Truncated, 0);
            return false;
        }

        short type = BinaryPrimitives.ReadInt16BigEndian(key);
        if (!MessageCatalog.TryFindRecord(log, MessageType.CoordinatorKey, type, out MessageDescriptor? keyKind)
            || !MessageCatalog.TryFindRecord(log, MessageType.CoordinatorValue, type, out MessageDescriptor? valueKind))
        {
            return false;
        }

        IMessage decodedKey = keyKind.Create();
        error = MessageCodec.Decode(key[PrefixSize..], KeyVersion, decodedKey);
        IMessage? decodedValue = null;
        short version = 0;
        if (!error.IsError && hasValue)
        {
            version = BinaryPrimitives.ReadInt16BigEndian(value);
            decodedValue = valueKind.Create();
            error = MessageCodec.Decode(value[PrefixSize..], version, decodedValue, keepUnknownTaggedFields: true);
        }

        record = error.IsError ? null : new CoordinatorRecord(decodedKey, decodedValue, version);
        return record is not null;
    }

    private static byte[] Encode(IMessage message, short prefix, short version)
    {
        message.Descriptor.BeginWrite(version);
        byte[] bytes = new byte[PrefixSize + message.EncodedSize(version)];
        BinaryPrimitives.WriteInt16BigEndian(bytes, prefix);
        ByteWriter writer = new(bytes.AsSpan(PrefixSize));
        message.Write(ref writer, version);
        return bytes;
    }
}
