using System.Text;
using Millrace.Base;

namespace Millrace.Storage.Tests;

public sealed class TextFormatTests
{
    [Theory]
    [InlineData("1\n0\n")]
    [InlineData("0\n1\n")]
    [InlineData("0\n0\nt 0 0\n")]
    [InlineData("0\n1\nt 0\n")]
    [InlineData("0\n1\nt 0 5")]
    [InlineData("0\n1\nt 0 05\n")]
    [InlineData("0\n1\nt 0 -5\n")]
    [InlineData("0\n1\nt 0 +5\n")]
    [InlineData("0\n1\n t 0 5\n")]
    [InlineData("0\n1\nt 4294967296 5\n")]
    [InlineData("0\n1\nt 0 9223372036854775808\n")]
    [InlineData("0\n2\nt 0 5\nt 0 5\n")]
    [InlineData("0\n1000000000\nt 0 5\n")]
    [InlineData("0\r\n0\r\n")]
    public void An_offset_checkpoint_that_no_broker_wrote_is_damaged(string text) =>
        Assert.NotNull(OffsetCheckpoint.Parse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void An_empty_checkpoint_has_no_entries()
    {
        Assert.Null(OffsetCheckpoint.Parse([], out OffsetCheckpoint? offsets));
        Assert.Empty(offsets!.Offsets);
        Assert.Null(LeaderEpochCheckpoint.Parse([], out LeaderEpochCheckpoint? epochs));
        Assert.Empty(epochs!.Entries);
    }

    [Theory]
    [InlineData("0\n2\n3 5\n3 6\n")]
    [InlineData("0\n2\n3 5\n4 4\n")]
    [InlineData("0\n1\n2147483648 4\n")]
    [InlineData("0\n1\n1 4 2\n")]
    public void Leader_epochs_that_do_not_rise_are_damage(string text) =>
        Assert.NotNull(LeaderEpochCheckpoint.Parse(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("version=0\nbroker.id=7\n", 0, 7, null)]
    [InlineData("version=0\n", 0, null, null)]
    [InlineData("version=0\ncluster.id=abc\n", 0, null, "abc")]
    [InlineData(
        "  version : 1\r\n! other comment\nnode.id\t8\ncluster.id = a\\\n   b\\u0063\\:\\=d\n\n", 1, 8, "abc:=d")]
    [InlineData("version=1\nnode.id=1\ncluster.id=x\nlater.key=1", 1, 1, "x")]
    public void Meta_properties_are_read_as_java_reads_them(string text, int version, int? nodeId, string? clusterId)
    {
        Assert.Null(MetaProperties.Parse(Encoding.Latin1.GetBytes(text), out MetaProperties? properties));
        Assert.Equal(new MetaProperties { Version = version, NodeId = nodeId, ClusterId = clusterId }, properties);
    }

    [Theory]
    [InlineData("")]
    [InlineData("node.id=1\ncluster.id=x\n")]
    [InlineData("version=2\nnode.id=1\ncluster.id=x\n")]
    [InlineData("version=1\nnode.id=1\n")]
    [InlineData("version=1\ncluster.id=x\n")]
    [InlineData("version=1\nbroker.id=1\ncluster.id=x\n")]
    [InlineData("version=1\nnode.id=-1\ncluster.id=x\n")]
    [InlineData("version=1\nnode.id=1\ncluster.id=\\u12\n")]
    [InlineData("version=1\nnode.id=1\ncluster.id=x\ndirectory.id=AAAAAAAAAAAAAAAAAAAAAQ\n")]
    public void Meta_properties_that_name_no_node_or_cluster_are_damaged(string text) =>
        Assert.NotNull(MetaProperties.Parse(Encoding.Latin1.GetBytes(text), out _));

    [Theory]
    [InlineData(" leading and inner ")]
    [InlineData("a=b:c#d!e\\f")]
    [InlineData("tab\tline\nfeed\rform\f")]
    [InlineData("Öl Ω \ud83d\ude00 \u0001")]
    [InlineData("")]
    public void Any_text_survives_being_written_as_a_property(string clusterId)
    {
        MetaProperties written = new() { Version = 0, ClusterId = clusterId, NodeId = 0 };
        byte[] bytes = written.Format(DateTimeOffset.UnixEpoch);
        Assert.True(Ascii.IsValid(bytes));
        Assert.Null(MetaProperties.Parse(bytes, out MetaProperties? read));
        Assert.Equal(written, read);
    }

    [Fact]
    public void Quorum_state_of_version_1_round_trips_in_kafkas_order()
    {
        Assert.True(Uuid.TryParse("Xz6fqNdS3-bIYyLXat-v3w", out Uuid voted));
        QuorumState state = new() { Version = 1, LeaderEpoch = 9, VotedId = 3, VotedDirectoryId = voted };
        const string text = """
            {"leaderId":-1,"leaderEpoch":9,"votedId":3,"votedDirectoryId":"Xz6fqNdS3-bIYyLXat-v3w","data_version":1}
            """;
        Assert.Equal(text, Encoding.UTF8.GetString(state.Format()));
        Assert.Null(QuorumState.Parse(Encoding.UTF8.GetBytes(text), out QuorumState? read));
        Assert.Equal(voted, read!.VotedDirectoryId);
        Assert.Equal((1, -1, 9, 3), (read.Version, read.LeaderId, read.LeaderEpoch, read.VotedId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"data_version\":2}")]
    [InlineData("{\"data_version\":1,\"leaderId\":1,\"leaderEpoch\":2,\"votedId\":-1}")]
    [InlineData("{\"leaderId\":1,\"leaderEpoch\":2,\"votedId\":-1,\"votedDirectoryId\":\"AAAAAAAAAAAAAAAAAAAAAA\"}")]
    [InlineData("{\"clusterId\":\"\",\"leaderId\":1,\"leaderEpoch\":99999999999,\"votedId\":-1,"
        + "\"appliedOffset\":0,\"currentVoters\":[],\"data_version\":0}")]
    [InlineData("{\"clusterId\":\"\",\"leaderId\":1,\"leaderEpoch\":9,\"votedId\":-1,"
        + "\"appliedOffset\":0,\"currentVoters\":[3],\"data_version\":0}")]
    [InlineData("{\"leaderId\":1,\"leaderId\":1,\"leaderEpoch\":2,\"votedId\":-1,"
        + "\"votedDirectoryId\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"data_version\":1}")]
    public void Quorum_state_that_no_kafka_wrote_is_damaged(string text) =>
        Assert.NotNull(QuorumState.Parse(Encoding.UTF8.GetBytes(text), out _));

    [SharedFact]
    [Trait("Data", "golden")]
    public void Quorum_state_of_every_golden_variant_is_written_as_kafka_writes_it()
    {
        string path = Path.Join(SharedMaterial.Golden, "raft", "QuorumStateData.jsonl");
        int lines = 0;
        foreach (string line in File.ReadLines(path))
        {
            using var document = System.Text.Json.JsonDocument.Parse(line);
            string json = document.RootElement.GetProperty("json").GetRawText();
            string stored = $"{json[..^1]},\"data_version\":{document.RootElement.GetProperty("version").GetInt32()}}}";
            Assert.Null(QuorumState.Parse(Encoding.UTF8.GetBytes(stored), out QuorumState? state));
            Assert.Equal(stored, Encoding.UTF8.GetString(state!.Format()));
            lines++;
        }

        Assert.True(lines > 4);
    }

    [Fact]
    public void The_empty_mark_of_an_old_kafka_is_a_clean_shutdown_without_epoch()
    {
        Assert.Null(CleanShutdownMarker.Parse([], out CleanShutdownMarker? marker));
        Assert.Null(marker!.BrokerEpoch);
    }
}
