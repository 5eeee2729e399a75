using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>A group coordinator has the share coordinator begin the state of share partitions.</summary>
[Message(ApiKey.InitializeShareGroupState, MessageType.Request, Versions = "0", Flexible = "0+")]
public sealed partial class InitializeShareGroupStateRequest
{
    public string GroupId = "";
    public InitializeStateData[] Topics = [];

    public sealed partial class InitializeStateData
    {
        public Uuid TopicId;
        public PartitionData[] Partitions = [];
    }

    public sealed partial class PartitionData
    {
        public int Partition;
        public int StateEpoch;
        public long StartOffset;
    }
}

/// <summary>The outcome for each partition.</summary>
[Message(ApiKey.InitializeShareGroupState, MessageType.Response, Versions = "0", Flexible = "0+")]
public sealed partial class InitializeShareGroupStateResponse
{
    public InitializeStateResult[] Results = [];

    public sealed partial class InitializeStateResult
    {
        public Uuid TopicId;
        public PartitionResult[] Partitions = [];
    }

    public sealed partial class PartitionResult
    {
        public int Partition;
        public short ErrorCode;
        [Nullable] public string? ErrorMessage = null;
    }
}
