using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>
/// Where a node is to be reached, as answers to Produce and Fetch name new leaders (KIP-951). Texts are UTF-8.
/// </summary>
public readonly record struct NodeEndpoint(int NodeId, byte[] Host, int Port, byte[]? Rack)
{
    /// <summary>Most bytes that one takes in an answer.</summary>
    public int BytesMax => (2 * sizeof(int)) + (2 * WireWriting.LengthBytesMax) + Host.Length + (Rack?.Length ?? 0) + 1;

    /// <summary>Writes the tagged fields of an answer's end: none, or the endpoints under tag 0.</summary>
    internal static void WriteTags(ref ByteWriter writer, ReadOnlySpan<NodeEndpoint> endpoints, bool versionHasThem)
    {
        if (endpoints.IsEmpty || !versionHasThem)
        {
            writer.WriteUnsignedVarint(0);
            return;
        }

        int size = ByteWriter.SizeOfLength(endpoints.Length, flexible: true);
        foreach (NodeEndpoint endpoint in endpoints)
        {
            size += (2 * sizeof(int)) + 1
                + WireWriting.SizeOfCompact((ReadOnlySpan<byte>)endpoint.Host)
                + WireWriting.SizeOfCompact(NullableUtf8.From(endpoint.Rack));
        }

        writer.WriteUnsignedVarint(1);
        writer.WriteTag(0, size);
        writer.WriteLength(endpoints.Length, flexible: true);
        foreach (NodeEndpoint endpoint in endpoints)
        {
            writer.WriteInt32(endpoint.NodeId);
            writer.WriteUtf8((ReadOnlySpan<byte>)endpoint.Host, flexible: true);
            writer.WriteInt32(endpoint.Port);
            writer.WriteUtf8(NullableUtf8.From(endpoint.Rack), flexible: true);
            writer.WriteNoTags(flexible: true);
        }
    }
}
