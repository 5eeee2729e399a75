using Millrace.Base;
using Millrace.Coordination.Runtime;

namespace Millrace.Broker;

/// <summary>
/// Ties a coordinator to its internal topic: a partition is loaded when this broker comes to lead it and given up when
/// it does not any more, and commits are told of as the high watermark moves. Told by the metadata on the controller's
/// loop, or on the thread that starts the broker.
/// </summary>
public sealed class CoordinatorTopic<TShard>
    where TShard : CoordinatorShard
{
    private readonly string name;
    private readonly CoordinatorRuntime<TShard> runtime;
    private readonly CoordinatorThreads threads;
    private readonly PartitionTable partitions;
    private readonly EventLoop reads;
    private readonly IClock clock;
    private Uuid known;

    /// <param name="name">The internal topic's name.</param>
    /// <param name="runtime">The coordinator's, on the loops of <paramref name="threads"/>.</param>
    /// <param name="threads">Where it runs.</param>
    /// <param name="partitions">Where its partitions are found.</param>
    /// <param name="reads">Where logs are read while they are loaded.</param>
    /// <param name="clock">For append times.</param>
    public CoordinatorTopic(
        string name,
        CoordinatorRuntime<TShard> runtime,
        CoordinatorThreads threads,
        PartitionTable partitions,
        EventLoop reads,
        IClock clock)
    {
        this.name = name;
        this.runtime = runtime;
        this.threads = threads;
        this.partitions = partitions;
        this.reads = reads;
        this.clock = clock;
    }

    /// <summary>
    /// Told of the partitions that the topic has when it is first seen. Later ones are led, but no key is sent to them
    /// before the next start, as with Kafka: keys would change their coordinators under their clients.
    /// </summary>
    public event Action<int>? Found;

    /// <summary>Begins to go by the metadata; before the first image is taken over.</summary>
    public void Follow(MetadataFollower follower)
    {
        follower.Followed += OnFollowed;
        follower.Deleted += OnDeleted;
    }

    /// <summary>Gives every partition up: whoever waits is told NOT_COORDINATOR. Any thread.</summary>
    public void ResignAll()
    {
        foreach (int partition in runtime.Partitions)
        {
            runtime.Resign(partition, leaderEpoch: null);
        }
    }

    private void OnFollowed(TopicEntry topic)
    {
        if (topic.Name != name)
        {
            return;
        }

        if (known != topic.Id)
        {
            known = topic.Id;
            Found?.Invoke(topic.Partitions.Length);
        }

        foreach (Partition partition in topic.Partitions)
        {
            PartitionLeadership leadership = partition.Leadership;
            if (!leadership.IsLeader || partition.Log is null)
            {
                partition.Observer = null;
                runtime.Resign(partition.Index, leadership.LeaderEpoch);
                continue;
            }

            partition.Observer ??= new Commits(runtime, partition.Index);
            runtime.Lead(
                partition.Index,
                leadership.LeaderEpoch,
                new PartitionReplicatedLog(
                    partitions, topic.Id, partition.Index, threads.AppenderOf(partition.Index), reads, clock));
        }
    }

    private void OnDeleted(IReadOnlyDictionary<string, Uuid> topics)
    {
        if (topics.TryGetValue(name, out Uuid id) && id == known)
        {
            known = Uuid.Zero;
            ResignAll();
        }
    }

    private sealed class Commits(CoordinatorRuntime<TShard> runtime, int partition) : IHighWatermarkObserver
    {
        public void HighWatermarkMoved(long highWatermark) => runtime.HighWatermarkMoved(partition, highWatermark);
    }
}
