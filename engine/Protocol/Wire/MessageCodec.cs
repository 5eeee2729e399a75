using Millrace.Base;

namespace Millrace.Protocol;

/// <summary>Whole messages from and to bytes, without a header. Threads do not matter: there is no state.</summary>
public static class MessageCodec
{
    /// <summary>Reads a message that fills the input exactly.</summary>
    /// <param name="bytes">The message's body.</param>
    /// <param name="version">Its version; one that the message lacks is an error like any other.</param>
    /// <param name="message">A fresh object, to be thrown away after an error.</param>
    /// <param name="keepUnknownTaggedFields">Keep tagged fields of newer versions, to write them again.</param>
    public static DecodeError Decode(
        ReadOnlySpan<byte> bytes, short version, IMessage message, bool keepUnknownTaggedFields = false)
    {
        ByteReader reader = new(bytes) { KeepUnknownTaggedFields = keepUnknownTaggedFields };
        message.Read(ref reader, version);
        if (reader.Remaining > 0)
        {
            reader.Fail(DecodeErrorKind.TrailingBytes);
        }

        return reader.Error;
    }

    /// <summary>The message's bytes, in an array of just that size.</summary>
    /// <exception cref="MessageVersionException">The version cannot carry what is set.</exception>
    public static byte[] Encode(IMessage message, short version)
    {
        message.Descriptor.BeginWrite(version);
        byte[] bytes = new byte[message.EncodedSize(version)];
        ByteWriter writer = new(bytes);
        message.Write(ref writer, version);
        return writer.Position == bytes.Length
            ? bytes
            : throw new InvalidOperationException(
                $"{message.Descriptor.Name} {version} took {writer.Position} bytes where {bytes.Length} were counted.");
    }
}
