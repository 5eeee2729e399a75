using System.Net.Sockets;
using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Wire;

namespace Millrace.Broker.Tests.Live;

/// <summary>A blocking client of our own codec: frames out, frames in.</summary>
internal sealed class WireClient(Socket socket) : FrameSocket(socket)
{
    private int correlationId;

    /// <summary>A whole frame of a request.</summary>
    public static byte[] Frame(ApiKey key, short version, byte[] body, int correlation, string? clientId = "test")
    {
        short header = ApiFacts.Of(key).RequestHeaderVersion(version);
        byte[] frame = new byte[RequestFrame.PrefixBytesMax + 100 + body.Length];
        NullableUtf8 client = NullableUtf8.From(clientId is null ? null : System.Text.Encoding.UTF8.GetBytes(clientId));
        int start = RequestFrame.Begin(frame, header, key, version, correlation, client);
        body.CopyTo(frame, start);
        RequestFrame.SetSize(frame, start + body.Length);
        return frame[..(start + body.Length)];
    }

    public int Send(ApiKey key, short version, IMessage request, string? clientId = "test")
    {
        SendRaw(Frame(key, version, MessageCodec.Encode(request, version), ++correlationId, clientId));
        return correlationId;
    }

    /// <summary>The next answer, which has to be of this API and version.</summary>
    public T Receive<T>(ApiKey key, short version, int correlation)
        where T : IMessage, new()
    {
        byte[] body = MustReceive();
        ByteReader reader = new(body);
        Assert.Equal(correlation, reader.ReadInt32());
        int start = 4 + ApiFacts.Of(key).ResponseHeaderVersion(version);
        T response = new();
        Assert.Equal(default, MessageCodec.Decode(body.AsSpan(start), version, response));
        return response;
    }

    public T Ask<T>(ApiKey key, short version, IMessage request, string? clientId = "test")
        where T : IMessage, new() =>
        Receive<T>(key, version, Send(key, version, request, clientId));
}
