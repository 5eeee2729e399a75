using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Xunit.Abstractions;

namespace Millrace.Server.Tests.Faults;

/// <summary>
/// Clients that mean harm, or are broken, against the published binary: it goes on for everybody else, never meets a
/// fault of its own, and its memory stays below a bound.
/// </summary>
[Trait("Kind", "native")]
[Collection(AloneInTheMachine.Name)]
public sealed class HostileClientTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>
    /// What the process may hold at its worst in these tests. Idle it holds about 30 MiB; a frame on its way may hold
    /// up to the bytes that have arrived of it, four times, within the memory for frames.
    /// </summary>
    private const long ResidentBytesMax = 400L * 1024 * 1024;

    private const string Canary = "canary";

    // Of hostile clients; the oldest is reset, whatever it waits for.
    private const int OpenMax = 50;

    private readonly string folder = Directory.CreateTempSubdirectory("millrace-hostile-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [NativeSharedFact]
    public void Ten_thousand_mutated_requests_harm_nobody_else()
    {
        int seed = int.TryParse(
            Environment.GetEnvironmentVariable("MILLRACE_SEED"), CultureInfo.InvariantCulture, out int given)
            ? given
            : 20261121;
        output.WriteLine($"MILLRACE_SEED={seed}");
        Random random = new(seed);
        byte[][] golden = GoldenRequests();
        using RunningServer server = new(folder);
        using TopicClient honest = new(server.Address);
        Assert.Equal(ErrorCode.None, honest.CreateTopic(Canary));
        Queue<WireClient> open = [];
        for (int sent = 0; sent < 10_000; sent++)
        {
            // One each: a connection ends with the first request that cannot be understood.
            WireClient client = WireClient.Connect(server.Address);
            client.SendRaw(RequestMutation.Of(golden[random.Next(golden.Length)], random));
            client.Socket.Shutdown(SocketShutdown.Send);
            open.Enqueue(client);
            if (open.Count > OpenMax)
            {
                open.Dequeue().Dispose();
            }

            if (sent % 500 == 0)
            {
                AssertServes(honest, server);
            }
        }

        AssertServes(honest, server);
        output.WriteLine($"resident at most {server.ResidentBytesMax >> 20} MiB");
        Assert.DoesNotContain(" ERROR ", server.Log, StringComparison.Ordinal);
        Assert.InRange(server.ResidentBytesMax, 1, ResidentBytesMax);
        Assert.Equal(0, server.Stop().ExitCode);
    }

    [NativeFact]
    public void Frames_that_never_become_whole_hold_no_more_than_what_has_arrived()
    {
        using RunningServer server = new(folder);
        using TopicClient honest = new(server.Address);
        Assert.Equal(ErrorCode.None, honest.CreateTopic(Canary));
        List<WireClient> slow = [];
        byte[] begun = new byte[100];
        BinaryPrimitives.WriteInt32BigEndian(begun, 100 * 1024 * 1024);
        for (int index = 0; index < 1000; index++)
        {
            WireClient client = WireClient.Connect(server.Address);
            client.SendRaw(begun);
            slow.Add(client);
        }

        for (int more = 0; more < 10; more++)
        {
            slow.ForEach(client => client.SendRaw(begun.AsSpan(0, 1 + more)));
            AssertServes(honest, server);
        }

        output.WriteLine($"resident {server.ResidentBytes >> 20} MiB with 1000 frames of 100 MiB begun");
        Assert.InRange(server.ResidentBytesMax, 1, ResidentBytesMax);
        slow.ForEach(client => client.Dispose());
        AssertServes(honest, server);
        Assert.Equal(0, server.Stop().ExitCode);
    }

    [NativeFact]
    public void Clients_that_close_one_half_get_their_answers_and_are_gone()
    {
        using RunningServer server = new(folder);
        using TopicClient honest = new(server.Address);
        Assert.Equal(ErrorCode.None, honest.CreateTopic(Canary));
        AssertServes(honest, server);
        int before = OpenFiles(server);
        List<WireClient> halves = [];
        for (int index = 0; index < 500; index++)
        {
            WireClient client = WireClient.Connect(server.Address);
            int asked = client.Send(ApiKey.Fetch, 12, TopicClient.FetchRequestOf(Canary, 0, maxWaitMs: int.MaxValue));
            client.Socket.Shutdown(SocketShutdown.Send);
            Assert.NotNull(client.Receive<FetchResponse>(ApiKey.Fetch, 12, asked));
            Assert.True(client.IsClosedByServer());
            halves.Add(client);
        }

        Assert.InRange(OpenFiles(server), 1, before);
        halves.ForEach(client => client.Dispose());
        AssertServes(honest, server);
        Assert.Equal(0, server.Stop().ExitCode);
    }

    [NativeFact]
    public void Ten_thousand_connections_are_served_side_by_side()
    {
        using RunningServer server = new(folder);
        using TopicClient honest = new(server.Address);
        Assert.Equal(ErrorCode.None, honest.CreateTopic(Canary));
        AssertServes(honest, server);
        int before = OpenFiles(server);
        long idle = server.ResidentBytes;
        List<WireClient> clients = [];
        for (int index = 0; index < 10_000; index++)
        {
            clients.Add(WireClient.Connect(server.Address));
        }

        List<int> asked =
            [.. clients.Select(client => client.Send(ApiKey.Metadata, 12, new MetadataRequest { Topics = null }))];
        for (int index = 0; index < clients.Count; index++)
        {
            Assert.NotNull(clients[index].Receive<MetadataResponse>(ApiKey.Metadata, 12, asked[index]));
        }

        AssertServes(honest, server);
        long each = (server.ResidentBytes - idle) / clients.Count;
        output.WriteLine($"{each} bytes for each of 10,000 connections");
        Assert.InRange(server.ResidentBytesMax, 1, ResidentBytesMax);
        clients.ForEach(client => client.Dispose());
        while (OpenFiles(server) > before)
        {
            AssertServes(honest, server);
        }

        Assert.Equal(0, server.Stop().ExitCode);
    }

    private static void AssertServes(TopicClient client, RunningServer server)
    {
        Assert.False(server.HasExited, server.Log);
        (ErrorCode error, long offset) = client.Produce(Canary, "sings");
        Assert.Equal(ErrorCode.None, error);
        Assert.Equal([(offset, "sings")], client.Fetch(Canary, offset));
    }

    private static int OpenFiles(RunningServer server) => Directory.GetFiles($"/proc/{server.Id}/fd").Length;

    private static byte[][] GoldenRequests() =>
    [
        .. File.ReadLines(Path.Combine(SharedMaterial.Golden, "framing.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("direction").GetString() == "request")
            .Select(line => Convert.FromHexString(line.GetProperty("hex").GetString()!)),
    ];
}

/// <summary>A fact about the native binary with golden bytes; skipped where one of them is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NativeSharedFactAttribute : FactAttribute
{
    public NativeSharedFactAttribute() => Skip = NativeBinary.WhyAbsent ?? new SharedFactAttribute().Skip;
}
