using Millrace.Base;

namespace Millrace.Protocol;

/// <summary>
/// Tagged fields of one struct that no declaration knows, kept as they came so that they can be written again. In
/// ascending order of their tags, each tag once: what cannot be written again is not kept either.
/// </summary>
public sealed class UnknownTaggedFields
{
    private readonly List<(uint Tag, byte[] Content)> fields = new(1);

    /// <summary>
    /// Memory of one kept field in bytes, besides its content: its place in a list that doubles, an array's head and
    /// padding; before the first, this object and its list.
    /// </summary>
    internal static int MemoryOfOne(bool first) => first ? 176 : 80;

    /// <summary>Number of fields.</summary>
    public int Count => fields.Count;

    /// <summary>Tag and content of one field, by its place in the order.</summary>
    public (uint Tag, ReadOnlyMemory<byte> Content) this[int index] => fields[index];

    /// <summary>Adds a field in its place.</summary>
    /// <returns>False where there is one of that tag.</returns>
    public bool TryAdd(uint tag, byte[] content)
    {
        int place = fields.Count;
        while (place > 0 && fields[place - 1].Tag >= tag)
        {
            place--;
        }

        if (place < fields.Count && fields[place].Tag == tag)
        {
            return false;
        }

        fields.Insert(place, (tag, content));
        return true;
    }

    /// <summary>Size of all fields on the wire, in bytes.</summary>
    internal int EncodedSize()
    {
        int size = 0;
        foreach ((uint tag, byte[] content) in fields)
        {
            size += TaggedFields.SizeOf(tag, content.Length);
        }

        return size;
    }

    /// <summary>Writes field <paramref name="index"/>.</summary>
    internal void WriteAt(ref ByteWriter writer, int index)
    {
        (uint tag, byte[] content) = fields[index];
        writer.WriteUnsignedVarint(tag);
        writer.WriteUnsignedVarint((uint)content.Length);
        writer.WriteSpan(content);
    }
}
