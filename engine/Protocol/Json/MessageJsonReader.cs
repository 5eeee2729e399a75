using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Millrace.Base;

namespace Millrace.Protocol;

/// <summary>
/// Reads the fields of one message from the JSON that <see cref="MessageJsonWriter"/> and Kafka's converters write. For
/// tools and tests: what does not fit throws, and says which field.
/// </summary>
public readonly struct MessageJsonReader
{
    private readonly JsonElement json;

    /// <param name="json">An object.</param>
    /// <param name="version">The message's version, which decides what fields there have to be.</param>
    public MessageJsonReader(JsonElement json, short version)
    {
        this.json = json.ValueKind == JsonValueKind.Object
            ? json
            : throw new FormatException($"An object was expected, not {json.ValueKind}.");
        Version = version;
    }

    public short Version { get; }

    /// <summary>Whether the field stands there; tagged ones at their default do not.</summary>
    public bool Has(string name) => json.TryGetProperty(name, out _);

    public void Read(string name, out bool value) => value = Property(name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Misfit(name, "true or false"),
    };

    public void Read(string name, out sbyte value) =>
        value = Property(name).TryGetSByte(out sbyte number) ? number : throw Misfit(name, "an int8");

    public void Read(string name, out short value) =>
        value = Property(name).TryGetInt16(out short number) ? number : throw Misfit(name, "an int16");

    public void Read(string name, out ushort value) =>
        value = Property(name).TryGetUInt16(out ushort number) ? number : throw Misfit(name, "a uint16");

    public void Read(string name, out int value) =>
        value = Property(name).TryGetInt32(out int number) ? number : throw Misfit(name, "an int32");

    public void Read(string name, out uint value) =>
        value = Property(name).TryGetUInt32(out uint number) ? number : throw Misfit(name, "a uint32");

    public void Read(string name, out long value) =>
        value = Property(name).TryGetInt64(out long number) ? number : throw Misfit(name, "an int64");

    public void Read(string name, out double value)
    {
        JsonElement property = Property(name);
        if (property.ValueKind == JsonValueKind.Number)
        {
            value = property.GetDouble();
        }
        else if (!double.TryParse(property.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out value))
        {
            throw Misfit(name, "a number");
        }
    }

    public void Read(string name, out Uuid value) => value = ToUuid(name, Property(name));

    public void Read(string name, out string value) => value = ToText(name, Property(name));

    public void ReadNullable(string name, out string? value) =>
        value = IsNull(name) ? null : ToText(name, Property(name));

    public void Read(string name, out byte[] value) =>
        value = Property(name) is { ValueKind: JsonValueKind.String } text
            && text.TryGetBytesFromBase64(out byte[]? bytes)
            ? bytes
            : throw Misfit(name, "bytes in base64");

    public void ReadNullable(string name, out byte[]? value)
    {
        value = null;
        if (!IsNull(name))
        {
            Read(name, out value);
        }
    }

    /// <summary>Record batches; where only their size was written they are as many zero bytes as that.</summary>
    public void ReadNullableRecords(string name, out byte[]? value)
    {
        if (Has(name))
        {
            ReadNullable(name, out value);
            return;
        }

        Read($"{name}SizeInBytes", out int size);
        value = new byte[size];
    }

    public void ReadRecords(string name, out byte[] value)
    {
        ReadNullableRecords(name, out byte[]? records);
        value = records ?? throw Misfit(name, "a record batch");
    }

    public void Read(string name, out sbyte[] value) => value = Items(name, (_, item) => item.GetSByte());

    public void Read(string name, out short[] value) => value = Items(name, (_, item) => item.GetInt16());

    public void Read(string name, out int[] value) => value = Items(name, (_, item) => item.GetInt32());

    public void Read(string name, out long[] value) => value = Items(name, (_, item) => item.GetInt64());

    public void Read(string name, out Uuid[] value) => value = Items(name, ToUuid);

    public void Read(string name, out string[] value) => value = Items(name, ToText);

    public void ReadNullable(string name, out sbyte[]? value) =>
        value = IsNull(name) ? null : Items(name, (_, item) => item.GetSByte());

    public void ReadNullable(string name, out short[]? value) =>
        value = IsNull(name) ? null : Items(name, (_, item) => item.GetInt16());

    public void ReadNullable(string name, out int[]? value) =>
        value = IsNull(name) ? null : Items(name, (_, item) => item.GetInt32());

    public void ReadNullable(string name, out long[]? value) =>
        value = IsNull(name) ? null : Items(name, (_, item) => item.GetInt64());

    public void ReadNullable(string name, out Uuid[]? value) => value = IsNull(name) ? null : Items(name, ToUuid);

    public void ReadNullable(string name, out string[]? value) => value = IsNull(name) ? null : Items(name, ToText);

    public void ReadStruct<T>(string name, out T value)
        where T : class, IMessageStruct, new() => value = ToStruct<T>(Property(name));

    public void ReadNullableStruct<T>(string name, out T? value)
        where T : class, IMessageStruct, new() => value = IsNull(name) ? null : ToStruct<T>(Property(name));

    public void ReadStructs<T>(string name, out T[] value)
        where T : class, IMessageStruct, new()
    {
        MessageJsonReader self = this;
        value = Items(name, (_, item) => self.ToStruct<T>(item));
    }

    public void ReadNullableStructs<T>(string name, out T[]? value)
        where T : class, IMessageStruct, new()
    {
        value = null;
        if (!IsNull(name))
        {
            ReadStructs(name, out value);
        }
    }

    private JsonElement Property(string name) => json.TryGetProperty(name, out JsonElement value)
        ? value
        : throw new FormatException($"There is no '{name}', which version {Version} has.");

    private bool IsNull(string name) => Property(name).ValueKind == JsonValueKind.Null;

    private T[] Items<T>(string name, Func<string, JsonElement, T> convert)
    {
        JsonElement array = Property(name);
        if (array.ValueKind != JsonValueKind.Array)
        {
            throw Misfit(name, "an array");
        }

        T[] items = new T[array.GetArrayLength()];
        int index = 0;
        foreach (JsonElement item in array.EnumerateArray())
        {
            items[index++] = convert(name, item);
        }

        return items;
    }

    private T ToStruct<T>(JsonElement item)
        where T : class, IMessageStruct, new()
    {
        T value = new();
        value.ReadJson(new MessageJsonReader(item, Version));
        return value;
    }

    private static string ToText(string name, JsonElement item) =>
        item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Misfit(name, "a text");

    private static Uuid ToUuid(string name, JsonElement item) =>
        Uuid.TryParse(ToText(name, item), out Uuid value) ? value : throw Misfit(name, "an id of 22 characters");

    private static FormatException Misfit(string name, string expected) => new($"'{name}' is not {expected}.");
}
