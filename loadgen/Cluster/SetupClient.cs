using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Wire;

namespace Millrace.Loadgen;

/// <summary>
/// The blocking client for what comes before a run and after it: versions, topics, offsets. One thread at a time.
/// </summary>
internal sealed class SetupClient : IDisposable
{
    private const string ClientId = "loadgen-setup";

    private readonly Socket socket;
    private int correlationId;

    private SetupClient(Socket socket) => this.socket = socket;

    public ApiVersionTable Versions { get; private set; } = null!;

    /// <summary>Connects to the first of the brokers that answers.</summary>
    /// <exception cref="BrokerRefusedException">None does.</exception>
    public static SetupClient Connect(IReadOnlyList<(string Host, int Port)> brokers)
    {
        string why = "";
        foreach ((string host, int port) in brokers)
        {
            Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                socket.Connect(new IPEndPoint(BrokerAddresses.Resolve(host, port).ToIPAddress(), port));
                SetupClient client = new(socket);
                client.Versions = new ApiVersionTable(client.AskVersions());
                return client;
            }
            catch (Exception failure) when (failure is SocketException or IOException)
            {
                why = $"{host}:{port}: {failure.Message}";
                socket.Dispose();
            }
        }

        throw new BrokerRefusedException($"no broker answers ({why})");
    }

    /// <summary>Sends a request in the highest version that both sides speak, and waits for the answer.</summary>
    /// <exception cref="IOException">The connection broke, or the answer cannot be read.</exception>
    public TResponse Ask<TResponse>(ApiKey api, IMessage request, short most = short.MaxValue)
        where TResponse : IMessage, new() => Ask<TResponse>(api, Versions.Of(api, most), request);

    public void Dispose() => socket.Dispose();

    private ApiVersionsResponse AskVersions()
    {
        ApiVersionsRequest request = new() { ClientSoftwareName = "loadgen", ClientSoftwareVersion = "1" };
        ApiVersionsResponse response = Ask<ApiVersionsResponse>(ApiKey.ApiVersions, 3, request);
        return response.ErrorCode == 0 ? response : throw new IOException($"ApiVersions: error {response.ErrorCode}");
    }

    private TResponse Ask<TResponse>(ApiKey api, short version, IMessage request)
        where TResponse : IMessage, new()
    {
        ApiFacts facts = ApiFacts.Of(api);
        byte[] body = MessageCodec.Encode(request, version);
        byte[] frame = new byte[RequestFrame.PrefixBytesMax + ClientId.Length + body.Length];
        int start = RequestFrame.Begin(
            frame, facts.RequestHeaderVersion(version), api, version, ++correlationId, "loadgen-setup"u8);
        body.CopyTo(frame.AsSpan(start));
        RequestFrame.SetSize(frame, start + body.Length);
        Send(frame.AsSpan(0, start + body.Length));

        byte[] answer = Receive(BinaryPrimitives.ReadInt32BigEndian(Receive(sizeof(int))));
        DecodeError error = ResponseFrame.Read(answer, facts.ResponseHeaderVersion(version), out int id, out int at);
        TResponse response = new();
        error = error.IsError ? error : MessageCodec.Decode(answer.AsSpan(at), version, response);
        return !error.IsError && id == correlationId
            ? response
            : throw new IOException($"the broker's answer to {api} {version} cannot be read: {error}");
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[socket.Send(bytes)..];
        }
    }

    private byte[] Receive(int count)
    {
        byte[] bytes = new byte[count];
        for (int filled = 0; filled < count;)
        {
            int received = socket.Receive(bytes.AsSpan(filled));
            filled += received > 0 ? received : throw new IOException("the broker closed the connection");
        }

        return bytes;
    }
}
