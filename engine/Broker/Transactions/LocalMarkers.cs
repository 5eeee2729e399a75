using Millrace.Coordination.Transactions;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Marker = Millrace.Protocol.Messages.WriteTxnMarkersRequest.WritableTxnMarker;
using MarkerResult = Millrace.Protocol.Messages.WriteTxnMarkersResponse.WritableTxnMarkerResult;
using Topic = Millrace.Protocol.Messages.WriteTxnMarkersRequest.WritableTxnMarkerTopic;

namespace Millrace.Broker;

/// <summary>
/// Takes the markers of this broker's transaction coordinator to the partitions that this broker leads, all of a turn
/// in one request. Any thread.
/// </summary>
/// <param name="partitions">Which partitions there are.</param>
public sealed class LocalMarkers(PartitionTable partitions) : ITransactionMarkers
{
    /// <summary>Who appends them; set before anything is coordinated.</summary>
    public MarkerWriter? Writer { get; set; }

    public void Write(IReadOnlyList<TransactionMarker> markers)
    {
        Marker[] asked = new Marker[markers.Count];
        for (int index = 0; index < asked.Length; index++)
        {
            asked[index] = Of(markers[index]);
        }

        Writer!.Write(new WriteTxnMarkersRequest { Markers = asked }, results =>
        {
            for (int index = 0; index < results.Length; index++)
            {
                markers[index].Answer(OutcomesOf(results[index], markers[index].Partitions.Count));
            }
        });
    }

    /// <summary>A transaction's partitions are in the order of their topics, so each topic stands once.</summary>
    private static Marker Of(TransactionMarker marker)
    {
        List<Topic> topics = [];
        foreach (IGrouping<string, TransactionPartition> topic in marker.Partitions.GroupBy(one => one.Topic))
        {
            topics.Add(new Topic { Name = topic.Key, PartitionIndexes = [.. topic.Select(one => one.Partition)] });
        }

        return new Marker
        {
            ProducerId = marker.ProducerId,
            ProducerEpoch = marker.ProducerEpoch,
            TransactionResult = marker.IsCommit,
            CoordinatorEpoch = marker.CoordinatorEpoch,
            TransactionVersion = (sbyte)marker.TransactionVersion,
            Topics = [.. topics],
        };
    }

    private MarkerOutcome[] OutcomesOf(MarkerResult result, int count)
    {
        MarkerOutcome[] outcomes = new MarkerOutcome[count];
        int at = 0;
        foreach (WriteTxnMarkersResponse.WritableTxnMarkerTopicResult topic in result.Topics)
        {
            partitions.TryFind(topic.Name, out TopicEntry? entry);
            foreach (WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult partition in topic.Partitions)
            {
                // A partition that the metadata does not have was deleted, and its transactions with it.
                outcomes[at++] = entry?.Find(partition.PartitionIndex) is null
                    ? MarkerOutcome.Gone
                    : MarkerOutcomes.Of((ErrorCode)partition.ErrorCode);
            }
        }

        return outcomes;
    }
}
