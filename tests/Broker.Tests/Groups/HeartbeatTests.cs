using Millrace.Broker.Tests.Live;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker.Tests.Groups;

public sealed class HeartbeatTests : IDisposable
{
    private const int WarmUps = 2000;
    private const int Chunks = 50;
    private const int BeatsPerChunk = 100;
    private const int DisturbedChunksMax = 5;

    private readonly GroupRig rig = new();
    private readonly WireClient client;

    public HeartbeatTests()
    {
        client = rig.Connect();
        client.FindCoordinator("g");
    }

    public void Dispose()
    {
        client.Dispose();
        rig.Dispose();
    }

    [Theory]
    [InlineData((short)0)]
    [InlineData((short)3)]
    [InlineData((short)4)]
    public void A_heartbeat_of_a_stable_group_allocates_nothing(short version)
    {
        JoinGroupResponse joined = client.Join("g", instance: version >= 3 ? "i" : null);
        client.Sync("g", joined, [1]);
        byte[] frame = WireClient.Frame(
            ApiKey.Heartbeat,
            version,
            MessageCodec.Encode(
                new HeartbeatRequest
                {
                    GroupId = "g",
                    GenerationId = joined.GenerationId,
                    MemberId = joined.MemberId,
                    GroupInstanceId = version >= 3 ? "i" : null,
                },
                version),
            7);
        Beat(frame, WarmUps);
        List<long> chunks = [];
        long before = AllocatedOnReactor();
        while (chunks.Count < Chunks)
        {
            Beat(frame, BeatsPerChunk);
            long now = AllocatedOnReactor();
            chunks.Add(now - before);
            before = now;
        }

        // The runtime's own tiering takes some now and then; a byte for each heartbeat would be in every chunk.
        Assert.True(
            chunks.Count(bytes => bytes != 0) <= DisturbedChunksMax,
            $"bytes by {BeatsPerChunk} heartbeats: {string.Join(' ', chunks)}");
    }

    [Fact]
    public void A_heartbeat_of_another_generation_is_told_so()
    {
        JoinGroupResponse joined = client.Join("g");
        client.Sync("g", joined, [1]);
        HeartbeatResponse refused = client.Ask<HeartbeatResponse>(ApiKey.Heartbeat, 4, new HeartbeatRequest
        {
            GroupId = "g", GenerationId = joined.GenerationId + 1, MemberId = joined.MemberId,
        });
        Assert.Equal((short)ErrorCode.IllegalGeneration, refused.ErrorCode);
    }

    private long AllocatedOnReactor() => rig.Ask(GC.GetAllocatedBytesForCurrentThread);

    private void Beat(byte[] frame, int count)
    {
        for (int beat = 0; beat < count; beat++)
        {
            client.SendRaw(frame);
            byte[] answer = client.MustReceive();
            Assert.Equal(7, answer[3]);
            Assert.All(answer[4..], one => Assert.Equal(0, one));
        }
    }
}
