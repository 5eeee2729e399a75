using System.Buffers.Binary;
using System.Net.Sockets;

namespace Millrace.Testing;

/// <summary>
/// The blocking client's end of a connection that carries frames: four bytes of length, then so many.
/// </summary>
public class FrameSocket(Socket socket) : IDisposable
{
    public Socket Socket { get; } = socket;

    public void SendRaw(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[Socket.Send(bytes)..];
        }
    }

    /// <summary>The next frame, or null where the server closed before it began.</summary>
    public byte[]? ReceiveFrame()
    {
        byte[]? length = ReceiveExactly(4);
        return length is null ? null : ReceiveExactly(BinaryPrimitives.ReadInt32BigEndian(length));
    }

    /// <summary>The next frame, which has to come.</summary>
    public byte[] MustReceive() =>
        ReceiveFrame() ?? throw new EndOfStreamException("the server closed the connection");

    /// <summary>True where the server has closed or reset the connection; waits until it sends or does so.</summary>
    public bool IsClosedByServer()
    {
        try
        {
            return Socket.Receive(new byte[1]) == 0;
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.ConnectionReset)
        {
            return true;
        }
    }

    public void Dispose()
    {
        Socket.Dispose();
        GC.SuppressFinalize(this);
    }

    private byte[]? ReceiveExactly(int count)
    {
        byte[] bytes = new byte[count];
        int filled = 0;
        while (filled < count)
        {
            int received = Socket.Receive(bytes.AsSpan(filled));
            if (received == 0)
            {
                return filled == 0 ? null : throw new EndOfStreamException("the server closed inside a frame");
            }

            filled += received;
        }

        return bytes;
    }
}
