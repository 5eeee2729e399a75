using Millrace.Base;

namespace Millrace.Protocol;

/// <summary>
/// A struct of Kafka's protocol: a whole message or a part of one. The generator implements it for every class that is
/// declared inside a <see cref="MessageAttribute"/> class and for that class itself. Plain data, owned by who made it.
/// </summary>
public interface IMessageStruct
{
    /// <summary>
    /// Fills a fresh object; fields that the version lacks keep their defaults. Failures stay in the reader, and an
    /// object that was being read when one happened is to be thrown away: its arrays may have holes.
    /// </summary>
    void Read(ref ByteReader reader, short version);

    /// <summary>Writes exactly <see cref="EncodedSize"/> bytes.</summary>
    /// <exception cref="MessageVersionException">A field that the version cannot carry is set, or null where it may not
    /// be.</exception>
    void Write(ref ByteWriter writer, short version);

    /// <summary>Size on the wire in bytes.</summary>
    int EncodedSize(short version);

    /// <summary>Writes the fields that the version has as properties of an object that is already open.</summary>
    void WriteJson(MessageJsonWriter json);

    /// <summary>Fills a fresh object from what <see cref="WriteJson"/> wrote, or Kafka's JSON converters did.</summary>
    /// <exception cref="FormatException">The JSON is not this struct's.</exception>
    void ReadJson(in MessageJsonReader json);
}

/// <summary>A whole message: request, response, header, record, or data with versions of its own.</summary>
public interface IMessage : IMessageStruct
{
    MessageDescriptor Descriptor { get; }
}
