namespace Millrace.Protocol.Records;

/// <summary>Bytes that may be null, which is not the same as empty: a key, a value, a header's value.</summary>
public readonly ref struct RecordField
{
    /// <summary>Bytes that are there, be they none.</summary>
    public RecordField(ReadOnlySpan<byte> bytes)
        : this(bytes, isPresent: true)
    {
    }

    internal RecordField(ReadOnlySpan<byte> bytes, bool isPresent)
    {
        Bytes = bytes;
        IsPresent = isPresent;
    }

    public static RecordField Null => default;

    public ReadOnlySpan<byte> Bytes { get; }

    public bool IsPresent { get; }

    public static implicit operator RecordField(ReadOnlySpan<byte> bytes) => new(bytes);

    /// <summary>A null array is a null field.</summary>
    public static implicit operator RecordField(byte[]? bytes) => new(bytes, bytes is not null);

    public static RecordField FromSpan(ReadOnlySpan<byte> bytes) => new(bytes);

    public static RecordField FromArray(byte[]? bytes) => bytes;
}
