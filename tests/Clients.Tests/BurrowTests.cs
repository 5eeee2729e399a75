using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Millrace.Clients.Tests;

/// <summary>
/// Burrow as the Debian package has it (1.2, of 2019): it finds out the lag by reading <c>__consumer_offsets</c> and
/// asking for the ends of partitions with ListOffsets 0, which Kafka 4 no longer speaks. It has the values of commits
/// up to version 3.
/// </summary>
[Trait("Kind", "clients")]
public sealed class BurrowTests : IDisposable
{
    private const string Group = "watched";
    private const string Topic = "read-in-part";
    private const int Produced = 100;
    private const int Consumed = 60;

    private readonly string folder = Directory.CreateTempSubdirectory("millrace-burrow-").FullName;
    private readonly int[] ports = FreePorts.Take(2);
    private readonly List<Process> programs = [];

    private string ZooKeeper => $"127.0.0.1:{ports[0]}";

    private string Http => $"127.0.0.1:{ports[1]}";

    public void Dispose()
    {
        foreach (Process program in programs)
        {
            program.Kill(entireProcessTree: true);
            program.WaitForExit();
            program.Dispose();
        }

        Directory.Delete(folder, recursive: true);
    }

    [BurrowFact]
    public async Task The_lag_is_that_of_the_group()
    {
        using RunningServer broker = new(
            Path.Combine(folder, "data"),
            [.. BrokerSettings.AsArguments, "--set", "millrace.offsets.record.version=3"]);
        Kcat(broker, string.Concat(Enumerable.Range(0, Produced).Select(line => $"{line}\n")), "-P", "-t", Topic);
        Kcat(
            broker, null, "-q", "-G", Group, "-c", $"{Consumed}", "-X", "auto.offset.reset=earliest",
            "-X", "enable.auto.offset.store=true", Topic);

        await Serving(Start("bash", ClientKit.ZooKeeperScript, "start-foreground", ZooKeeperConfig()));
        JsonElement status = await StatusOfTheGroup(Start("Burrow", "--config-dir", BurrowConfig(broker.Address)));

        Assert.Equal(Produced - Consumed, status.GetProperty("totallag").GetInt64());
        JsonElement partition = Assert.Single(status.GetProperty("partitions").EnumerateArray());
        Assert.Equal(Topic, partition.GetProperty("topic").GetString());
        Assert.Equal(Consumed, partition.GetProperty("end").GetProperty("offset").GetInt64());
        Assert.Equal(Produced - Consumed, partition.GetProperty("current_lag").GetInt64());
    }

    /// <summary>
    /// It listens before it serves: asked for its mode, it says nothing of one until then, and who asks in the first
    /// moments may never hear of it: after a second, it is asked anew.
    /// </summary>
    private async Task Serving(Process zooKeeper)
    {
        while (!zooKeeper.HasExited)
        {
            try
            {
                using CancellationTokenSource patience = new(TimeSpan.FromSeconds(1));
                using TcpClient client = new();
                await client.ConnectAsync(IPAddress.Loopback, ports[0], patience.Token);
                await client.GetStream().WriteAsync("srvr"u8.ToArray(), patience.Token);
                using StreamReader answer = new(client.GetStream());
                if ((await answer.ReadToEndAsync(patience.Token)).Contains("Mode:", StringComparison.Ordinal))
                {
                    return;
                }
            }
            catch (Exception early) when (early is SocketException or IOException or OperationCanceledException)
            {
                // It does not listen yet, or has no time for questions.
            }

            await Task.Delay(50);
        }

        throw new InvalidOperationException("ZooKeeper ended");
    }

    /// <summary>What Burrow knows of the group, once it has read its commit and the topic's end.</summary>
    private async Task<JsonElement> StatusOfTheGroup(Process burrow)
    {
        using HttpClient client = new();
        while (!burrow.HasExited)
        {
            try
            {
                Uri address = new($"http://{Http}/v3/kafka/local/consumer/{Group}/lag");
                JsonElement status = (await client.GetFromJsonAsync<JsonElement>(address)).GetProperty("status");
                if (status.GetProperty("partition_count").GetInt32() > 0)
                {
                    return status;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet, or does not know the group yet.
            }

            await Task.Delay(100);
        }

        throw new InvalidOperationException(
            $"Burrow ended: {await File.ReadAllTextAsync(Path.Combine(folder, "Burrow.out"))}\n"
                + await File.ReadAllTextAsync(Path.Combine(folder, "burrow", "burrow.log")));
    }

    private Process Start(string program, params string[] arguments)
    {
        // Their words go to files: nobody would read a pipe.
        string log = Path.Combine(folder, Path.GetFileName(program) + ".out");
        ProcessStartInfo start = new(
            "bash", ["-c", "exec \"$@\" > \"$0\" 2>&1 < /dev/null", log, program, .. arguments])
        {
            Environment = { ["ZOO_LOG_DIR"] = folder },
        };
        programs.Add(Process.Start(start)!);
        return programs[^1];
    }

    private static void Kcat(RunningServer broker, string? input, params string[] arguments) =>
        ProgramRun.Of(new ProcessStartInfo("kcat", ["-b", broker.Address, .. arguments]), input).MustEndWell();

    private string ZooKeeperConfig()
    {
        string path = Path.Combine(folder, "zoo.cfg");
        File.WriteAllLines(path,
        [
            "tickTime=2000", $"dataDir={Path.Combine(folder, "zookeeper")}", "clientPortAddress=127.0.0.1",
            $"clientPort={ports[0]}", "admin.enableServer=false",
        ]);
        return path;
    }

    private string BurrowConfig(string broker)
    {
        string home = Path.Combine(folder, "burrow");
        Directory.CreateDirectory(home);
        File.WriteAllText(
            Path.Combine(home, "burrow.toml"),
            $"""
            [general]
            pidfile="{home}/burrow.pid"
            [logging]
            filename="{home}/burrow.log"
            [zookeeper]
            servers=[ "{ZooKeeper}" ]
            root-path="/burrow"
            [client-profile.test]
            client-id="burrow"
            kafka-version="2.0.0"
            [cluster.local]
            class-name="kafka"
            servers=[ "{broker}" ]
            client-profile="test"
            topic-refresh=2
            offset-refresh=1
            [consumer.local]
            class-name="kafka"
            cluster="local"
            servers=[ "{broker}" ]
            client-profile="test"
            start-latest=false
            backfill-earliest=true
            [httpserver.default]
            address="{Http}"
            [storage.default]
            class-name="inmemory"
            min-distance=1

            """);
        return home;
    }
}
