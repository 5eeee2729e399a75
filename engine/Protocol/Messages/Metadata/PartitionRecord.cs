using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>
/// A partition is created, or stands whole in a snapshot. Log directories from 1 on (KIP-858), eligible leader
/// replicas from 2 (KIP-966).
/// </summary>
[Message(MessageType.Metadata, 3, Versions = "0-2", Flexible = "0+")]
public sealed partial class PartitionRecord
{
    public int PartitionId = -1;
    public Uuid TopicId;
    [Entity(EntityType.BrokerId)] public int[] Replicas = [];
    public int[] Isr = [];
    [Entity(EntityType.BrokerId)] public int[] RemovingReplicas = [];
    [Entity(EntityType.BrokerId)] public int[] AddingReplicas = [];
    [Entity(EntityType.BrokerId)] public int Leader = -1;
    [Tag(0)] public sbyte LeaderRecoveryState;
    public int LeaderEpoch = -1;
    public int PartitionEpoch = -1;
    [Since(1)] public Uuid[] Directories = [];
    [Since(2), Tag(1), Nullable, Entity(EntityType.BrokerId)] public int[]? EligibleLeaderReplicas = null;
    [Since(2), Tag(2), Nullable, Entity(EntityType.BrokerId)] public int[]? LastKnownElr = null;
}
