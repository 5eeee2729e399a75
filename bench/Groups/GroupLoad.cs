using System.Diagnostics;
using System.Globalization;
using System.Net;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Bench.Groups;

/// <summary>
/// Loads the group coordinator of any broker over the wire and says what that took of the broker's CPU:
/// <c>dotnet run -c Release --project bench -- groups --bootstrap HOST:PORT --pid PID [--seconds S]</c>. With Apache
/// Kafka beside it, on the same machine and with the same arguments, the lines can be compared one by one. Both want
/// <c>group.initial.rebalance.delay.ms=0</c>.
/// </summary>
internal sealed class GroupLoad
{
    private const string Topic = "group-load";
    private const int Partitions = 1000;
    private const int Connections = 8;
    private const int InFlight = 32;
    private const int Members = 500;
    private const int CommitsPerSecond = 5000;
    private const int TicksPerSecond = 100;

    private readonly IPEndPoint broker;
    private readonly int pid;
    private readonly TimeSpan duration;
    private readonly string run = $"{DateTime.UtcNow:HHmmss}";

    private GroupLoad(IPEndPoint broker, int pid, int seconds)
    {
        this.broker = broker;
        this.pid = pid;
        duration = TimeSpan.FromSeconds(seconds);
    }

    public static async Task<int> RunAsync(string[] arguments)
    {
        string? address = ValueOf(arguments, "--bootstrap");
        if (address is null || !int.TryParse(ValueOf(arguments, "--pid"), out int pid))
        {
            await Console.Error.WriteLineAsync("groups: takes --bootstrap HOST:PORT --pid PID [--seconds S]");
            return 2;
        }

        int seconds = int.TryParse(ValueOf(arguments, "--seconds"), out int given) ? given : 10;
        GroupLoad load = new(IPEndPoint.Parse(address), pid, seconds);
        await load.CreateTopicAsync();
        await load.HeartbeatsAsync();
        await load.CommitsAsync();
        await load.PacedCommitsAsync();
        await load.RebalanceAsync();
        return 0;
    }

    private static string? ValueOf(string[] arguments, string name)
    {
        int at = Array.IndexOf(arguments, name);
        return at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;
    }

    private async Task CreateTopicAsync()
    {
        using GroupConnection connection = new(broker);
        await connection.AskAsync<CreateTopicsResponse>(ApiKey.CreateTopics, 5, new CreateTopicsRequest
        {
            Topics = [new() { Name = Topic, NumPartitions = Partitions, ReplicationFactor = 1 }], TimeoutMs = 60_000,
        });
    }

    private async Task HeartbeatsAsync()
    {
        LoadedMember[] members = [.. Enumerable.Range(0, Connections)
            .Select(at => new LoadedMember(new GroupConnection(broker), $"beats-{run}-{at}"))];
        foreach (LoadedMember member in members)
        {
            await member.EnterAsync();
            await member.JoinAsync(Partitions);
        }

        await SaturateAsync(
            "heartbeats", [.. members.Select(member => (member.Connection, member.Heartbeat()))]);
    }

    private async Task CommitsAsync()
    {
        List<(GroupConnection, byte[])> commits = [];
        for (int at = 0; at < Connections; at++)
        {
            (GroupConnection connection, string group) = await SimpleGroupAsync($"commits-{run}-{at}");
            commits.Add((connection, Commit(group, 5)));
        }

        await SaturateAsync("commits", commits);
    }

    private async Task<(GroupConnection Connection, string Group)> SimpleGroupAsync(string group)
    {
        GroupConnection connection = new(broker);
        OffsetCommitResponse answer;
        do
        {
            await connection.AskAsync<FindCoordinatorResponse>(
                ApiKey.FindCoordinator, 4, new FindCoordinatorRequest { CoordinatorKeys = [group] });
            answer = await connection.AskAsync<OffsetCommitResponse>(ApiKey.OffsetCommit, 8, CommitRequest(group, 1));
        }
        while (answer.Topics[0].Partitions[0].ErrorCode != 0);

        return (connection, group);
    }

    private static OffsetCommitRequest CommitRequest(string group, long offset) => new()
    {
        GroupId = group,
        Topics =
        [
            new() { Name = Topic, Partitions = [new() { PartitionIndex = 7, CommittedOffset = offset }] },
        ],
    };

    private static byte[] Commit(string group, long offset) =>
        GroupConnection.Frame(ApiKey.OffsetCommit, 8, CommitRequest(group, offset));

    /// <summary>As many of a request as go, so many in flight on each connection.</summary>
    private async Task SaturateAsync(string what, IReadOnlyList<(GroupConnection Connection, byte[] Frame)> loads)
    {
        long count = 0;
        double cpuBefore = CpuSeconds();
        Stopwatch watch = Stopwatch.StartNew();
        await Task.WhenAll(loads.Select(async load =>
        {
            byte[] many = [.. Enumerable.Repeat(load.Frame, InFlight).SelectMany(frame => frame)];
            while (watch.Elapsed < duration)
            {
                await load.Connection.SendAsync(many);
                for (int answer = 0; answer < InFlight; answer++)
                {
                    await load.Connection.ReceiveAsync();
                }

                Interlocked.Add(ref count, InFlight);
            }

            load.Connection.Dispose();
        }));
        double cpu = CpuSeconds() - cpuBefore;
        double rate = count / watch.Elapsed.TotalSeconds;
        Say($"{what,-12} {rate,10:0}/s, {count / cpu,10:0} for each second of the broker's CPU");
    }

    /// <summary>Commits on a schedule, each timed from when it was due.</summary>
    private async Task PacedCommitsAsync()
    {
        List<double> milliseconds = [];
        Lock adding = new();
        Stopwatch watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async at =>
        {
            (GroupConnection connection, string group) = await SimpleGroupAsync($"paced-{run}-{at}");
            byte[] frame = Commit(group, 5);
            double stepMs = 1000.0 * Connections / CommitsPerSecond;
            double dueMs = watch.Elapsed.TotalMilliseconds;
            double endMs = dueMs + duration.TotalMilliseconds;
            for (; dueMs < endMs; dueMs += stepMs)
            {
                double waitMs = dueMs - watch.Elapsed.TotalMilliseconds;
                if (waitMs >= 1)
                {
                    await Task.Delay((int)waitMs);
                }

                await connection.SendAsync(frame);
                await connection.ReceiveAsync();
                lock (adding)
                {
                    milliseconds.Add(watch.Elapsed.TotalMilliseconds - dueMs);
                }
            }

            connection.Dispose();
        }));
        milliseconds.Sort();
        double median = At(milliseconds, 0.5);
        Say($"commits at {CommitsPerSecond}/s: p50 {median:0.00} ms, p99 {At(milliseconds, 0.99):0.00} ms");
    }

    /// <summary>All members of a group join again at once, as they do once they were told of a rebalance.</summary>
    private async Task RebalanceAsync()
    {
        LoadedMember[] members = [.. Enumerable.Range(0, Members)
            .Select(_ => new LoadedMember(new GroupConnection(broker), $"storm-{run}"))];
        await Task.WhenAll(members.Select(member => member.EnterAsync()));
        await Task.WhenAll(members.Select(member => member.JoinAsync(Partitions)));
        List<double> rounds = [];
        double cpuBefore = CpuSeconds();
        const int Rounds = 5;
        for (int round = 0; round < Rounds; round++)
        {
            Stopwatch watch = Stopwatch.StartNew();
            await Task.WhenAll(members.Select(member => member.JoinAsync(Partitions)));
            rounds.Add(watch.Elapsed.TotalMilliseconds);
        }

        rounds.Sort();
        double cpuMs = 1000 * (CpuSeconds() - cpuBefore) / Rounds;
        Say($"rebalance of {Members} members: {rounds[Rounds / 2]:0} ms, of which {cpuMs:0} ms of the broker's CPU");
        Array.ForEach(members, member => member.Connection.Dispose());
    }

    private static double At(List<double> sorted, double quantile) => sorted[(int)(quantile * (sorted.Count - 1))];

    private static void Say(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));

    /// <summary>User and system time of the broker so far.</summary>
    private double CpuSeconds()
    {
        string stat = File.ReadAllText($"/proc/{pid}/stat");

        // The name, in parentheses, may have spaces; fields are counted behind it.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture)
            + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
