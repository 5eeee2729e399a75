using System.Buffers.Binary;

namespace Millrace.Protocol.Wire;

/// <summary>An array of int32 as it stands in a frame, big-endian.</summary>
public readonly ref struct Int32List
{
    private readonly ReadOnlySpan<byte> bytes;

    internal Int32List(ReadOnlySpan<byte> bytes) => this.bytes = bytes;

    public int Count => bytes.Length / sizeof(int);

    public int this[int index] => BinaryPrimitives.ReadInt32BigEndian(bytes.Slice(index * sizeof(int), sizeof(int)));
}
