using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>A group coordinator has the share coordinator drop the state of share partitions.</summary>
[Message(ApiKey.DeleteShareGroupState, MessageType.Request, Versions = "0", Flexible = "0+")]
public sealed partial class DeleteShareGroupStateRequest
{
    public string GroupId = "";
    public DeleteStateData[] Topics = [];

    public sealed partial class DeleteStateData
    {
        public Uuid TopicId;
        public PartitionData[] Partitions = [];
    }

    public sealed partial class PartitionData
    {
        public int Partition;
    }
}

/// <summary>The outcome for each partition.</summary>
[Message(ApiKey.DeleteShareGroupState, MessageType.Response, Versions = "0", Flexible = "0+")]
public sealed partial class DeleteShareGroupStateResponse
{
    public DeleteStateResult[] Results = [];

    public sealed partial class DeleteStateResult
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
