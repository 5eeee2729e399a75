using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>
/// Walks the tagged fields of one struct: their tags ascend strictly, and each says how many bytes it has (KIP-482). A
/// field that the reader does not know is passed over by walking on.
/// </summary>
internal struct TagWalk
{
    private uint left;
    private long lastTag;

    /// <summary>Reads the count of fields at the reader's place.</summary>
    public TagWalk(scoped ref ByteReader reader)
        : this(ref reader, reader.ReadUnsignedVarint())
    {
    }

    public TagWalk(scoped ref ByteReader reader, uint count)
    {
        lastTag = -1;
        left = count;
        if (count > Limits.TaggedFieldsPerStruct)
        {
            reader.Fail(DecodeErrorKind.BadTaggedField);
            left = 0;
        }
    }

    /// <summary>Reads the next field.</summary>
    /// <returns>False after the last one, and after a failure.</returns>
    public bool Next(scoped ref ByteReader reader, out uint tag, out ReadOnlySpan<byte> content)
    {
        tag = 0;
        content = default;
        if (left == 0)
        {
            return false;
        }

        left--;
        tag = reader.ReadUnsignedVarint();
        uint size = reader.ReadUnsignedVarint();
        if (reader.Failed)
        {
            return false;
        }

        if (tag <= lastTag)
        {
            reader.Fail(DecodeErrorKind.BadTaggedField);
            return false;
        }

        lastTag = tag;
        content = reader.ReadSpan((int)Math.Min(size, int.MaxValue));
        return !reader.Failed;
    }

    /// <summary>Fails the outer reader unless the content of a known field was read well and to its end.</summary>
    public static void Close(scoped ref ByteReader reader, scoped in ByteReader content)
    {
        if (content.Failed || content.Remaining != 0)
        {
            reader.Fail(DecodeErrorKind.BadTaggedField);
        }
    }
}
