namespace Millrace.Protocol.Records;

/// <summary>
/// One record, as a view over the plain bytes of its batch. Good until the reader that gave it moves on; it owns
/// nothing.
/// </summary>
public readonly ref struct Record
{
    private readonly ReadOnlySpan<byte> headers;

    internal Record(
        long offset, long timestamp, int sequence, int sizeInBytes, byte attributes, RecordField key, RecordField value)
        : this(offset, timestamp, sequence, sizeInBytes, attributes, key, value, 0, default)
    {
    }

    internal Record(
        long offset, long timestamp, int sequence, int sizeInBytes, byte attributes, RecordField key, RecordField value,
        int headerCount, ReadOnlySpan<byte> headers)
    {
        Offset = offset;
        Timestamp = timestamp;
        Sequence = sequence;
        SizeInBytes = sizeInBytes;
        Attributes = attributes;
        Key = key.Bytes;
        HasKey = key.IsPresent;
        Value = value.Bytes;
        HasValue = value.IsPresent;
        HeaderCount = headerCount;
        this.headers = headers;
    }

    public long Offset { get; }

    /// <summary>In ms; -1 for none. The batch's append time where the batch has one.</summary>
    public long Timestamp { get; }

    /// <summary>The producer's sequence number, or -1.</summary>
    public int Sequence { get; }

    /// <summary>Plain size, with the size in front in magic 2, with the 12 bytes of offset and length before.</summary>
    public int SizeInBytes { get; }

    /// <summary>Unused in magic 2; a message's attributes before.</summary>
    public byte Attributes { get; }

    public bool HasKey { get; }

    /// <summary>Empty where the key is null or empty.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>False for a tombstone.</summary>
    public bool HasValue { get; }

    /// <summary>Empty where the value is null or empty.</summary>
    public ReadOnlySpan<byte> Value { get; }

    public int HeaderCount { get; }

    /// <summary>
    /// The headers in their order; <c>foreach</c> goes over them. Their structure was checked before.
    /// </summary>
    public RecordHeaders Headers => new(headers, HeaderCount);

    /// <summary>The headers as they are encoded, without their count: what a rewrite copies.</summary>
    internal ReadOnlySpan<byte> HeaderBytes => headers;
}
