using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Cluster;

/// <summary>
/// Decides AllocateProducerIds: blocks of 1000 ids, each given out once in the life of a cluster. Pure.
/// </summary>
public static class ProducerIdAllocation
{
    /// <summary>Gives a broker the next block.</summary>
    public static Decision<AllocateProducerIdsResponse> Decide(AllocateProducerIdsRequest request, MetadataImage image)
    {
        ErrorCode error = BrokerLifecycle.CheckEpoch(image, request.BrokerId, request.BrokerEpoch);
        long first = Math.Max(0, image.NextProducerId);
        if (error == ErrorCode.None && first > long.MaxValue - 1 - ClusterLimits.ProducerIdBlockSize)
        {
            // Kafka: "Exhausted all producerIds": no id may ever be given twice.
            error = ErrorCode.UnknownServerError;
        }

        if (error != ErrorCode.None)
        {
            return new([], new AllocateProducerIdsResponse { ErrorCode = (short)error });
        }

        ProducerIdsRecord record = new()
        {
            BrokerId = request.BrokerId,
            BrokerEpoch = request.BrokerEpoch,
            NextProducerId = first + ClusterLimits.ProducerIdBlockSize,
        };
        AllocateProducerIdsResponse response = new()
        {
            ProducerIdStart = first,
            ProducerIdLen = ClusterLimits.ProducerIdBlockSize,
        };
        return new([new MetadataRecord(record, 0)], response);
    }
}
