using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Loadgen;

/// <summary>
/// What a leader of a classic group does: reads who is there and deals the partitions out, in runs as Kafka's range
/// assignor does. The bytes are those of Kafka's consumer protocol, so that its tools can read them. No state.
/// </summary>
internal static class RangeAssignor
{
    public const string Name = "range";

    private const short Version = 1;

    /// <summary>What a member says of itself.</summary>
    public static byte[] Subscribe(IReadOnlyList<string> topics) =>
        WithVersion(new ConsumerProtocolSubscription { Topics = [.. topics] });

    /// <summary>Deals the partitions of the cluster's topics out to the members.</summary>
    public static SyncGroupRequest.SyncGroupRequestAssignment[] Assign(
        ClusterMap cluster, JoinGroupResponse.JoinGroupResponseMember[] members)
    {
        string[] ids = [.. members.Select(member => member.MemberId).Order(StringComparer.Ordinal)];
        return [.. ids.Select((id, index) => new SyncGroupRequest.SyncGroupRequestAssignment
        {
            MemberId = id,
            Assignment = WithVersion(new ConsumerProtocolAssignment
            {
                AssignedPartitions = [.. cluster.Topics
                    .Select(topic => new ConsumerProtocolAssignment.TopicPartition
                    {
                        Topic = topic.Name,
                        Partitions = PartOf(topic.Leaders.Length, index, ids.Length),
                    })
                    .Where(topic => topic.Partitions.Length > 0)],
            }),
        })];
    }

    /// <summary>Reads what a member was given; empty where it is nothing.</summary>
    public static ConsumerProtocolAssignment.TopicPartition[] Read(ReadOnlySpan<byte> assignment)
    {
        ByteReader reader = new(assignment);
        short version = reader.ReadInt16();
        ConsumerProtocolAssignment read = new();
        if (reader.Failed || version < 0)
        {
            return [];
        }

        read.Read(ref reader, Math.Min(version, Version));
        return reader.Failed ? [] : read.AssignedPartitions;
    }

    private static int[] PartOf(int partitions, int index, int members)
    {
        int each = partitions / members;
        int longer = partitions % members;
        int first = (index * each) + Math.Min(index, longer);
        return [.. Enumerable.Range(first, each + (index < longer ? 1 : 0))];
    }

    private static byte[] WithVersion(IMessage message)
    {
        byte[] body = MessageCodec.Encode(message, Version);
        byte[] bytes = new byte[sizeof(short) + body.Length];
        ByteWriter writer = new(bytes);
        writer.WriteInt16(Version);
        writer.WriteSpan(body);
        return bytes;
    }
}
