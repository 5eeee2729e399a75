using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Xunit.Abstractions;

namespace Millrace.Server.Tests.Groups;

/// <summary>The broker is killed while groups join, sync and commit, and members vanish all the while.</summary>
[Trait("Kind", "native")]
public sealed class GroupKillTests(ITestOutputHelper log) : IDisposable
{
    private const int Groups = 3;
    private const int MembersOfGroup = 3;
    private const int Kills = 5;

    private readonly string folder = Directory.CreateTempSubdirectory("millrace-group-kills-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [NativeFact]
    public void Acknowledged_commits_outlive_kills_and_every_group_comes_together_again()
    {
        int seed = Random.Shared.Next();
        log.WriteLine($"seed {seed}");
        Random random = new(seed);
        CommitLedger ledger = new();
        RunningServer server = Serve(ledger);
        CreateTopic(ledger.Address);
        Thread[] members = [.. Enumerable.Range(0, Groups * MembersOfGroup).Select(at => new Thread(
            new GroupMember(GroupOf(at % Groups), ledger, new Random(seed + at)).Run))];
        Array.ForEach(members, member => member.Start());
        for (int kill = 0; kill < Kills; kill++)
        {
            // In turns, amid the commits of stable groups and amid the joins of those that come together.
            Await(kill % 2 == 0
                ? Later(() => ledger.Commits, random.Next(50, 500))
                : Later(() => ledger.Joins, random.Next(1, 2 * MembersOfGroup)));
            server.Kill();
            server.Dispose();
            Dictionary<(string, int), long> acknowledged = Acknowledged(ledger);
            server = Serve(ledger);
            CheckCommitted(ledger, acknowledged);
        }

        // Nobody is stuck: each group goes on committing.
        Dictionary<(string, int), long> before = Acknowledged(ledger);
        Await(() => before.All(one => ledger.Of(one.Key.Item1, one.Key.Item2).Acknowledged > one.Value));
        ledger.Close();
        Array.ForEach(members, member => member.Join());
        CheckCommitted(ledger, Acknowledged(ledger));
        (int exitCode, _) = server.Stop();
        server.Dispose();
        Assert.Equal(0, exitCode);
    }

    private static string GroupOf(int index) => $"group-{index}";

    private static Func<bool> Later(Func<int> count, int more)
    {
        int target = count() + more;
        return () => count() >= target;
    }

    private static void Await(Func<bool> condition)
    {
        while (!condition())
        {
            Thread.Sleep(1);
        }
    }

    private static Dictionary<(string, int), long> Acknowledged(CommitLedger ledger)
    {
        Dictionary<(string, int), long> acknowledged = [];
        for (int index = 0; index < Groups; index++)
        {
            for (int partition = 0; partition < CommitLedger.PartitionsOfGroup; partition++)
            {
                acknowledged[(GroupOf(index), partition)] = ledger.Of(GroupOf(index), partition).Acknowledged;
            }
        }

        return acknowledged;
    }

    private static void CheckCommitted(CommitLedger ledger, Dictionary<(string, int), long> acknowledged)
    {
        using WireClient client = WireClient.Connect(ledger.Address);
        foreach (((string group, int partition), long atLeast) in acknowledged)
        {
            long committed = Committed(client, group, partition);
            Assert.InRange(committed, atLeast, Math.Max(atLeast, ledger.Of(group, partition).Sent));
        }
    }

    private static long Committed(WireClient client, string group, int partition)
    {
        while (true)
        {
            OffsetFetchResponse response = client.Ask<OffsetFetchResponse>(ApiKey.OffsetFetch, 8, new OffsetFetchRequest
            {
                Groups =
                [
                    new()
                    {
                        GroupId = group, Topics = [new() { Name = CommitLedger.Topic, PartitionIndexes = [partition] }],
                    },
                ],
            });
            if (response.Groups[0].ErrorCode == (short)ErrorCode.None)
            {
                return response.Groups[0].Topics[0].Partitions[0].CommittedOffset;
            }
        }
    }

    private static void CreateTopic(string address)
    {
        using WireClient client = WireClient.Connect(address);
        CreateTopicsResponse created = client.Ask<CreateTopicsResponse>(ApiKey.CreateTopics, 7, new CreateTopicsRequest
        {
            Topics =
            [
                new()
                {
                    Name = CommitLedger.Topic,
                    NumPartitions = CommitLedger.PartitionsOfGroup,
                    ReplicationFactor = 1,
                },
            ],
        });
        Assert.Equal(0, created.Topics[0].ErrorCode);
    }

    private RunningServer Serve(CommitLedger ledger)
    {
        RunningServer server = new(
            folder,
            "--set", "offsets.topic.num.partitions=2",
            "--set", "group.min.session.timeout.ms=100",
            "--set", "group.initial.rebalance.delay.ms=0");
        ledger.Address = server.Address;
        return server;
    }
}
