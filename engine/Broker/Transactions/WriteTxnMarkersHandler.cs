using Millrace.Protocol;
using Millrace.Protocol.Messages;
using MarkerResult = Millrace.Protocol.Messages.WriteTxnMarkersResponse.WritableTxnMarkerResult;
using PartitionResult = Millrace.Protocol.Messages.WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult;
using TopicResult = Millrace.Protocol.Messages.WriteTxnMarkersResponse.WritableTxnMarkerTopicResult;

namespace Millrace.Broker;

/// <summary>
/// Markers of transaction coordinators on other brokers, and of administrators who end a hanging transaction.
/// </summary>
public sealed class WriteTxnMarkersHandler : ControlHandler
{
    private readonly MarkerWriter writer;
    private readonly IAuthorizer authorizer;

    /// <param name="loop">Where requests are served.</param>
    /// <param name="writer">Who appends the markers.</param>
    /// <param name="authorizer">Who may ask: brokers, and whoever may alter the cluster.</param>
    public WriteTxnMarkersHandler(EventLoop loop, MarkerWriter writer, IAuthorizer authorizer)
        : base(ApiKey.WriteTxnMarkers, loop)
    {
        this.writer = writer;
        this.authorizer = authorizer;
    }

    protected internal override void Handle(ControlCall call)
    {
        WriteTxnMarkersRequest request = (WriteTxnMarkersRequest)call.Request;
        if (MayWrite(call))
        {
            writer.Write(request, results => call.Complete(new WriteTxnMarkersResponse { Markers = Merge(results) }));
        }
        else
        {
            call.Complete(Refused(request));
        }
    }

    private bool MayWrite(ControlCall call) =>
        authorizer.Allows(call.Session, AclOperation.Alter, AclResourceType.Cluster, IAuthorizer.ClusterName)
        || authorizer.Allows(
            call.Session, AclOperation.ClusterAction, AclResourceType.Cluster, IAuthorizer.ClusterName);

    private static WriteTxnMarkersResponse Refused(WriteTxnMarkersRequest request) => new()
    {
        Markers = Array.ConvertAll(
            request.Markers, marker => MarkerCall.ResultOf(marker, ErrorCode.ClusterAuthorizationFailed)),
    };

    /// <summary>
    /// A producer that is named twice is answered once, and so are its partitions: the last word counts.
    /// </summary>
    private static MarkerResult[] Merge(MarkerResult[] results)
    {
        Dictionary<long, MarkerResult> byProducer = new(results.Length);
        foreach (MarkerResult result in results)
        {
            if (!byProducer.TryAdd(result.ProducerId, result))
            {
                MarkerResult first = byProducer[result.ProducerId];
                first.Topics = Merge([.. first.Topics, .. result.Topics]);
            }
        }

        return byProducer.Count == results.Length ? results : [.. byProducer.Values];
    }

    private static TopicResult[] Merge(TopicResult[] topics)
    {
        Dictionary<string, Dictionary<int, PartitionResult>> merged = [];
        foreach (TopicResult topic in topics)
        {
            if (!merged.TryGetValue(topic.Name, out Dictionary<int, PartitionResult>? partitions))
            {
                merged[topic.Name] = partitions = [];
            }

            foreach (PartitionResult partition in topic.Partitions)
            {
                partitions[partition.PartitionIndex] = partition;
            }
        }

        return [.. merged.Select(one => new TopicResult { Name = one.Key, Partitions = [.. one.Value.Values] })];
    }
}
