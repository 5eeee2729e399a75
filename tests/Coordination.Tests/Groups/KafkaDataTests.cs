using System.Diagnostics;
using System.Text.Json;
using Millrace.Coordination.Groups;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;

namespace Millrace.Coordination.Tests.Groups;

/// <summary>Offsets topics that Kafka wrote, loaded: groups and offsets are those that Kafka answers.</summary>
[Trait("Data", "kafka-data")]
public sealed class KafkaDataTests
{
    [SharedTheory(SharedPart.KafkaData)]
    [InlineData("clean-4.4")]
    [InlineData("killed-4.4")]
    [InlineData("trio-4.4")]
    [InlineData("clean-3.9")]
    public void Groups_and_offsets_are_what_kafka_answers(string set)
    {
        string folder = Directory.CreateTempSubdirectory("millrace").FullName;
        try
        {
            using Process tar = Process.Start(
                "tar", ["-xzf", Path.Join(SharedMaterial.KafkaData, set + ".tar.gz"), "-C", folder]);
            tar.WaitForExit();
            Assert.Equal(0, tar.ExitCode);
            using Coordinated one = new(leads: false);
            Load(one.Log, folder);
            one.Lead();
            Check(one, JsonDocument.Parse(File.ReadAllText(
                Path.Join(SharedMaterial.KafkaData, set + ".json"))).RootElement.GetProperty("groups"), set);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // All partitions go into one log: a group's records are of one partition each, so their order stays.
    private static void Load(SimulatedLog log, string folder)
    {
        IEnumerable<IGrouping<string, string>> partitions = Directory
            .GetDirectories(folder, "__consumer_offsets-*", SearchOption.AllDirectories)
            .GroupBy(path => Path.GetFileName(path));
        long offset = 0;
        foreach (IGrouping<string, string> partition in partitions)
        {
            string longest = partition.MaxBy(
                path => new DirectoryInfo(path).GetFiles("*.log").Sum(file => file.Length))!;
            foreach (string file in Directory.GetFiles(longest, "*.log").Order())
            {
                offset = Load(log, File.ReadAllBytes(file), offset);
            }
        }

        Assert.True(offset > 0, "no records in any offsets partition");
    }

    private static long Load(SimulatedLog log, byte[] bytes, long offset)
    {
        RecordBatches walk = new(bytes);
        while (walk.MoveNext() && walk.Current.Check() == RecordFault.None)
        {
            byte[] batch = walk.Current.Bytes.ToArray();
            System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(batch, offset);
            log.Load(batch);
            offset = log.EndOffset;
        }

        return offset;
    }

    private static void Check(Coordinated one, JsonElement groups, string set)
    {
        Dictionary<string, ListGroupsResponse.ListedGroup> listed =
            one.List().Groups.ToDictionary(group => group.GroupId);

        // 4.4 lists groups that 3.9 does not: those without an offset left. The answers to the 3.9 set are 3.9's.
        string[] more = [.. listed.Keys.Except(groups.EnumerateObject().Select(group => group.Name))];
        Assert.Equal(set == "clean-3.9" ? 3 : 0, more.Length);
        Assert.All(more, group => Assert.Equal("Empty", listed[group].GroupState));
        Assert.All(more, group => Assert.Empty(one.FetchAll(group).Topics));
        Assert.Equal(groups.EnumerateObject().Count(), listed.Count - more.Length);
        foreach (JsonProperty group in groups.EnumerateObject())
        {
            JsonElement expected = group.Value;
            Assert.Equal(
                expected.GetProperty("type").GetString(), listed[group.Name].GroupType, ignoreCase: true);
            Assert.Equal(expected.GetProperty("state").GetString(), listed[group.Name].GroupState);
            Assert.Equal(expected.GetProperty("protocol").GetString(), listed[group.Name].ProtocolType);
            if (expected.TryGetProperty("offsets", out JsonElement offsets))
            {
                CheckOffsets(one, group.Name, offsets);
            }

            if (listed[group.Name].GroupType == "classic")
            {
                CheckClassic(one, group.Name, expected);
            }
        }
    }

    private static void CheckOffsets(Coordinated one, string group, JsonElement expected)
    {
        Dictionary<string, string> found = [];
        foreach (OffsetFetchResponse.OffsetFetchResponseTopics topic in one.FetchAll(group).Topics)
        {
            foreach (OffsetFetchResponse.OffsetFetchResponsePartitions partition in topic.Partitions)
            {
                found[$"{topic.Name}-{partition.PartitionIndex}"] =
                    $"{partition.CommittedOffset},{partition.CommittedLeaderEpoch},{partition.Metadata}";
            }
        }

        Dictionary<string, string> wanted = expected.EnumerateObject().ToDictionary(
            one => one.Name, one => $"{one.Value[0]},{one.Value[1]},{one.Value[2]}");
        Assert.Equal(wanted.OrderBy(one => one.Key), found.OrderBy(one => one.Key));
    }

    private static void CheckClassic(Coordinated one, string group, JsonElement expected)
    {
        DescribeGroupsResponse.DescribedGroup described = one.Describe(group);
        Assert.Equal(expected.GetProperty("assignor").GetString(), described.ProtocolData);
        Assert.Equal(
            expected.GetProperty("members").EnumerateArray().Select(member => string.Join(
                ' ', member.GetProperty("memberId"), member.GetProperty("instanceId"), member.GetProperty("clientId"),
                member.GetProperty("host"),
                string.Join(',', member.GetProperty("assignment").EnumerateArray()))).Order(),
            described.Members.Select(member => string.Join(
                ' ', member.MemberId, member.GroupInstanceId, member.ClientId, member.ClientHost,
                string.Join(',', PartitionsOf(member.MemberAssignment)))).Order());
        foreach (JsonElement partition in expected.GetProperty("unstableOffsets").EnumerateArray())
        {
            string[] parts = partition.GetString()!.Split('-');
            Assert.Equal(
                ErrorCode.UnstableOffsetCommit,
                (ErrorCode)one.Fetch(parts[0], int.Parse(parts[1]), requireStable: true, group).ErrorCode);
        }
    }

    private static IEnumerable<string> PartitionsOf(byte[] assignment)
    {
        ConsumerProtocolAssignment decoded = new();
        short version = (short)((assignment[0] << 8) | assignment[1]);
        Assert.False(MessageCodec.Decode(assignment.AsSpan(2), version, decoded).IsError);
        return decoded.AssignedPartitions
            .SelectMany(topic => topic.Partitions.Select(partition => $"{topic.Topic}-{partition}"))
            .Order(StringComparer.Ordinal);
    }
}
