using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>What changed in a partition; fields left at their default stand for "as before".</summary>
[Message(MessageType.Metadata, 5, Versions = "0-2", Flexible = "0+")]
public sealed partial class PartitionChangeRecord
{
    public int PartitionId = -1;
    public Uuid TopicId;
    [Tag(0), Nullable, Entity(EntityType.BrokerId)] public int[]? Isr = null;

    /// <summary>-2: as before; -1: none.</summary>
    [Tag(1), Entity(EntityType.BrokerId)] public int Leader = -2;

    [Tag(2), Nullable, Entity(EntityType.BrokerId)] public int[]? Replicas = null;
    [Tag(3), Nullable, Entity(EntityType.BrokerId)] public int[]? RemovingReplicas = null;
    [Tag(4), Nullable, Entity(EntityType.BrokerId)] public int[]? AddingReplicas = null;

    /// <summary>-1: as before.</summary>
    [Tag(5)] public sbyte LeaderRecoveryState = -1;

    [Since(1), Tag(8), Nullable] public Uuid[]? Directories = null;
    [Since(2), Tag(6), Nullable, Entity(EntityType.BrokerId)] public int[]? EligibleLeaderReplicas = null;
    [Since(2), Tag(7), Nullable, Entity(EntityType.BrokerId)] public int[]? LastKnownElr = null;
}
