using Millrace.Base;

namespace Millrace.Protocol.Records;

/// <summary>The headers of one record, read in place.</summary>
public ref struct RecordHeaders
{
    private ReadOnlySpan<byte> rest;
    private int left;

    internal RecordHeaders(ReadOnlySpan<byte> bytes, int count)
    {
        rest = bytes;
        left = count;
    }

    public readonly RecordHeaders GetEnumerator() => this;

    public RecordHeader Current { get; private set; }

    public bool MoveNext()
    {
        if (left == 0)
        {
            return false;
        }

        left--;
        ByteReader reader = new(rest);
        int keyLength = reader.ReadVarint();
        ReadOnlySpan<byte> key = reader.ReadSpan(keyLength);
        int valueLength = reader.ReadVarint();
        ReadOnlySpan<byte> value = valueLength > 0 ? reader.ReadSpan(valueLength) : default;
        rest = rest[reader.Position..];
        Current = new RecordHeader(key, value, valueLength >= 0);
        return true;
    }
}

/// <summary>One header: a UTF-8 key, and a value that may be null.</summary>
public readonly ref struct RecordHeader
{
    internal RecordHeader(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool hasValue)
    {
        Key = key;
        Value = value;
        HasValue = hasValue;
    }

    public ReadOnlySpan<byte> Key { get; }

    public bool HasValue { get; }

    /// <summary>Empty where null.</summary>
    public ReadOnlySpan<byte> Value { get; }
}
