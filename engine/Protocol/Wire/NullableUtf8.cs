using System.Text;

namespace Millrace.Protocol.Wire;

/// <summary>
/// A text of a frame as its UTF-8 bytes, in place, or null (<c>default</c>). It lives as long as the frame's buffer.
/// </summary>
public readonly ref struct NullableUtf8
{
    public NullableUtf8(ReadOnlySpan<byte> bytes)
    {
        Bytes = bytes;
        HasValue = true;
    }

    /// <summary>No text, which is something else than an empty one.</summary>
    public static NullableUtf8 Null => default;

    /// <summary>The bytes; empty for null as well.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>False for null.</summary>
    public bool HasValue { get; }

    /// <summary>The length as it stands in front of the text: -1 for null.</summary>
    internal int WireLength => HasValue ? Bytes.Length : -1;

    public static implicit operator NullableUtf8(ReadOnlySpan<byte> bytes) => new(bytes);

    /// <summary>From a stored text; null stays null.</summary>
    public static NullableUtf8 From(byte[]? bytes) => bytes is null ? Null : new NullableUtf8(bytes);

    /// <summary>A managed copy, for the control plane and for logs.</summary>
    public string? ToText() => HasValue ? Encoding.UTF8.GetString(Bytes) : null;

    public override string ToString() => ToText() ?? "null";
}
