using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>
/// Walks the tagged fields of one struct (<see cref="TaggedFields"/>), each as the bytes of its content. A field that
/// the reader does not know is passed over by walking on.
/// </summary>
internal struct TagWalk(int count)
{
    private int left = count;
    private ulong seen;

    /// <summary>Reads the count of fields at the reader's place.</summary>
    public TagWalk(scoped ref ByteReader reader)
        : this(reader.ReadTaggedFieldCount())
    {
    }

    /// <summary>Reads the next field.</summary>
    /// <returns>False after the last one, and after a failure.</returns>
    public bool Next(scoped ref ByteReader reader, out uint tag, out ReadOnlySpan<byte> content)
    {
        if (left == 0)
        {
            tag = 0;
            content = default;
            return false;
        }

        left--;
        TaggedField field = reader.BeginTaggedField(ref seen);
        tag = field.Tag;
        content = reader.Failed ? default : reader.ReadSpan(field.End - reader.Position);
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
