using Millrace.Base;

namespace Millrace.Protocol;

/// <summary>
/// Writes one struct's tagged fields in ascending order of their tags, unknown ones in their places between.
/// </summary>
public struct TaggedFieldWriter
{
    private readonly UnknownTaggedFields? unknown;
    private int unknownWritten;

    /// <summary>Writes the count.</summary>
    public TaggedFieldWriter(ref ByteWriter writer, int knownFields, UnknownTaggedFields? unknown)
    {
        this.unknown = unknown;
        writer.WriteUnsignedVarint((uint)(knownFields + (unknown?.Count ?? 0)));
    }

    /// <summary>Writes the tag and size of a declared field, whose content follows.</summary>
    /// <exception cref="InvalidOperationException">An unknown field has the same tag.</exception>
    public void Begin(ref ByteWriter writer, uint tag, int contentSize)
    {
        if (WriteUnknownBelow(ref writer, tag) == tag)
        {
            throw new InvalidOperationException($"Tag {tag} is kept as an unknown field and declared as well.");
        }

        writer.WriteUnsignedVarint(tag);
        writer.WriteUnsignedVarint((uint)contentSize);
    }

    /// <summary>Writes the unknown fields that come behind the last declared one.</summary>
    public void End(ref ByteWriter writer)
    {
        while (unknownWritten < (unknown?.Count ?? 0))
        {
            unknown!.WriteAt(ref writer, unknownWritten++);
        }
    }

    /// <returns>The tag of the next unknown field, or the largest there is.</returns>
    private uint WriteUnknownBelow(ref ByteWriter writer, uint tag)
    {
        while (unknown is not null && unknownWritten < unknown.Count)
        {
            uint next = unknown[unknownWritten].Tag;
            if (next >= tag)
            {
                return next;
            }

            unknown.WriteAt(ref writer, unknownWritten++);
        }

        return uint.MaxValue;
    }
}
