using System.Runtime.CompilerServices;
using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>What the hand-written writers need beyond Kafka's primitive types.</summary>
internal static class WireWriting
{
    /// <summary>Longest length or count in front of something, in bytes: an unsigned varint, or an int32.</summary>
    public const int LengthBytesMax = Varint.MaxBytes32;

    /// <summary>Writes a text or null.</summary>
    public static void WriteUtf8(this scoped ref ByteWriter writer, NullableUtf8 text, bool flexible)
    {
        writer.WriteStringLength(text.WireLength, flexible);
        writer.WriteSpan(text.Bytes);
    }

    /// <summary>Ends a struct that has no tagged fields.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteNoTags(this scoped ref ByteWriter writer, bool flexible)
    {
        if (flexible)
        {
            writer.WriteUnsignedVarint(0);
        }
    }

    /// <summary>Begins a tagged field: tag, then size.</summary>
    public static void WriteTag(this scoped ref ByteWriter writer, uint tag, int size)
    {
        writer.WriteUnsignedVarint(tag);
        writer.WriteUnsignedVarint((uint)size);
    }

    /// <summary>Writes an array of int32.</summary>
    public static void WriteInt32Array(this scoped ref ByteWriter writer, ReadOnlySpan<int> values, bool flexible)
    {
        writer.WriteLength(values.Length, flexible);
        foreach (int value in values)
        {
            writer.WriteInt32(value);
        }
    }

    /// <summary>Size in bytes of a text with its compact length.</summary>
    public static int SizeOfCompact(NullableUtf8 text) =>
        Varint.SizeUnsigned((uint)(text.WireLength + 1)) + text.Bytes.Length;
}
