using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>
/// A partition's leader asks the controller to change its in-sync replicas. From 3 on with the broker epochs of the
/// members (KIP-903).
/// </summary>
[Message(ApiKey.AlterPartition, MessageType.Request, Versions = "2-3", Flexible = "0+")]
public sealed partial class AlterPartitionRequest
{
    [Entity(EntityType.BrokerId)] public int BrokerId;
    public long BrokerEpoch = -1;
    public TopicData[] Topics = [];

    public sealed partial class TopicData
    {
        [Ignorable] public Uuid TopicId;
        public PartitionData[] Partitions = [];
    }

    public sealed partial class PartitionData
    {
        public int PartitionIndex;
        public int LeaderEpoch;
        [Until(2), Entity(EntityType.BrokerId)] public int[] NewIsr = [];
        [Since(3)] public BrokerState[] NewIsrWithEpochs = [];
        public sbyte LeaderRecoveryState;
        public int PartitionEpoch;
    }

    public sealed partial class BrokerState
    {
        [Entity(EntityType.BrokerId)] public int BrokerId;
        public long BrokerEpoch = -1;
    }
}

/// <summary>The partition's state as the controller has it now.</summary>
[Message(ApiKey.AlterPartition, MessageType.Response, Versions = "2-3", Flexible = "0+")]
public sealed partial class AlterPartitionResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public TopicData[] Topics = [];

    public sealed partial class TopicData
    {
        [Ignorable] public Uuid TopicId;
        public PartitionData[] Partitions = [];
    }

    public sealed partial class PartitionData
    {
        public int PartitionIndex;
        public short ErrorCode;
        [Entity(EntityType.BrokerId)] public int LeaderId;
        public int LeaderEpoch;
        [Entity(EntityType.BrokerId)] public int[] Isr = [];
        [Ignorable] public sbyte LeaderRecoveryState;
        public int PartitionEpoch;
    }
}
