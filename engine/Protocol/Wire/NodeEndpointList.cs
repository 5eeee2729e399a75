using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>The endpoints at the end of an answer to Produce or Fetch, read in place, one after the other.</summary>
public ref struct NodeEndpointList
{
    // Node id, host, port, rack and tags, the texts empty.
    private const int ElementBytesMin = 4 + 1 + 4 + 1 + 1;

    private ByteReader cursor;
    private int left;

    private NodeEndpointList(ByteReader cursor, int count)
    {
        this.cursor = cursor;
        left = count;
        Count = count;
    }

    /// <summary>How many there are, read or not.</summary>
    public int Count { get; }

    public int NodeId { get; private set; }

    public ReadOnlySpan<byte> Host { get; private set; }

    public int Port { get; private set; }

    public NullableUtf8 Rack { get; private set; }

    /// <summary>Moves to the next endpoint.</summary>
    public bool Next()
    {
        if (left == 0)
        {
            return false;
        }

        left--;
        NodeId = cursor.ReadInt32();
        Host = cursor.ReadUtf8(flexible: true);
        Port = cursor.ReadInt32();
        Rack = cursor.ReadNullableUtf8(flexible: true);
        cursor.SkipTags(flexible: true);
        return !cursor.Failed;
    }

    /// <summary>Reads the tagged fields of an answer's end, and checks the endpoints among them.</summary>
    internal static NodeEndpointList ReadTags(scoped ref ByteReader reader, bool versionHasThem)
    {
        NodeEndpointList endpoints = default;
        TagWalk tags = new(ref reader);
        while (tags.Next(ref reader, out uint tag, out ReadOnlySpan<byte> content))
        {
            if (tag == 0 && versionHasThem)
            {
                ByteReader inner = new(content);
                int count = inner.ReadCount(flexible: true, ElementBytesMin);
                endpoints = new NodeEndpointList(inner, count);
                NodeEndpointList walk = endpoints;
                while (walk.Next())
                {
                }

                TagWalk.Close(ref reader, in walk.cursor);
            }
        }

        return endpoints;
    }
}
