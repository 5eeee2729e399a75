using System.Net;
using System.Net.Sockets;
using System.Text;
using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Wire;

namespace Millrace.Server.Tests;

/// <summary>A blocking client of our own codec, over a socket to a running broker.</summary>
internal sealed class WireClient(Socket socket) : FrameSocket(socket)
{
    private const int HeaderRoom = 100;

    private int correlationId;

    public static WireClient Connect(string address)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(IPEndPoint.Parse(address));
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }

        return new WireClient(socket);
    }

    /// <summary>A whole frame of a request.</summary>
    public static byte[] Frame(ApiKey key, short version, IMessage request, int correlation)
    {
        byte[] body = MessageCodec.Encode(request, version);
        byte[] frame = new byte[RequestFrame.PrefixBytesMax + HeaderRoom + body.Length];
        NullableUtf8 client = NullableUtf8.From(Encoding.UTF8.GetBytes("test"));
        int start = RequestFrame.Begin(
            frame, ApiFacts.Of(key).RequestHeaderVersion(version), key, version, correlation, client);
        body.CopyTo(frame, start);
        RequestFrame.SetSize(frame, start + body.Length);
        return frame[..(start + body.Length)];
    }

    public int Send(ApiKey key, short version, IMessage request)
    {
        SendRaw(Frame(key, version, request, ++correlationId));
        return correlationId;
    }

    /// <summary>The next answer, which has to be of this API and version.</summary>
    public T Receive<T>(ApiKey key, short version, int correlation)
        where T : IMessage, new()
    {
        byte[] body = MustReceive();
        ByteReader reader = new(body);
        Assert.Equal(correlation, reader.ReadInt32());
        int start = sizeof(int) + ApiFacts.Of(key).ResponseHeaderVersion(version);
        T response = new();
        Assert.Equal(default, MessageCodec.Decode(body.AsSpan(start), version, response));
        return response;
    }

    public T Ask<T>(ApiKey key, short version, IMessage request)
        where T : IMessage, new() =>
        Receive<T>(key, version, Send(key, version, request));
}
