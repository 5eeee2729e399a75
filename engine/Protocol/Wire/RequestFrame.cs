using System.Buffers.Binary;
using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>Writes what stands in front of a request's body: the frame's size and the header.</summary>
public static class RequestFrame
{
    /// <summary>Most bytes in front of a body, without the client's id.</summary>
    public const int PrefixBytesMax = sizeof(int) + (2 * sizeof(short)) + sizeof(int) + sizeof(short) + 1;

    private const short FirstFlexible = 2;

    /// <summary>Writes the header behind a gap for the size (<see cref="SetSize"/>).</summary>
    /// <param name="target">Start of the frame.</param>
    /// <param name="headerVersion">1, or 2 for flexible requests.</param>
    /// <param name="apiKey">The API.</param>
    /// <param name="apiVersion">The request's version.</param>
    /// <param name="correlationId">Comes back with the answer.</param>
    /// <param name="clientId">The client's name for itself, or null.</param>
    /// <returns>Where the body starts.</returns>
    public static int Begin(
        Span<byte> target, short headerVersion, ApiKey apiKey, short apiVersion, int correlationId,
        NullableUtf8 clientId)
    {
        ByteWriter writer = new(target);
        writer.WriteInt32(0);
        writer.WriteInt16((short)apiKey);
        writer.WriteInt16(apiVersion);
        writer.WriteInt32(correlationId);
        writer.WriteUtf8(clientId, flexible: false);
        writer.WriteNoTags(headerVersion >= FirstFlexible);
        return writer.Position;
    }

    /// <summary>Sets the size once it is known.</summary>
    /// <param name="frame">Start of the frame.</param>
    /// <param name="frameLength">Length of the whole frame, the size's own four bytes and what is sent from elsewhere
    /// included.</param>
    public static void SetSize(Span<byte> frame, long frameLength) =>
        BinaryPrimitives.WriteInt32BigEndian(frame, checked((int)(frameLength - sizeof(int))));
}
