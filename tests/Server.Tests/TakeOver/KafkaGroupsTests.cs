using System.Text.Json;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Server.Tests.TakeOver;

/// <summary>
/// Groups that Kafka wrote are served as Kafka serves them; Kafka serves those that we wrote as we do.
/// </summary>
[Trait("Data", "kafka-data")]
[Trait("Kind", "native")]
[Collection(AloneInTheMachine.Name)]
public sealed class KafkaGroupsTests : IDisposable
{
    private const string Joined = "joined-at-millrace";
    private const string Simple = "committed-at-millrace";

    private readonly string folder = Directory.CreateTempSubdirectory("millrace-groups-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [NativeBesideKafkaTheory]
    [InlineData("clean-4.4")]
    [InlineData("killed-4.4")]
    [InlineData("clean-3.9")]
    public void Groups_go_from_kafka_to_us_and_back(string name)
    {
        KafkaDataSet set = new(name, folder);
        SortedDictionary<string, string> ours;
        using (RunningServer server = RunningServer.Of(set.Config, "--allow-unprotected"))
        {
            using WireClient client = WireClient.Connect(set.Bootstrap);
            SortedDictionary<string, string> expected = Expected(set);
            Compare(expected, GroupAnswers.Of(client, expected.Keys));
            Write(client);
            ours = GroupAnswers.Of(client, [.. expected.Keys, Joined, Simple]);
            Assert.Contains(Joined, ours.Keys);
            Assert.Equal(0, server.Stop().ExitCode);
        }

        using RunningKafka kafka = new(set.Config);
        using WireClient other = WireClient.Connect(set.Bootstrap);
        Assert.Equal(ours, GroupAnswers.Of(other, ours.Keys));
        kafka.Stop();
    }

    /// <summary>
    /// 4.4 lists groups that 3.9 does not: those without an offset left. The answers to the 3.9 set are 3.9's.
    /// </summary>
    private static void Compare(SortedDictionary<string, string> expected, SortedDictionary<string, string> found)
    {
        foreach ((string group, string answer) in found.Where(one => !expected.ContainsKey(one.Key)))
        {
            Assert.Equal($"{group}: classic Empty \"\"", answer);
        }

        Assert.Equal(expected, found.Where(one => expected.ContainsKey(one.Key)));
    }

    private static SortedDictionary<string, string> Expected(KafkaDataSet set)
    {
        SortedDictionary<string, string> groups = new(StringComparer.Ordinal);
        foreach (JsonProperty group in JsonDocument.Parse(File.ReadAllText(set.Expectations)).RootElement
            .GetProperty("groups").EnumerateObject())
        {
            JsonElement told = group.Value;
            IEnumerable<string> offsets = told.TryGetProperty("offsets", out JsonElement listed)
                ? listed.EnumerateObject().Select(one => GroupAnswers.Offset(
                    one.Name, one.Value[0].GetInt64(), one.Value[1].GetInt32(), one.Value[2].GetString()))
                : [];
            IEnumerable<string> members = told.GetProperty("type").GetString() == "Classic"
                ? told.GetProperty("members").EnumerateArray().Select(
                    one => GroupAnswers.Member(
                        one.GetProperty("memberId").GetString(),
                        one.GetProperty("instanceId").GetString(),
                        one.GetProperty("clientId").GetString(),
                        one.GetProperty("host").GetString()))
                : [];
            // Kafka's client shows the type with a capital, which it does not have on the wire.
            groups[group.Name] = GroupAnswers.Line(
                group.Name,
                told.GetProperty("type").GetString()!.ToLowerInvariant(),
                told.GetProperty("state").GetString(),
                told.GetProperty("protocol").GetString(),
                [.. offsets, .. members]);
        }

        return groups;
    }

    private static void Write(WireClient client)
    {
        JoinGroupRequest join = new()
        {
            GroupId = Joined,
            SessionTimeoutMs = 1_800_000,
            RebalanceTimeoutMs = 60_000,
            GroupInstanceId = "still-here",
            ProtocolType = "consumer",
            Protocols = [new() { Name = "range", Metadata = [0, 0, 0, 0, 0, 0, 255, 255, 255, 255] }],
        };
        JoinGroupResponse joined = client.Ask<JoinGroupResponse>(ApiKey.JoinGroup, 9, join);
        Assert.Equal(0, joined.ErrorCode);
        SyncGroupResponse synced = client.Ask<SyncGroupResponse>(ApiKey.SyncGroup, 5, new SyncGroupRequest
        {
            GroupId = Joined,
            GenerationId = joined.GenerationId,
            MemberId = joined.MemberId,
            GroupInstanceId = "still-here",
            ProtocolType = "consumer",
            ProtocolName = "range",
            Assignments = [new() { MemberId = joined.MemberId, Assignment = [0, 0, 0, 0, 0, 0, 255, 255, 255, 255] }],
        });
        Assert.Equal(0, synced.ErrorCode);
        Commit(client, Joined, joined.GenerationId, joined.MemberId, "still-here");
        Commit(client, Simple, -1, "", null);
    }

    private static void Commit(WireClient client, string group, int generation, string member, string? instance)
    {
        OffsetCommitRequest request = new()
        {
            GroupId = group,
            GenerationIdOrMemberEpoch = generation,
            MemberId = member,
            GroupInstanceId = instance,
            Topics =
            [
                new()
                {
                    Name = "plain",
                    Partitions =
                    [
                        new() { PartitionIndex = 0, CommittedOffset = 3, CommittedMetadata = group },
                        new() { PartitionIndex = 2, CommittedOffset = 1, CommittedLeaderEpoch = 0 },
                    ],
                },
            ],
        };
        OffsetCommitResponse committed = client.Ask<OffsetCommitResponse>(ApiKey.OffsetCommit, 9, request);
        Assert.All(committed.Topics[0].Partitions, partition => Assert.Equal(0, partition.ErrorCode));
    }
}
