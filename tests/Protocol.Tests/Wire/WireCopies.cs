using Millrace.Base;
using Millrace.Protocol.Wire;

namespace Millrace.Protocol.Tests.Wire;

/// <summary>
/// Writes again what a hand-written reader reads. The buffers have just the size that the writers' own bounds announce,
/// so that a bound that is too small fails here.
/// </summary>
internal static class WireCopies
{
    public static byte[] Of(ref ProduceRequestReader request, ReadOnlySpan<byte> body, short version)
    {
        int bound = ProduceRequestWriter.FixedBytesMax + request.TransactionalId.Bytes.Length;
        ProduceRequestReader sizes = request;
        while (sizes.NextTopic())
        {
            bound += ProduceRequestWriter.TopicBytesMax + sizes.TopicName.Length;
            while (sizes.NextPartition())
            {
                bound += ProduceRequestWriter.PartitionBytesMax + sizes.Records.Length;
            }
        }

        byte[] target = new byte[bound];
        ProduceRequestWriter writer = new(target, version);
        writer.Begin(request.TransactionalId, request.Acks, request.TimeoutMs, request.TopicCount);
        while (request.NextTopic())
        {
            writer.BeginTopic(request.TopicName, request.TopicId, request.PartitionCount);
            while (request.NextPartition())
            {
                ReadOnlySpan<byte> records = body.Slice(request.RecordsPosition, request.Records.Length);
                writer.BeginPartition(request.Index, request.HasRecords ? records.Length : -1);
                writer.Records(records);
                writer.EndPartition();
            }

            writer.EndTopic();
        }

        writer.End();
        return target[..writer.Position];
    }

    public static byte[] Of(ref ProduceResponseReader response, short version)
    {
        int bound = ProduceResponseWriter.FixedBytesMax;
        ProduceResponseReader sizes = response;
        while (sizes.NextTopic())
        {
            bound += ProduceResponseWriter.TopicBytesMax + sizes.TopicName.Length;
            while (sizes.NextPartition())
            {
                bound += ProduceResponseWriter.PartitionBytesMax + sizes.ErrorMessage.Bytes.Length;
                foreach (RecordError error in Errors(sizes.RecordErrors))
                {
                    bound += ProduceResponseWriter.RecordErrorBytesMax + (error.Message?.Length ?? 0);
                }
            }
        }

        NodeEndpoint[] endpoints = Endpoints(response.Endpoints);
        byte[] target = new byte[bound + endpoints.Sum(endpoint => endpoint.BytesMax)];
        ProduceResponseWriter writer = new(target, version);
        writer.Begin(response.TopicCount);
        while (response.NextTopic())
        {
            writer.BeginTopic(response.TopicName, response.TopicId, response.PartitionCount);
            while (response.NextPartition())
            {
                writer.Partition(
                    response.Index,
                    response.ErrorCode,
                    response.BaseOffset,
                    response.LogAppendTimeMs,
                    response.LogStartOffset,
                    Errors(response.RecordErrors),
                    response.ErrorMessage,
                    response.CurrentLeader);
            }

            writer.EndTopic();
        }

        writer.End(response.ThrottleTimeMs, endpoints);
        return target[..writer.Position];
    }

    public static byte[] Of(ref FetchRequestReader request, short version)
    {
        int bound = FetchRequestWriter.FixedBytesMax + request.RackId.Length + request.ClusterId.Bytes.Length;
        FetchRequestReader sizes = request;
        while (sizes.NextTopic())
        {
            bound += FetchRequestWriter.TopicBytesMax + sizes.TopicName.Length;
            bound += FetchRequestWriter.PartitionBytesMax * sizes.PartitionCount;
        }

        while (sizes.NextForgottenTopic())
        {
            bound += FetchRequestWriter.TopicBytesMax + sizes.TopicName.Length;
            bound += sizeof(int) * sizes.ForgottenPartitions.Count;
        }

        byte[] target = new byte[bound];
        FetchRequestWriter writer = new(target, version);
        FetchRequestHead head = new(request.MaxWaitMs, request.MinBytes, request.MaxBytes)
        {
            ReplicaId = request.ReplicaId,
            ReplicaEpoch = request.ReplicaEpoch,
            IsolationLevel = request.IsolationLevel,
            SessionId = request.SessionId,
            SessionEpoch = request.SessionEpoch,
        };
        writer.Begin(in head, request.TopicCount);
        while (request.NextTopic())
        {
            writer.BeginTopic(request.TopicName, request.TopicId, request.PartitionCount);
            while (request.NextPartition())
            {
                writer.Partition(request.Partition);
            }

            writer.EndTopic();
        }

        writer.BeginForgotten(request.ForgottenTopicCount);
        while (request.NextForgottenTopic())
        {
            int[] partitions = new int[request.ForgottenPartitions.Count];
            for (int index = 0; index < partitions.Length; index++)
            {
                partitions[index] = request.ForgottenPartitions[index];
            }

            writer.ForgottenTopic(request.TopicName, request.TopicId, partitions);
        }

        writer.End(request.RackId, request.ClusterId);
        return target[..writer.Position];
    }

    /// <summary>
    /// As the broker answers: the writer's bytes are cut where records belong, and these put in between as sendfile
    /// would.
    /// </summary>
    public static byte[] Of(ref FetchResponseReader response, ReadOnlySpan<byte> body, short version)
    {
        int bound = FetchResponseWriter.FixedBytesMax;
        FetchResponseReader sizes = response;
        while (sizes.NextTopic())
        {
            bound += FetchResponseWriter.TopicBytesMax + sizes.TopicName.Length;
            while (sizes.NextPartition())
            {
                bound += FetchResponseWriter.PartitionBytesMax
                    + (FetchResponseWriter.AbortedTransactionBytesMax * Math.Max(sizes.AbortedTransactions.Count, 0));
            }
        }

        NodeEndpoint[] endpoints = Endpoints(response.Endpoints);
        byte[] target = new byte[bound + endpoints.Sum(endpoint => endpoint.BytesMax)];
        MemoryStream sent = new();
        int sentBytes = 0;
        FetchResponseWriter writer = new(target, version);
        writer.Begin(response.ThrottleTimeMs, response.ErrorCode, response.SessionId, response.TopicCount);
        while (response.NextTopic())
        {
            writer.BeginTopic(response.TopicName, response.TopicId, response.PartitionCount);
            while (response.NextPartition())
            {
                BeginPartition(ref writer, in response);
                sent.Write(target.AsSpan(sentBytes, writer.Position - sentBytes));
                sentBytes = writer.Position;
                sent.Write(body.Slice(response.RecordsPosition, response.Records.Length));
                writer.EndPartition();
            }

            writer.EndTopic();
        }

        writer.End(endpoints);
        sent.Write(target.AsSpan(sentBytes, writer.Position - sentBytes));
        Assert.Equal(sent.Length, writer.Position + writer.RecordsBytesElsewhere);
        return sent.ToArray();
    }

    private static void BeginPartition(ref FetchResponseWriter writer, in FetchResponseReader response)
    {
        int recordsLength = response.HasRecords ? response.Records.Length : -1;
        AbortedTransactionList list = response.AbortedTransactions;
        if (list.Count < 0)
        {
            writer.BeginPartition(response.Partition, recordsLength);
            return;
        }

        List<AbortedTransaction> aborted = [];
        while (list.Next())
        {
            aborted.Add(list.Current);
        }

        writer.BeginPartition(response.Partition, aborted.ToArray(), recordsLength);
    }

    private static RecordError[] Errors(RecordErrorList list)
    {
        List<RecordError> errors = [];
        while (list.Next())
        {
            errors.Add(new RecordError(list.BatchIndex, list.Message.HasValue ? list.Message.Bytes.ToArray() : null));
        }

        return errors.ToArray();
    }

    private static NodeEndpoint[] Endpoints(NodeEndpointList list)
    {
        List<NodeEndpoint> endpoints = [];
        while (list.Next())
        {
            byte[]? rack = list.Rack.HasValue ? list.Rack.Bytes.ToArray() : null;
            endpoints.Add(new NodeEndpoint(list.NodeId, list.Host.ToArray(), list.Port, rack));
        }

        return endpoints.ToArray();
    }
}
