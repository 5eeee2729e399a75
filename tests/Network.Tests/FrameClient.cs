using System.Buffers.Binary;
using System.Net.Sockets;

namespace Millrace.Network.Tests;

/// <summary>A blocking client that writes and reads frames.</summary>
internal sealed class FrameClient(Socket socket) : FrameSocket(socket)
{
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

    public void Send(params byte[][] payloads) => SendRaw(Framed(payloads));

    public void SendLength(int declared)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, declared);
        SendRaw(length);
    }
}
