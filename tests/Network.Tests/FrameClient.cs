using System.Buffers.Binary;
using System.Net.Sockets;

namespace Millrace.Network.Tests;

/// <summary>A blocking client that writes and reads frames.</summary>
internal sealed class FrameClient(Socket socket) : IDisposable
{
    public Socket Socket { get; } = socket;

    public static byte[] Framed(params byte[][] payloads)
    {
        byte[] framed = new byte[payloads.Sum(payload => payload.Length + 4)];
        int position = 0;
        foreach (byte[] payload in payloads)
        {
            BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(position), payload.Length);
            payload.CopyTo(framed, position + 4);
            position += payload.Length + 4;
        }

        return framed;
    }

    public void SendRaw(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[Socket.Send(bytes)..];
        }
    }

    public void Send(params byte[][] payloads) => SendRaw(Framed(payloads));

    public void SendLength(int declared)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, declared);
        SendRaw(length);
    }

    /// <summary>The next frame, or null where the server closed before it began.</summary>
    public byte[]? Receive()
    {
        byte[]? length = ReceiveExactly(4);
        return length is null ? null : ReceiveExactly(BinaryPrimitives.ReadInt32BigEndian(length));
    }

    public byte[] MustReceive() => Receive() ?? throw new EndOfStreamException("the server closed the connection");

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

    public void Dispose() => Socket.Dispose();

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
