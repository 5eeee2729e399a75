using System.Net;
using System.Net.Sockets;
using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;

namespace Millrace.Loadgen.Suite;

/// <summary>
/// The first record that a starting broker acknowledges: what a user waits for, where "the port is open" is not enough.
/// </summary>
internal static class FirstRecord
{
    private const int PauseMs = 1;
    private const long PatienceNs = 120_000_000_000;
    private const string Topic = "first-record";

    /// <summary>Tries until a record is acknowledged.</summary>
    /// <param name="port">Of the broker, on the loopback.</param>
    /// <param name="hasEnded">Whether its process has ended.</param>
    /// <returns>False where the broker ended, or two minutes passed.</returns>
    public static bool Await(int port, Func<bool> hasEnded)
    {
        byte[] batch = OneRecord();
        long endNs = SystemClock.Instance.MonotonicNs + PatienceNs;
        while (!hasEnded() && SystemClock.Instance.MonotonicNs < endNs)
        {
            if (IsListening(port) && TryProduce(port, batch))
            {
                return true;
            }

            Thread.Sleep(PauseMs);
        }

        return false;
    }

    private static bool IsListening(int port)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool TryProduce(int port, byte[] batch)
    {
        try
        {
            using SetupClient client = SetupClient.Connect([("127.0.0.1", port)]);
            TopicSpec spec = new() { Name = Topic };
            TopicSetup.Prepare(client, spec);
            ProduceRequest request = new()
            {
                Acks = 1,
                TimeoutMs = 10_000,
                TopicData =
                [
                    new ProduceRequest.TopicProduceData
                    {
                        Name = Topic,
                        PartitionData = [new ProduceRequest.PartitionProduceData { Records = batch }],
                    },
                ],
            };

            // The last version that names topics: ids would have to be asked for first.
            const short byName = 12;
            ProduceResponse response = client.Ask<ProduceResponse>(ApiKey.Produce, request, byName);
            return response.Responses[0].PartitionResponses[0].ErrorCode == 0;
        }
        catch (Exception early) when (early is BrokerRefusedException or IOException or SocketException)
        {
            return false;
        }
    }

    private static byte[] OneRecord()
    {
        using BatchBuilder builder = new();
        builder.Begin(new NewBatch());
        builder.Append(SystemClock.Instance.WallMs, default, new RecordField("first"u8));
        return builder.Finish().ToArray();
    }
}
