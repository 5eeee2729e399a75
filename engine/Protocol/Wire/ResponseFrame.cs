using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>Writes and reads what stands in front of a response's body: the frame's size and the header.</summary>
public static class ResponseFrame
{
    /// <summary>Most bytes in front of a body.</summary>
    public const int PrefixBytesMax = (2 * sizeof(int)) + 1;

    private const short FirstFlexible = 1;

    /// <summary>Writes the header behind a gap for the size (<see cref="SetSize"/>).</summary>
    /// <param name="target">Start of the frame.</param>
    /// <param name="headerVersion">0, or 1 for flexible answers; ApiVersions has 0 always.</param>
    /// <param name="correlationId">The request's.</param>
    /// <returns>Where the body starts.</returns>
    public static int Begin(Span<byte> target, short headerVersion, int correlationId)
    {
        ByteWriter writer = new(target);
        writer.WriteInt32(0);
        writer.WriteInt32(correlationId);
        writer.WriteNoTags(headerVersion >= FirstFlexible);
        return writer.Position;
    }

    /// <summary>Sets the size once it is known.</summary>
    /// <param name="frame">Start of the frame.</param>
    /// <param name="frameLength">Length of the whole frame, the size's own four bytes and what is sent from elsewhere
    /// included.</param>
    public static void SetSize(Span<byte> frame, long frameLength) => RequestFrame.SetSize(frame, frameLength);

    /// <summary>Reads a header.</summary>
    /// <param name="frame">The frame behind its size.</param>
    /// <param name="headerVersion">0, or 1 for flexible answers.</param>
    /// <param name="correlationId">The request's.</param>
    /// <param name="bodyStart">Where the body starts in <paramref name="frame"/>.</param>
    /// <returns>What is wrong with the bytes, or none.</returns>
    public static DecodeError Read(
        ReadOnlySpan<byte> frame, short headerVersion, out int correlationId, out int bodyStart)
    {
        ByteReader reader = new(frame);
        correlationId = reader.ReadInt32();
        reader.SkipTags(headerVersion >= FirstFlexible);
        bodyStart = reader.Position;
        return reader.Error;
    }
}
