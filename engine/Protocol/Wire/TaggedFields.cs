using System.Runtime.CompilerServices;
using Millrace.Base;

namespace Millrace.Protocol;

/// <summary>
/// The tagged fields behind a struct (KIP-482): count, then tag, size and content of each. They are taken in any order,
/// as Kafka takes them, but a tag that comes twice is refused: it has no one meaning. Kafka also passes over the size
/// of a field that it knows; here the content has to fill it.
/// </summary>
public static class TaggedFields
{
    /// <summary>Reads the count in front, 0 after a failure.</summary>
    public static int ReadTaggedFieldCount(this scoped ref ByteReader reader)
    {
        uint count = reader.ReadUnsignedVarint();

        // Tag and size take a byte each.
        if (count <= (uint)Math.Min(Limits.TaggedFieldsPerStruct, reader.Remaining / 2))
        {
            return (int)count;
        }

        reader.Fail(DecodeErrorKind.BadTaggedField);
        return 0;
    }

    /// <summary>Reads one field's tag and size.</summary>
    /// <param name="reader">Stands at the tag, and then at the content.</param>
    /// <param name="seen">One bit for each tag below 64 that this struct had already; 0 at its first field.</param>
    public static TaggedField BeginTaggedField(this scoped ref ByteReader reader, scoped ref ulong seen)
    {
        uint tag = reader.ReadUnsignedVarint();
        uint size = reader.ReadUnsignedVarint();
        ulong bit = tag < 64 ? 1ul << (int)tag : 0;
        if (size > (uint)reader.Remaining || (seen & bit) != 0)
        {
            reader.Fail(DecodeErrorKind.BadTaggedField);
        }

        seen |= bit;
        return new TaggedField(tag, reader.Position + (int)size);
    }

    /// <summary>Checks that a field's content ended where its size said.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void EndTaggedField(this ref ByteReader reader, TaggedField field)
    {
        if (reader.Position != field.End)
        {
            reader.Fail(DecodeErrorKind.BadTaggedField);
        }
    }

    /// <summary>Passes over a field that no declaration knows, or keeps it where the reader was asked to.</summary>
    public static void ReadUnknownTaggedField(
        this ref ByteReader reader, TaggedField field, ref UnknownTaggedFields? kept)
    {
        if (reader.Failed)
        {
            return;
        }

        int size = field.End - reader.Position;
        if (!reader.KeepUnknownTaggedFields)
        {
            reader.Skip(size);
        }
        else if (reader.Charge(UnknownTaggedFields.MemoryOfOne(kept is null) + size))
        {
            kept ??= new UnknownTaggedFields();
            if (!kept.TryAdd(field.Tag, reader.ReadSpan(size).ToArray()))
            {
                reader.Fail(DecodeErrorKind.BadTaggedField);
            }
        }
    }

    /// <summary>Reads the tagged fields of a struct that declares none.</summary>
    public static void ReadTaggedFields(this ref ByteReader reader, ref UnknownTaggedFields? kept)
    {
        ulong seen = 0;
        int count = reader.ReadTaggedFieldCount();
        for (int index = 0; index < count && !reader.Failed; index++)
        {
            TaggedField field = reader.BeginTaggedField(ref seen);
            reader.ReadUnknownTaggedField(field, ref kept);
        }
    }

    /// <summary>Writes the tagged fields of a struct that declares none.</summary>
    public static void WriteTaggedFields(this ref ByteWriter writer, UnknownTaggedFields? unknown) =>
        new TaggedFieldWriter(ref writer, 0, unknown).End(ref writer);

    /// <summary>Size of one field with its tag and size, in bytes.</summary>
    public static int SizeOf(uint tag, int contentSize) =>
        Varint.SizeUnsigned(tag) + Varint.SizeUnsigned((uint)contentSize) + contentSize;

    /// <summary>Size of the count and of the unknown fields, in bytes; the known ones are counted apart.</summary>
    public static int SizeOf(int knownFields, UnknownTaggedFields? unknown) => unknown is null
        ? Varint.SizeUnsigned((uint)knownFields)
        : Varint.SizeUnsigned((uint)(knownFields + unknown.Count)) + unknown.EncodedSize();
}

/// <summary>One tagged field while it is read.</summary>
/// <param name="Tag">Its tag.</param>
/// <param name="End">Where its content ends, as a position of the reader.</param>
public readonly record struct TaggedField(uint Tag, int End);
