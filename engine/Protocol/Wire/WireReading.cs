using System.Runtime.CompilerServices;
using System.Text.Unicode;
using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>
/// What the hand-written readers need beyond Kafka's primitive types: texts in place and tagged fields passed over.
/// </summary>
internal static class WireReading
{
    /// <summary>Reads a text that may not be null.</summary>
    public static ReadOnlySpan<byte> ReadUtf8(this scoped ref ByteReader reader, bool flexible)
    {
        NullableUtf8 text = reader.ReadNullableUtf8(flexible);
        if (!text.HasValue)
        {
            reader.Fail(DecodeErrorKind.UnexpectedNull);
        }

        return text.Bytes;
    }

    /// <summary>Reads a text that may be null.</summary>
    public static NullableUtf8 ReadNullableUtf8(this scoped ref ByteReader reader, bool flexible)
    {
        int length = reader.ReadStringLength(flexible);
        if (length < 0)
        {
            return NullableUtf8.Null;
        }

        ReadOnlySpan<byte> bytes = reader.ReadSpan(length);
        if (!Utf8.IsValid(bytes))
        {
            reader.Fail(DecodeErrorKind.BadText);
            return default(ReadOnlySpan<byte>);
        }

        return bytes;
    }

    /// <summary>
    /// Reads the count of an array that may not be null. The elements stay where they are and take no memory.
    /// </summary>
    public static int ReadCount(this scoped ref ByteReader reader, bool flexible, int elementBytesMin)
    {
        int count = reader.ReadElementCount(flexible, elementBytesMin);
        if (count >= 0)
        {
            return count;
        }

        reader.Fail(DecodeErrorKind.UnexpectedNull);
        return 0;
    }

    /// <summary>Passes over the tagged fields of one struct, all of them unknown.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SkipTags(this scoped ref ByteReader reader, bool flexible)
    {
        if (!flexible)
        {
            return;
        }

        int count = reader.ReadTaggedFieldCount();
        if (count != 0)
        {
            SkipTagged(ref reader, count);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SkipTagged(scoped ref ByteReader reader, int count)
    {
        TagWalk tags = new(count);
        while (tags.Next(ref reader, out _, out _))
        {
        }
    }
}
