using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Cluster;

/// <summary>
/// Owns the frame around each record of the metadata log: three unsigned varints (frame version 1, record type, record
/// version), then the record. Stateless; any thread.
/// </summary>
public static class MetadataRecordCodec
{
    private const uint FrameVersion = 1;

    /// <summary>Size of a framed record in bytes.</summary>
    public static int SizeOf(in MetadataRecord record) =>
        Varint.SizeUnsigned(FrameVersion)
        + Varint.SizeUnsigned((uint)record.Message.Descriptor.Key)
        + Varint.SizeUnsigned((uint)record.Version)
        + record.Message.EncodedSize(record.Version);

    /// <summary>The framed record's bytes.</summary>
    /// <exception cref="MessageVersionException">The record's version cannot carry what is set.</exception>
    public static byte[] Encode(in MetadataRecord record)
    {
        record.Message.Descriptor.BeginWrite(record.Version);
        byte[] bytes = new byte[SizeOf(record)];
        ByteWriter writer = new(bytes);
        writer.WriteUnsignedVarint(FrameVersion);
        writer.WriteUnsignedVarint((uint)record.Message.Descriptor.Key);
        writer.WriteUnsignedVarint((uint)record.Version);
        record.Message.Write(ref writer, record.Version);
        Invariant.That(writer.Position == bytes.Length, "A metadata record takes as many bytes as were counted.");
        return bytes;
    }

    /// <summary>Reads a framed record.</summary>
    /// <param name="bytes">The value of a log record.</param>
    /// <param name="offset">Where it stands, for the message.</param>
    /// <exception cref="MetadataRefusedException">Of an unknown type or a newer version, or damaged.</exception>
    public static MetadataRecord Decode(ReadOnlySpan<byte> bytes, long offset)
    {
        ByteReader reader = new(bytes) { KeepUnknownTaggedFields = true };
        uint frame = reader.ReadUnsignedVarint();
        uint type = reader.ReadUnsignedVarint();
        uint version = reader.ReadUnsignedVarint();
        if (reader.Failed)
        {
            throw Refused(offset, $"it is no metadata record ({reader.Error.Kind})");
        }

        if (frame != FrameVersion)
        {
            throw Refused(offset, $"its frame has version {frame}, known is {FrameVersion}");
        }

        if (type > (uint)short.MaxValue
            || !MessageCatalog.TryFindRecord(
                RecordLog.ClusterMetadata, MessageType.Metadata, (short)type, out MessageDescriptor? descriptor))
        {
            throw Refused(offset, $"its type {type} is unknown: a newer version wrote it");
        }

        if (version > (uint)descriptor.VersionMax)
        {
            throw Refused(
                offset,
                $"it is a {descriptor.Name} of version {version}, known are {descriptor.VersionMin} to "
                + $"{descriptor.VersionMax}: a newer version wrote it");
        }

        IMessage message = descriptor.Create();
        message.Read(ref reader, (short)version);
        if (!reader.Failed && reader.Remaining > 0)
        {
            reader.Fail(DecodeErrorKind.TrailingBytes);
        }

        return reader.Failed
            ? throw Refused(offset, $"it is a damaged {descriptor.Name} ({reader.Error.Kind})")
            : new MetadataRecord(message, (short)version);
    }

    private static MetadataRefusedException Refused(long offset, string why) =>
        new($"the metadata record at offset {offset} cannot be read: {why}");
}
