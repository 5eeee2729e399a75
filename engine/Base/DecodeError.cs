namespace Millrace.Base;

/// <summary>
/// Why bytes could not be decoded. Every decoder answers a value or one of these; none throws on bad input.
/// </summary>
public enum DecodeErrorKind : byte
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>The input ended before the value did.</summary>
    Truncated,

    /// <summary>
    /// A length or count is negative where that is not allowed, or larger than the bytes that remain could hold.
    /// </summary>
    BadLength,

    /// <summary>A null stands where the schema allows none.</summary>
    UnexpectedNull,

    /// <summary>A varint runs past its largest encoding or overflows its type.</summary>
    BadVarint,

    /// <summary>A text is not valid UTF-8.</summary>
    BadText,

    /// <summary>Tagged fields are too many, repeated, or of another size than they declare.</summary>
    BadTaggedField,

    /// <summary>Decoding would take more memory than the limit for an input of this size allows.</summary>
    TooMuchMemory,

    /// <summary>The message has no such version.</summary>
    UnsupportedVersion,

    /// <summary>Bytes are left over behind the value.</summary>
    TrailingBytes,
}

/// <summary>A typed decode failure: what was wrong and at which byte of the input.</summary>
/// <param name="Kind">What was wrong; <see cref="DecodeErrorKind.None"/> means no failure.</param>
/// <param name="Position">Offset in bytes from the start of the decoded input.</param>
public readonly record struct DecodeError(DecodeErrorKind Kind, int Position)
{
    /// <summary>True where decoding failed.</summary>
    public bool IsError => Kind != DecodeErrorKind.None;

    public override string ToString() => IsError ? $"{Kind} at byte {Position}" : "no error";
}
