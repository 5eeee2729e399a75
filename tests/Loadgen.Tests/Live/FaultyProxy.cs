using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Wire;

namespace Millrace.Loadgen.Tests.Live;

/// <summary>
/// Stands between a client and a broker and passes frames on, but for the faults that a test asks for. The broker must
/// advertise the proxy's address. Answers go back in the order of the requests, whatever was done to these.
/// </summary>
internal sealed class FaultyProxy : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ManualResetEventSlim open = new(initialState: true);
    private readonly List<Socket> sockets = [];
    private IPEndPoint target = new(IPAddress.Loopback, 0);
    private int produced;

    public FaultyProxy() => listener.Start();

    public string Address => $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    /// <summary>
    /// What becomes of the n-th Produce request, counted from 0 over all connections; null for nothing unusual.
    /// </summary>
    public Func<int, ProduceFault> OnProduce { get; init; } = _ => ProduceFault.None;

    /// <summary>Changes the bytes of an answer to a Fetch.</summary>
    public Action<byte[]> OnFetched { get; init; } = _ => { };

    /// <summary>Begins to pass on, to this port.</summary>
    public void PassTo(int port)
    {
        target = new IPEndPoint(IPAddress.Loopback, port);
        Start(Accept);
    }

    /// <summary>Passes nothing on for a while.</summary>
    public void Stall(TimeSpan length)
    {
        open.Reset();
        Thread.Sleep(length);
        open.Set();
    }

    /// <summary>Ends every connection that stands; new ones are taken.</summary>
    public void BreakConnections()
    {
        lock (sockets)
        {
            sockets.ForEach(socket => socket.Dispose());
            sockets.Clear();
        }
    }

    public void Dispose()
    {
        listener.Stop();
        open.Set();
        lock (sockets)
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    private static void Start(Action run) => new Thread(() =>
    {
        try
        {
            run();
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException or IOException)
        {
            // The end of a connection, or of the test.
        }
    }) { IsBackground = true }.Start();

    private void Accept()
    {
        while (true)
        {
            Socket client = listener.AcceptSocket();
            Socket broker = new(SocketType.Stream, ProtocolType.Tcp);
            lock (sockets)
            {
                sockets.Add(client);
                sockets.Add(broker);
            }

            broker.Connect(target);
            client.NoDelay = broker.NoDelay = true;
            Passage passage = new(this, new Testing.FrameSocket(client), new Testing.FrameSocket(broker));
            Start(passage.PassRequests);
            Start(passage.PassAnswers);
        }
    }

    /// <summary>One connection of a client with the proxy's own to the broker.</summary>
    private sealed class Passage(FaultyProxy proxy, Testing.FrameSocket client, Testing.FrameSocket broker)
    {
        private readonly Queue<int> order = new();
        private readonly Dictionary<int, byte[]?> answers = [];
        private readonly HashSet<int> fetches = [];
        private byte[]? held;

        public void PassRequests()
        {
            while (client.ReceiveFrame() is { } frame)
            {
                proxy.open.Wait();
                int id = BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(4));
                ApiKey api = (ApiKey)BinaryPrimitives.ReadInt16BigEndian(frame);
                lock (order)
                {
                    order.Enqueue(id);
                    if (api == ApiKey.Fetch)
                    {
                        fetches.Add(id);
                    }
                }

                ProduceFault fault = api == ApiKey.Produce
                    ? proxy.OnProduce(Interlocked.Increment(ref proxy.produced) - 1)
                    : ProduceFault.None;
                Pass(frame, id, fault);
            }

            broker.Dispose();
        }

        public void PassAnswers()
        {
            while (broker.ReceiveFrame() is { } frame)
            {
                proxy.open.Wait();
                Deliver(BinaryPrimitives.ReadInt32BigEndian(frame), frame);
            }

            client.Dispose();
        }

        private void Pass(byte[] frame, int id, ProduceFault fault)
        {
            switch (fault)
            {
                case ProduceFault.Drop:
                    Deliver(id, Fabricate(frame, id, ErrorCode.None));
                    return;
                case ProduceFault.Refuse:
                    Deliver(id, Fabricate(frame, id, ErrorCode.NotLeaderOrFollower));
                    return;
                case ProduceFault.Duplicate:
                    byte[] copy = [.. frame];
                    BinaryPrimitives.WriteInt32BigEndian(copy.AsSpan(4), -id);
                    Send(broker, copy);
                    break;
                case ProduceFault.HoldBack:
                    held = frame;
                    return;
                case ProduceFault.Corrupt:
                    CorruptBatch.FirstIn(frame);
                    break;
                default:
                    break;
            }

            Send(broker, frame);
            if (held is not null)
            {
                Send(broker, held);
                held = null;
            }
        }

        /// <summary>An answer to a request that the broker never saw.</summary>
        private static byte[] Fabricate(byte[] frame, int id, ErrorCode code)
        {
            short version = BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(2));
            ApiFacts facts = ApiFacts.Of(ApiKey.Produce);
            ProduceRequest request = CorruptBatch.Read(frame, version, out _);
            ProduceResponse response = new()
            {
                Responses = [.. request.TopicData.Select(topic => new ProduceResponse.TopicProduceResponse
                {
                    Name = topic.Name,
                    TopicId = topic.TopicId,
                    PartitionResponses = [.. topic.PartitionData.Select(partition =>
                        new ProduceResponse.PartitionProduceResponse
                        {
                            Index = partition.Index,
                            ErrorCode = (short)code,
                        })],
                })],
            };
            byte[] body = MessageCodec.Encode(response, version);
            byte[] answer = new byte[ResponseFrame.PrefixBytesMax + body.Length];
            int start = ResponseFrame.Begin(answer, facts.ResponseHeaderVersion(version), id);
            body.CopyTo(answer, start);
            return answer[sizeof(int)..(start + body.Length)];
        }

        private void Deliver(int id, byte[] frame)
        {
            lock (order)
            {
                if (id < 0)
                {
                    return;
                }

                if (fetches.Remove(id))
                {
                    proxy.OnFetched(frame);
                }

                answers[id] = frame;
                while (order.TryPeek(out int next) && answers.Remove(next, out byte[]? ready))
                {
                    order.Dequeue();
                    Send(client, ready!);
                }
            }
        }

        private static void Send(Testing.FrameSocket socket, byte[] frame)
        {
            byte[] whole = new byte[sizeof(int) + frame.Length];
            BinaryPrimitives.WriteInt32BigEndian(whole, frame.Length);
            frame.CopyTo(whole, sizeof(int));
            socket.SendRaw(whole);
        }
    }
}

/// <summary>What a <see cref="FaultyProxy"/> does with a Produce request.</summary>
internal enum ProduceFault
{
    None,

    /// <summary>Says that it arrived, and throws it away.</summary>
    Drop,

    /// <summary>Says that another broker leads the partition, and throws it away.</summary>
    Refuse,

    /// <summary>Passes it on twice.</summary>
    Duplicate,

    /// <summary>Passes it on behind the next one.</summary>
    HoldBack,

    /// <summary>Changes a byte of a record, and the batch's checksum with it.</summary>
    Corrupt,
}
