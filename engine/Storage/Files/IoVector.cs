using System.Runtime.InteropServices;

namespace Millrace.Storage;

/// <summary>
/// A piece of native or pinned memory in a vectored read or write; the layout is that of <c>struct iovec</c>. The
/// memory must stay where it is until the call returns.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe readonly struct IoVector(byte* start, nuint length)
{
    /// <summary>The first byte.</summary>
    public readonly byte* Start = start;

    /// <summary>Bytes.</summary>
    public readonly nuint Length = length;

    /// <summary>The piece as a span. It must be shorter than 2 GiB.</summary>
    public ReadOnlySpan<byte> AsSpan() => new(Start, checked((int)Length));
}
