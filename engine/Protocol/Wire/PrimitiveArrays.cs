using Millrace.Base;

namespace Millrace.Protocol;

/// <summary>
/// Arrays of Kafka's primitive types: a count in front (int32, or an unsigned varint of count + 1), then the elements.
/// Null where the count says so; the plain forms of reading fail on it.
/// </summary>
public static class PrimitiveArrays
{
    /// <summary>Gives back an array that had to be there, or fails the reader.</summary>
    public static T[] Required<T>(this ref ByteReader reader, T[]? items)
    {
        if (items is not null)
        {
            return items;
        }

        reader.Fail(DecodeErrorKind.UnexpectedNull);
        return [];
    }

    public static sbyte[]? ReadNullableInt8Array(this ref ByteReader reader, bool flexible)
    {
        int count = reader.ReadArrayLength(flexible, 1, 1);
        if (count <= 0)
        {
            return count < 0 ? null : [];
        }

        sbyte[] items = new sbyte[count];
        for (int index = 0; index < items.Length; index++)
        {
            items[index] = reader.ReadInt8();
        }

        return items;
    }

    public static sbyte[] ReadInt8Array(this ref ByteReader reader, bool flexible) =>
        reader.Required(reader.ReadNullableInt8Array(flexible));

    public static void WriteInt8Array(this ref ByteWriter writer, sbyte[]? items, bool flexible)
    {
        writer.WriteLength(items?.Length ?? -1, flexible);
        foreach (sbyte item in items ?? [])
        {
            writer.WriteInt8(item);
        }
    }

    public static short[]? ReadNullableInt16Array(this ref ByteReader reader, bool flexible)
    {
        int count = reader.ReadArrayLength(flexible, 2, 2);
        if (count <= 0)
        {
            return count < 0 ? null : [];
        }

        short[] items = new short[count];
        for (int index = 0; index < items.Length; index++)
        {
            items[index] = reader.ReadInt16();
        }

        return items;
    }

    public static short[] ReadInt16Array(this ref ByteReader reader, bool flexible) =>
        reader.Required(reader.ReadNullableInt16Array(flexible));

    public static void WriteInt16Array(this ref ByteWriter writer, short[]? items, bool flexible)
    {
        writer.WriteLength(items?.Length ?? -1, flexible);
        foreach (short item in items ?? [])
        {
            writer.WriteInt16(item);
        }
    }

    public static int[]? ReadNullableInt32Array(this ref ByteReader reader, bool flexible)
    {
        int count = reader.ReadArrayLength(flexible, 4, 4);
        if (count <= 0)
        {
            return count < 0 ? null : [];
        }

        int[] items = new int[count];
        for (int index = 0; index < items.Length; index++)
        {
            items[index] = reader.ReadInt32();
        }

        return items;
    }

    public static int[] ReadInt32Array(this ref ByteReader reader, bool flexible) =>
        reader.Required(reader.ReadNullableInt32Array(flexible));

    public static void WriteInt32Array(this ref ByteWriter writer, int[]? items, bool flexible)
    {
        writer.WriteLength(items?.Length ?? -1, flexible);
        foreach (int item in items ?? [])
        {
            writer.WriteInt32(item);
        }
    }

    public static long[]? ReadNullableInt64Array(this ref ByteReader reader, bool flexible)
    {
        int count = reader.ReadArrayLength(flexible, 8, 8);
        if (count <= 0)
        {
            return count < 0 ? null : [];
        }

        long[] items = new long[count];
        for (int index = 0; index < items.Length; index++)
        {
            items[index] = reader.ReadInt64();
        }

        return items;
    }

    public static long[] ReadInt64Array(this ref ByteReader reader, bool flexible) =>
        reader.Required(reader.ReadNullableInt64Array(flexible));

    public static void WriteInt64Array(this ref ByteWriter writer, long[]? items, bool flexible)
    {
        writer.WriteLength(items?.Length ?? -1, flexible);
        foreach (long item in items ?? [])
        {
            writer.WriteInt64(item);
        }
    }

    public static Uuid[]? ReadNullableUuidArray(this ref ByteReader reader, bool flexible)
    {
        int count = reader.ReadArrayLength(flexible, 16, 16);
        if (count <= 0)
        {
            return count < 0 ? null : [];
        }

        Uuid[] items = new Uuid[count];
        for (int index = 0; index < items.Length; index++)
        {
            items[index] = reader.ReadUuid();
        }

        return items;
    }

    public static Uuid[] ReadUuidArray(this ref ByteReader reader, bool flexible) =>
        reader.Required(reader.ReadNullableUuidArray(flexible));

    public static void WriteUuidArray(this ref ByteWriter writer, Uuid[]? items, bool flexible)
    {
        writer.WriteLength(items?.Length ?? -1, flexible);
        foreach (Uuid item in items ?? [])
        {
            writer.WriteUuid(item);
        }
    }

    /// <summary>The smallest text is an empty one, which is shared; a reference to it takes 8 bytes.</summary>
    public static string[]? ReadNullableStringArray(this ref ByteReader reader, bool flexible)
    {
        int count = reader.ReadArrayLength(flexible, flexible ? 1 : sizeof(short), 8);
        if (count <= 0)
        {
            return count < 0 ? null : [];
        }

        string[] items = new string[count];
        for (int index = 0; index < items.Length && !reader.Failed; index++)
        {
            items[index] = reader.ReadString(flexible);
        }

        return items;
    }

    public static string[] ReadStringArray(this ref ByteReader reader, bool flexible) =>
        reader.Required(reader.ReadNullableStringArray(flexible));

    public static void WriteStringArray(this ref ByteWriter writer, string[]? items, bool flexible)
    {
        writer.WriteLength(items?.Length ?? -1, flexible);
        foreach (string item in items ?? [])
        {
            writer.WriteString(item, flexible);
        }
    }

    /// <summary>Size in bytes of an array of texts with its count.</summary>
    public static int SizeOf(string[]? items, bool flexible)
    {
        int size = ByteWriter.SizeOfLength(items?.Length ?? -1, flexible);
        foreach (string item in items ?? [])
        {
            size += ByteWriter.SizeOfString(item, flexible);
        }

        return size;
    }

    /// <summary>Size in bytes of an array of elements of one size, with its count.</summary>
    public static int SizeOf<T>(T[]? items, int elementSize, bool flexible) =>
        ByteWriter.SizeOfLength(items?.Length ?? -1, flexible) + ((items?.Length ?? 0) * elementSize);
}
