using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Wire;

namespace Millrace.Bench.Groups;

/// <summary>A connection to any broker that speaks Kafka's protocol. One user at a time.</summary>
internal sealed class GroupConnection : IDisposable
{
    private const int HeaderRoom = 100;

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
    {
        NoDelay = true,
    };

    private byte[] received = new byte[64 * 1024];
    private int correlationId;

    public GroupConnection(IPEndPoint broker) => socket.Connect(broker);

    /// <summary>A whole frame of a request.</summary>
    public static byte[] Frame(ApiKey key, short version, IMessage request, int correlation = 0)
    {
        byte[] body = MessageCodec.Encode(request, version);
        byte[] frame = new byte[RequestFrame.PrefixBytesMax + HeaderRoom + body.Length];
        int start = RequestFrame.Begin(
            frame, ApiFacts.Of(key).RequestHeaderVersion(version), key, version, correlation,
            NullableUtf8.From(Encoding.UTF8.GetBytes("bench")));
        body.CopyTo(frame, start);
        RequestFrame.SetSize(frame, start + body.Length);
        return frame[..(start + body.Length)];
    }

    public async Task<T> AskAsync<T>(ApiKey key, short version, IMessage request)
        where T : IMessage, new()
    {
        await SendAsync(Frame(key, version, request, ++correlationId));
        ReadOnlyMemory<byte> answer = await ReceiveAsync();
        T response = new();
        int start = sizeof(int) + ApiFacts.Of(key).ResponseHeaderVersion(version);
        DecodeError error = MessageCodec.Decode(answer.Span[start..], version, response);
        return error.IsError ? throw new InvalidDataException($"{key}: {error}") : response;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes)..];
        }
    }

    /// <summary>The next answer without its length, valid until the next call.</summary>
    public async Task<ReadOnlyMemory<byte>> ReceiveAsync()
    {
        await FillAsync(sizeof(int));
        int length = BinaryPrimitives.ReadInt32BigEndian(received);
        if (received.Length < length)
        {
            received = new byte[length];
        }

        await FillAsync(length);
        return received.AsMemory(0, length);
    }

    public void Dispose() => socket.Dispose();

    private async Task FillAsync(int count)
    {
        for (int filled = 0; filled < count;)
        {
            int got = await socket.ReceiveAsync(received.AsMemory(filled, count - filled));
            filled += got > 0 ? got : throw new EndOfStreamException("the broker closed the connection");
        }
    }
}
