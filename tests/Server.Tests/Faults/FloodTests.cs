using System.Diagnostics;
using Millrace.Base;
using Millrace.Protocol;
using Xunit.Abstractions;

namespace Millrace.Server.Tests.Faults;

/// <summary>One client that sends all it can beside one that asks a little, on the published binary.</summary>
[Trait("Kind", "native")]
[Collection(AloneInTheMachine.Name)]
public sealed class FloodTests(ITestOutputHelper output) : IDisposable
{
    private const string Topic = "flooded";
    private const int Requests = 2000;

    private readonly string folder = Directory.CreateTempSubdirectory("millrace-flood-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [NativeFact]
    public void A_client_beside_one_that_floods_is_answered_every_time()
    {
        using RunningServer server = new(
            folder, "--set", "log.segment.bytes=16777216", "--set", "log.retention.bytes=1");
        using TopicClient polite = new(server.Address);
        Assert.Equal(ErrorCode.None, polite.CreateTopic(Topic));
        Assert.Equal(ErrorCode.None, polite.CreateTopic("small"));
        string alone = Measure(polite);

        using WireClient flooding = WireClient.Connect(server.Address);
        byte[] frame = WireClient.Frame(
            ApiKey.Produce, 12, TopicClient.ProduceRequestOf(Topic, new string('x', 500_000)), 1);
        using CancellationTokenSource enough = new();
        Thread sender = new(() =>
        {
            while (!enough.IsCancellationRequested)
            {
                flooding.SendRaw(frame);
            }

            flooding.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        });
        long answered = 0;
        Thread receiver = new(() =>
        {
            while (flooding.ReceiveFrame() is not null)
            {
                answered++;
            }
        });
        sender.Start();
        receiver.Start();
        string flooded = Measure(polite);
        enough.Cancel();
        sender.Join();
        receiver.Join();

        output.WriteLine($"alone {alone}; beside a flood of {answered} requests of 500 KB: {flooded}");
        Assert.NotEqual(0, answered);
        Assert.DoesNotContain(" ERROR ", server.Log, StringComparison.Ordinal);
        Assert.Equal(0, server.Stop().ExitCode);
    }

    private static string Measure(TopicClient client)
    {
        double[] millis = new double[Requests];
        for (int index = 0; index < Requests; index++)
        {
            long start = Stopwatch.GetTimestamp();
            Assert.Equal(ErrorCode.None, client.Produce("small", "x").Error);
            millis[index] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(millis);
        return $"p50 {millis[Requests / 2]:F2} ms, p99 {millis[Requests * 99 / 100]:F2} ms, max {millis[^1]:F2} ms";
    }
}
