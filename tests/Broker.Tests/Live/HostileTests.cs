using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Storage;
using static Millrace.Broker.Tests.Live.Requests;

namespace Millrace.Broker.Tests.Live;

public sealed class HostileTests
{
    private const int Seed = 20_261_121;
    private const int Mutations = 3000;

    [Fact]
    public void Mutated_requests_end_their_connection_at_most()
    {
        // A long poll whose client has said its last word is kept no longer than a slow reader.
        using LiveBroker broker = new(slowReaderMs: 500);
        TopicEntry topic = broker.AddTopic("orders", partitions: 2);
        byte[][] frames = Frames(topic);
        Random random = new(Seed);
        for (int round = 0; round < Mutations; round++)
        {
            byte[] frame = [.. frames[random.Next(frames.Length)]];
            int flips = random.Next(1, 6);
            for (int flip = 0; flip < flips; flip++)
            {
                // The length in front stays: frames that never end are the network's matter.
                frame[random.Next(4, frame.Length)] = (byte)random.Next(256);
            }

            using WireClient client = broker.Connect();
            client.SendRaw(frame);
        }

        broker.Until(() => broker.Server.Reactors[0].ConnectionCount == 0);
        Assert.Equal(0, broker.Ask(() => broker.Reactors[0].Waiting.Count));
        Assert.All(topic.Partitions.ToArray(), partition => Assert.True(partition.FetchWaiters.IsEmpty));
        using WireClient honest = broker.Connect();
        long end = topic.Find(0)!.Log!.LogEndOffset;
        Assert.Equal((0, end), At(honest.ProduceTo(topic, Batch(3))));
        Assert.Equal(3, Read(honest.FetchOne(Fetch(topic, end)).Records).Count);
    }

    [Fact]
    public void A_lost_directory_is_told_to_those_that_wait_and_to_those_that_come()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders", partitions: 2);
        using WireClient client = broker.Connect();
        int asked = client.Send(ApiKey.Fetch, 17, Fetch(topic, 0, maxWaitMs: int.MaxValue));
        broker.Until(() => broker.Reactors[0].Waiting.Count == 1);
        PartitionLog lost = topic.Find(0)!.Log!;
        broker.Partitions.TakeOffline([lost]);
        FetchResponse told = client.Receive<FetchResponse>(ApiKey.Fetch, 17, asked);
        Assert.Equal(Code(ErrorCode.KafkaStorageError), told.Responses[0].Partitions[0].ErrorCode);
        Assert.Equal(Code(ErrorCode.KafkaStorageError), client.ProduceTo(topic, Batch()).ErrorCode);
        Assert.Equal(0, client.ProduceTo(topic, Batch(), partition: 1).ErrorCode);

        // Clients of that time do not know the error, and would give up.
        Assert.Equal(
            Code(ErrorCode.NotLeaderOrFollower), client.FetchOne(Fetch(topic, 0), version: 5).ErrorCode);
        lost.Close();
    }

    private static (int Error, long Offset) At(ProduceResponse.PartitionProduceResponse answer) =>
        (answer.ErrorCode, answer.BaseOffset);

    private static byte[][] Frames(TopicEntry topic) =>
    [
        Frame(ApiKey.Produce, 13, Produce(topic, Batch(3))),
        Frame(ApiKey.Produce, 8, Produce(topic, Batch(3), acks: 1)),
        Frame(ApiKey.Fetch, 17, Fetch(topic, 0, maxWaitMs: 10, sessionEpoch: 0)),
        Frame(ApiKey.Fetch, 4, Fetch(topic, 0)),
        Frame(ApiKey.ApiVersions, 4, new ApiVersionsRequest { ClientSoftwareName = "a", ClientSoftwareVersion = "1" }),
        Frame(ApiKey.InitProducerId, 4, new InitProducerIdRequest { TransactionalId = null }),
        Frame(ApiKey.ListOffsets, 7, new ListOffsetsRequest
        {
            ReplicaId = -1,
            Topics = [new() { Name = topic.Name, Partitions = [new() { Timestamp = -1 }] }],
        }),
    ];

    private static byte[] Frame(ApiKey key, short version, IMessage request) =>
        WireClient.Frame(key, version, MessageCodec.Encode(request, version), correlation: 1);
}
