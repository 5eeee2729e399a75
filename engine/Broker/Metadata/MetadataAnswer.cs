using System.Text;
using Millrace.Cluster;
using Millrace.Network;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Wire;

namespace Millrace.Broker;

/// <summary>Writes a Metadata answer from the image. Any thread; used once.</summary>
internal sealed class MetadataAnswer
{
    private readonly MetadataImage image;
    private readonly ClusterView view;
    private readonly IAuthorizer authorizer;
    private readonly MetadataRequest request;
    private readonly Caller caller;
    private readonly List<MetadataTopic> topics;
    private readonly byte[] clusterId;
    private readonly List<(int Id, byte[] Host, int Port, byte[]? Rack)> brokers = [];
    private readonly List<int> offline = [];
    private readonly List<int> replicas = [];
    private readonly List<int> inSync = [];

    public MetadataAnswer(
        MetadataImage image,
        ClusterView view,
        IAuthorizer authorizer,
        MetadataRequest request,
        Caller caller,
        List<MetadataTopic> topics,
        string clusterId)
    {
        this.image = image;
        this.view = view;
        this.authorizer = authorizer;
        this.request = request;
        this.caller = caller;
        this.topics = topics;
        this.clusterId = Encoding.UTF8.GetBytes(clusterId);
        foreach (BrokerImage broker in image.Brokers.Values)
        {
            if (!broker.Fenced
                && view.TryLocate(broker, caller.ListenerName, caller.LocalAddress, out string host, out int port))
            {
                byte[]? rack = broker.Rack is null ? null : Encoding.UTF8.GetBytes(broker.Rack);
                brokers.Add((broker.Id, Encoding.UTF8.GetBytes(host), port, rack));
            }
        }
    }

    /// <summary>A bound of the bytes that <see cref="Write"/> takes.</summary>
    public int SizeMax()
    {
        int size = MetadataResponseWriter.FixedBytesMax + clusterId.Length;
        foreach ((_, byte[] host, _, byte[]? rack) in brokers)
        {
            size += MetadataResponseWriter.BrokerBytesMax + host.Length + (rack?.Length ?? 0);
        }

        foreach (MetadataTopic topic in topics)
        {
            size += MetadataResponseWriter.TopicBytesMax + Encoding.UTF8.GetMaxByteCount(topic.Name?.Length ?? 0);
            for (int index = 0; index < (topic.Topic?.PartitionCount ?? 0); index++)
            {
                PartitionImage partition = topic.Topic!.Partitions[index];
                int mentions = (2 * partition.Replicas.Length) + partition.Isr.Length;
                size += MetadataResponseWriter.PartitionBytesMax + (mentions * sizeof(int));
            }
        }

        return size;
    }

    /// <returns>Bytes written.</returns>
    public int Write(Span<byte> target)
    {
        MetadataResponseWriter writer = new(target, caller.Version);
        writer.Begin(throttleTimeMs: 0, brokers.Count);
        foreach ((int id, byte[] host, int port, byte[]? rack) in brokers)
        {
            writer.Broker(id, host, port, NullableUtf8.From(rack));
        }

        writer.BeginTopics(new NullableUtf8(clusterId), view.ControllerOf(image, caller.ListenerName), topics.Count);
        foreach (MetadataTopic topic in topics)
        {
            WriteTopic(ref writer, topic);
        }

        int clusterOperations = request.IncludeClusterAuthorizedOperations
            ? AuthorizedOperations.OfCluster(authorizer, caller.Session)
            : AuthorizedOperations.Omitted;
        writer.End(clusterOperations, ErrorCode.None);
        return writer.Position;
    }

    private void WriteTopic(ref MetadataResponseWriter writer, in MetadataTopic topic)
    {
        byte[]? name = topic.Name is null ? null : Encoding.UTF8.GetBytes(topic.Name);
        int count = topic.Topic?.PartitionCount ?? 0;

        // Before version 12 there is no place for "no name"; an id cannot have been asked for there either.
        writer.BeginTopic(topic.Error, NullableUtf8.From(name), topic.Id, topic.IsInternal, count);
        for (int index = 0; index < count; index++)
        {
            WritePartition(ref writer, index, topic.Topic!.Partitions[index]);
        }

        // Told of topics that do not exist as well, so that a client knows whether it may create one.
        bool isTold = request.IncludeTopicAuthorizedOperations
            && topic.Name is not null && topic.Error != ErrorCode.TopicAuthorizationFailed;
        writer.EndTopic(isTold
            ? AuthorizedOperations.OfTopic(authorizer, caller.Session, topic.Name!)
            : AuthorizedOperations.Omitted);
    }

    private void WritePartition(ref MetadataResponseWriter writer, int index, PartitionImage partition)
    {
        const short firstWithListenerNotFound = 6;
        ErrorCode error = view.LeaderOf(
            image, partition, caller.ListenerName, caller.Version >= firstWithListenerNotFound, out int leader);
        offline.Clear();
        view.AddOffline(image, partition, caller.ListenerName, offline);
        ReadOnlySpan<int> allReplicas = Known(partition.Replicas, replicas);
        ReadOnlySpan<int> allInSync = Known(partition.Isr, inSync);
        if (error == ErrorCode.None
            && (allReplicas.Length < partition.Replicas.Length || allInSync.Length < partition.Isr.Length))
        {
            error = ErrorCode.ReplicaNotAvailable;
        }

        writer.Partition(
            error,
            index,
            leader,
            partition.LeaderEpoch,
            allReplicas,
            allInSync,
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(offline));
    }

    /// <summary>
    /// Clients of version 0 look every replica up among the brokers, so those that are not there are left out.
    /// </summary>
    private ReadOnlySpan<int> Known(int[] all, List<int> kept)
    {
        if (caller.Version > 0)
        {
            return all;
        }

        kept.Clear();
        foreach (int id in all)
        {
            if (view.IsReachable(image, id, caller.ListenerName))
            {
                kept.Add(id);
            }
        }

        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(kept);
    }
}
