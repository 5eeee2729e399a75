using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>The refused records of one partition of a Produce response, read in place, one after the other.</summary>
public ref struct RecordErrorList
{
    // Index, message and tags, the message empty; the form before flexible versions is longer.
    private const int ElementBytesMin = 4 + 1 + 1;

    private readonly bool isFlexible;
    private ByteReader cursor;
    private int left;

    private RecordErrorList(ByteReader cursor, int count, bool isFlexible)
    {
        this.cursor = cursor;
        this.isFlexible = isFlexible;
        left = count;
        Count = count;
    }

    /// <summary>How many there are, read or not.</summary>
    public int Count { get; }

    /// <summary>The record's place in its batch, from 0.</summary>
    public int BatchIndex { get; private set; }

    public NullableUtf8 Message { get; private set; }

    /// <summary>Moves to the next record.</summary>
    public bool Next()
    {
        if (left == 0)
        {
            return false;
        }

        left--;
        BatchIndex = cursor.ReadInt32();
        Message = cursor.ReadNullableUtf8(isFlexible);
        cursor.SkipTags(isFlexible);
        return !cursor.Failed;
    }

    /// <summary>Checks a list and passes over it.</summary>
    internal static RecordErrorList Read(scoped ref ByteReader reader, bool isFlexible)
    {
        int count = reader.ReadCount(isFlexible, ElementBytesMin);
        RecordErrorList errors = new(reader, count, isFlexible);
        RecordErrorList walk = errors;
        while (walk.Next())
        {
        }

        reader = walk.cursor;
        return errors;
    }
}
