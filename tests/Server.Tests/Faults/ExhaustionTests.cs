using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Xunit.Abstractions;

namespace Millrace.Server.Tests.Faults;

/// <summary>
/// What the machine has no more of: room on the disk, descriptors. The broker goes on with what it has.
/// </summary>
[Trait("Kind", "native")]
[Collection(AloneInTheMachine.Name)]
public sealed class ExhaustionTests(ITestOutputHelper output) : IDisposable
{
    private const string Topic = "filling";
    private const int RefusedInARow = 20;

    private readonly string folder = Directory.CreateTempSubdirectory("millrace-exhausted-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [NativeOnSmallDiskFact]
    public void A_full_disk_refuses_appends_serves_readers_and_takes_appends_again_by_itself()
    {
        using SmallDisk disk = new(folder, mebibytes: 128);
        string data = Path.Combine(disk.Path, "data");
        List<(long Offset, string Value)> acknowledged = [];
        using (RunningServer server = new(data, "--set", "log.segment.bytes=1048576"))
        {
            using TopicClient client = new(server.Address);
            using TopicClient reader = new(server.Address);
            Assert.Equal(ErrorCode.None, client.CreateTopic(Topic));
            disk.Fill(mebibytes: 80);
            ErrorCode refusal = ProduceUntilRefused(client, acknowledged);
            output.WriteLine($"{refusal} after {acknowledged.Count} records");
            Assert.Equal(ErrorCode.KafkaStorageError, refusal);

            // Full as it is: readers go on, appends are refused one by one, topics cannot be made, nobody is cut off.
            Assert.Equal(acknowledged, reader.FetchAll(Topic));
            int made = MakeTopicsUntilRefused(server);
            output.WriteLine($"{made} topics were made on the full disk");
            Assert.False(server.HasExited, server.Log);
            Assert.Equal(acknowledged, reader.FetchAll(Topic));

            disk.Free();
            ProduceUntilTaken(client, acknowledged);
            ProduceSome(client, acknowledged, count: 50);
            Assert.Equal(ErrorCode.None, client.CreateTopic("after"));
            for (int index = 0; index < made; index++)
            {
                while (client.Produce(NameOf(index), "late").Error is var error && error != ErrorCode.None)
                {
                    // Its log could not be made then, and is made soon.
                    Assert.Equal(ErrorCode.KafkaStorageError, error);
                }
            }

            Assert.Equal(acknowledged, reader.FetchAll(Topic));
            (int exitCode, string errors) = server.Stop();
            Assert.True(exitCode == 0, errors);
        }

        using RunningServer again = new(data);
        using TopicClient after = new(again.Address);
        Assert.Equal(acknowledged, after.FetchAll(Topic));
        Assert.DoesNotContain("WARN  storage: ", again.Log, StringComparison.Ordinal);
        Assert.Equal(0, again.Stop().ExitCode);
    }

    [NativeOnSmallDiskFact]
    public void A_broker_stopped_and_one_killed_on_a_full_disk_start_again_on_it()
    {
        using SmallDisk disk = new(folder, mebibytes: 96);
        string data = Path.Combine(disk.Path, "data");
        List<(long Offset, string Value)> acknowledged = [];
        for (int round = 0; round < 3; round++)
        {
            using RunningServer server = new(data, "--set", "log.segment.bytes=1048576");
            Assert.True(server.Address.Length > 0, server.Log);
            using TopicClient client = new(server.Address);
            if (round == 0)
            {
                Assert.Equal(ErrorCode.None, client.CreateTopic(Topic));
                disk.Fill(mebibytes: 48);
            }

            Assert.Equal(acknowledged, client.FetchAll(Topic));
            Assert.Equal(ErrorCode.KafkaStorageError, ProduceUntilRefused(client, acknowledged));
            if (round == 1)
            {
                server.Kill();
            }
            else
            {
                server.Stop();
            }
        }

        disk.Free();
        using RunningServer last = new(data);
        using TopicClient after = new(last.Address);
        Assert.Equal(acknowledged, after.FetchAll(Topic));
        ProduceSome(after, acknowledged, count: 10);
        Assert.Equal(acknowledged, after.FetchAll(Topic));
        Assert.Equal(0, last.Stop().ExitCode);
    }

    [NativeFact]
    public void A_broker_without_a_free_descriptor_turns_new_clients_away_and_serves_those_that_it_has()
    {
        using RunningServer server = RunningServer.Behind("prlimit", ["--nofile=500:500"], folder);
        List<(long Offset, string Value)> acknowledged = [];
        using TopicClient client = new(server.Address);
        Assert.Equal(ErrorCode.None, client.CreateTopic(Topic));
        ProduceSome(client, acknowledged, count: 5);
        List<WireClient> crowd = [];
        for (int index = 0; index < 800; index++)
        {
            crowd.Add(WireClient.Connect(server.Address));
        }

        int served = crowd.Count(IsServed);
        output.WriteLine($"{served} of {crowd.Count} are served with 500 descriptors");
        Assert.InRange(served, 50, 499);
        ProduceSome(client, acknowledged, count: 5);
        Assert.Equal(acknowledged, client.FetchAll(Topic));

        // Each topic needs files of its own: it is made, or refused, and the broker goes on.
        for (int index = 0; index < 100; index++)
        {
            ErrorCode made = client.CreateTopic($"more-{index}");
            ErrorCode appended = made == ErrorCode.None ? client.Produce($"more-{index}", "x").Error : made;
            Assert.True(
                appended is ErrorCode.None or ErrorCode.KafkaStorageError or ErrorCode.UnknownTopicOrPartition,
                $"{appended}");
        }

        crowd.ForEach(one => one.Dispose());
        ProduceSome(client, acknowledged, count: 5);
        using TopicClient late = ConnectOnceThereIsRoom(server);
        Assert.Equal(acknowledged, late.FetchAll(Topic));
        Assert.False(server.HasExited, server.Log);
        Assert.Equal(0, server.Stop().ExitCode);
    }

    private static string Value(int index) => $"{index}-{new string('x', 20_000)}";

    private static ErrorCode ProduceUntilRefused(TopicClient client, List<(long Offset, string Value)> acknowledged)
    {
        int refused = 0;
        while (true)
        {
            string value = Value(acknowledged.Count);
            (ErrorCode error, long offset) = client.Produce(Topic, value);
            if (error == ErrorCode.None)
            {
                // The file system may find some room after all.
                refused = 0;
                acknowledged.Add((offset, value));
            }
            else if (error != ErrorCode.KafkaStorageError || ++refused == RefusedInARow)
            {
                return error;
            }
        }
    }

    /// <summary>Tries again, as a producer does, until the disk takes something.</summary>
    private static void ProduceUntilTaken(TopicClient client, List<(long Offset, string Value)> acknowledged)
    {
        string value = Value(acknowledged.Count);
        (ErrorCode Error, long Offset) answer;
        do
        {
            answer = client.Produce(Topic, value);
        }
        while (answer.Error == ErrorCode.KafkaStorageError);

        Assert.Equal(ErrorCode.None, answer.Error);
        acknowledged.Add((answer.Offset, value));
    }

    private static void ProduceSome(TopicClient client, List<(long Offset, string Value)> acknowledged, int count)
    {
        for (int index = 0; index < count; index++)
        {
            string value = Value(acknowledged.Count);
            (ErrorCode error, long offset) = client.Produce(Topic, value);
            Assert.Equal(ErrorCode.None, error);
            acknowledged.Add((offset, value));
        }
    }

    private static string NameOf(int index) => $"while-full-{index}";

    /// <summary>
    /// Makes topics until none can be made: a few bytes of metadata may still find room. Then there is no answer, and
    /// the connection is closed, so that a client tries again.
    /// </summary>
    /// <returns>How many could.</returns>
    private static int MakeTopicsUntilRefused(RunningServer server)
    {
        using TopicClient client = new(server.Address);
        int made = 0;
        try
        {
            while (client.CreateTopic(NameOf(made)) == ErrorCode.None)
            {
                made++;
            }
        }
        catch (EndOfStreamException)
        {
            // This is how it is refused.
        }

        return made;
    }

    private static bool IsServed(WireClient client)
    {
        try
        {
            int asked = client.Send(ApiKey.ApiVersions, 0, new ApiVersionsRequest());
            return client.Receive<ApiVersionsResponse>(ApiKey.ApiVersions, 0, asked).ErrorCode == 0;
        }
        catch (Exception failure) when (failure is System.Net.Sockets.SocketException or EndOfStreamException)
        {
            return false;
        }
    }

    private static TopicClient ConnectOnceThereIsRoom(RunningServer server)
    {
        while (true)
        {
            TopicClient client = new(server.Address);
            if (IsServed(client.Wire))
            {
                return client;
            }

            client.Dispose();
        }
    }
}
