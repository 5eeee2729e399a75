using System.Security.Cryptography;
using Millrace.Base;
using Millrace.Coordination.Groups;
using Millrace.Coordination.Runtime;
using Millrace.Protocol;
using Millrace.Protocol.Compression;

namespace Millrace.Broker;

/// <summary>
/// The group coordinator of a broker with all that it stands on: threads, the topic <c>__consumer_offsets</c>, and the
/// metadata that it goes by. Made before the metadata is taken over, started and stopped by the thread that runs the
/// node.
/// </summary>
public sealed class GroupService : IDisposable
{
    private readonly RandomNumberGenerator random = RandomNumberGenerator.Create();
    private readonly EventLoop reads;
    private readonly CoordinatorThreads threads;
    private readonly CoordinatorTopic<GroupShard> topic;
    private readonly LogArea log;

    /// <param name="config">The node's configs.</param>
    /// <param name="partitions">Where the topic's partitions are found.</param>
    /// <param name="follower">Tells of leaders and of deleted topics.</param>
    /// <param name="clock">For timers and timestamps.</param>
    /// <param name="log">What groups do.</param>
    public GroupService(
        ServerConfig config, PartitionTable partitions, MetadataFollower follower, IClock clock, LogArea log)
    {
        this.log = log;
        reads = new EventLoop("group-loads", clock);
        threads = new CoordinatorThreads("groups", config.Values.Int("group.coordinator.threads"), clock);
        Coordinator = new GroupCoordinator(
            OptionsOf(config), RuntimeOptionsOf(config), threads.Loops, new RandomMemberIds(random), log);
        topic = new CoordinatorTopic<GroupShard>(
            InternalTopics.ConsumerOffsets, Coordinator.Runtime, threads, partitions, reads, clock);
        topic.Found += count => Coordinator.PartitionCount = count;
        topic.Follow(follower);
        follower.Deleted += OnDeleted;
    }

    public GroupCoordinator Coordinator { get; }

    /// <summary>What FindCoordinator is to know.</summary>
    public CoordinatorKind Kind =>
        new(CoordinatorKind.Group, InternalTopics.ConsumerOffsets, Coordinator.PartitionOf);

    /// <summary>One handler for each API.</summary>
    public IEnumerable<IRequestHandler> Handlers(PartitionTable partitions, IAuthorizer authorizer) =>
    [
        new JoinGroupHandler(Coordinator, authorizer),
        new SyncGroupHandler(Coordinator, authorizer),
        new HeartbeatHandler(Coordinator, authorizer),
        new LeaveGroupHandler(Coordinator, authorizer),
        new OffsetCommitHandler(Coordinator, partitions, authorizer),
        new OffsetFetchHandler(Coordinator, partitions, authorizer),
        new OffsetDeleteHandler(Coordinator, partitions, authorizer),
        new DescribeGroupsHandler(Coordinator, authorizer),
        new ListGroupsHandler(Coordinator, authorizer),
        new DeleteGroupsHandler(Coordinator, authorizer),
    ];

    /// <summary>Starts the threads; loads that were asked for begin.</summary>
    public void Start()
    {
        reads.Start();
        threads.Start();
    }

    /// <summary>
    /// Members that wait for their group are told to look for another coordinator; without that a stop would wait for
    /// them.
    /// </summary>
    public void BeginStop() => topic.ResignAll();

    /// <summary>After everybody who asks is gone.</summary>
    public void Dispose()
    {
        threads.Dispose();
        reads.Dispose();
        random.Dispose();
    }

    private static GroupOptions OptionsOf(ServerConfig config) => new()
    {
        InitialRebalanceDelayMs = config.Values.Int("group.initial.rebalance.delay.ms"),
        SessionTimeoutMsMin = config.Values.Int("group.min.session.timeout.ms"),
        SessionTimeoutMsMax = config.Values.Int("group.max.session.timeout.ms"),
        SizeMax = config.Values.Int("group.max.size"),
        OffsetMetadataLengthMax = config.Values.Int("offset.metadata.max.bytes"),
        OffsetsRetentionMs = config.Values.Int("offsets.retention.minutes") * 60_000L,
        RetentionCheckIntervalMs = config.Values.Long("offsets.retention.check.interval.ms"),
        PartitionCount = config.Values.Int("offsets.topic.num.partitions"),
        OffsetRecordVersion = (short)config.Values.Int(BrokerConfigs.OffsetRecordVersion),
    };

    private static CoordinatorRuntimeOptions RuntimeOptionsOf(ServerConfig config) => new()
    {
        AppendLingerMs = config.Values.Int("group.coordinator.append.linger.ms"),
        Codec = new Codec((CompressionCodec)config.Values.Int("offsets.topic.compression.codec")),
        WriteTimeoutMs = config.Values.Int("offsets.commit.timeout.ms"),
        LoadBytesMax = config.Values.Int("offsets.load.buffer.size"),
    };

    private void OnDeleted(IReadOnlyDictionary<string, Uuid> topics) =>
        Coordinator.DeleteTopics(topics, error =>
        {
            if (error is not (ErrorCode.None or ErrorCode.NotCoordinator))
            {
                log.Warn($"Offsets of {string.Join(", ", topics.Keys)}, deleted, could not all be removed: {error}.");
            }
        });
}
