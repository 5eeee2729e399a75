using System.Buffers.Binary;

namespace Millrace.Network;

/// <summary>What the front of a received span is.</summary>
internal enum FrameStatus
{
    /// <summary>Too short for a frame; also for its length where that is answered as -1.</summary>
    Incomplete,

    /// <summary>A whole frame.</summary>
    Complete,

    /// <summary>The declared length is zero or negative.</summary>
    InvalidLength,

    /// <summary>The declared length is over the limit.</summary>
    TooLarge,
}

/// <summary>
/// The framing of Kafka's protocol: a signed 32-bit big-endian length, then so many bytes. The length is checked before
/// anything else happens, above all before any memory is taken (CVE-2022-34917).
/// </summary>
internal static class FrameReader
{
    /// <summary>Bytes of the length in front of each frame.</summary>
    public const int LengthSize = 4;

    /// <summary>What any limit is cut to: a frame with its length has to fit a span.</summary>
    private const int FrameBytesLimit = int.MaxValue - LengthSize;

    /// <param name="received">Bytes from the start of a frame on.</param>
    /// <param name="frameBytesMax">Limit of the declared length.</param>
    /// <param name="frameBytes">The declared length, -1 while it has not fully arrived.</param>
    public static FrameStatus TryRead(ReadOnlySpan<byte> received, int frameBytesMax, out int frameBytes)
    {
        if (received.Length < LengthSize)
        {
            frameBytes = -1;
            return FrameStatus.Incomplete;
        }

        frameBytes = BinaryPrimitives.ReadInt32BigEndian(received);
        if (frameBytes <= 0)
        {
            return FrameStatus.InvalidLength;
        }

        if (frameBytes > Math.Min(frameBytesMax, FrameBytesLimit))
        {
            return FrameStatus.TooLarge;
        }

        return received.Length - LengthSize >= frameBytes ? FrameStatus.Complete : FrameStatus.Incomplete;
    }
}
