namespace Millrace.Protocol.Messages;

/// <summary>
/// An admin asks for cluster id, controller and nodes: of brokers, or from 1 on of controllers (KIP-919). Fenced
/// brokers too in 2.
/// </summary>
[Message(ApiKey.DescribeCluster, MessageType.Request, Versions = "0-2", Flexible = "0+")]
public sealed partial class DescribeClusterRequest
{
    public bool IncludeClusterAuthorizedOperations;
    [Since(1)] public sbyte EndpointType = 1;
    [Since(2)] public bool IncludeFencedBrokers;
}

/// <summary>The cluster's nodes as seen from the endpoint asked.</summary>
[Message(ApiKey.DescribeCluster, MessageType.Response, Versions = "0-2", Flexible = "0+")]
public sealed partial class DescribeClusterResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    [Nullable] public string? ErrorMessage = null;
    [Since(1)] public sbyte EndpointType = 1;
    public string ClusterId = "";
    [Entity(EntityType.BrokerId)] public int ControllerId = -1;
    public DescribeClusterBroker[] Brokers = [];
    public int ClusterAuthorizedOperations = int.MinValue;

    public sealed partial class DescribeClusterBroker
    {
        [MapKey, Entity(EntityType.BrokerId)] public int BrokerId;
        public string Host = "";
        public int Port;
        [Nullable] public string? Rack = null;
        [Since(2)] public bool IsFenced;
    }
}
