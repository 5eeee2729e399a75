using Millrace.Base;
using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>
/// The active controller of this node: takes changes of the metadata from decision to effect. On its event loop alone,
/// but for <see cref="Image"/>. A change is durable first, then applied, then the partitions follow it; only then is
/// the request that asked for it answered, so that a client can use at once what it was told it has.
/// </summary>
public sealed class Controller : IProducerIdBlocks
{
    private readonly MetadataFollower follower;
    private readonly ControllerUpkeep upkeep;

    /// <param name="loop">The controller's event loop.</param>
    /// <param name="quorum">The metadata log's; leads.</param>
    /// <param name="follower">What has to follow each change.</param>
    /// <param name="configs">The node's configs.</param>
    /// <param name="log">For what goes wrong.</param>
    public Controller(
        EventLoop loop, MetadataQuorum quorum, MetadataFollower follower, NodeConfigs configs, LogArea log)
    {
        Loop = loop;
        Quorum = quorum;
        Configs = configs;
        Log = log;
        this.follower = follower;
        upkeep = new ControllerUpkeep(this, follower);
    }

    /// <summary>Where requests of the control plane are served.</summary>
    public EventLoop Loop { get; }

    /// <summary>Everything that is durable and applied. Any thread.</summary>
    public MetadataImage Image => Quorum.Image;

    /// <summary>The quorum; written by this only.</summary>
    public MetadataQuorum Quorum { get; }

    public NodeConfigs Configs { get; }

    /// <summary>What elections go by, below the configs in the image.</summary>
    public ElectionRules ElectionRules => new(
        Configs.Current.Values.Boolean("unclean.leader.election.enable"),
        Configs.Current.Values.Int("min.insync.replicas"));

    internal LogArea Log { get; }

    /// <summary>
    /// A change is under way: a fault now leaves the log and its effects apart, and has to end the process.
    /// </summary>
    internal bool IsCommitting { get; private set; }

    /// <summary>
    /// Registers this broker with itself, makes it fit to lead, and takes the data plane over to the metadata: then it
    /// is ready for requests. On the thread that starts the broker, before the loop does.
    /// </summary>
    /// <returns>Why not, for the operator; null where it went well.</returns>
    public string? Start(BrokerRegistrationRequest registration, string clusterId)
    {
        BrokerLifecycle lifecycle = new(Image, ElectionRules);
        Refusal refusal = lifecycle.CheckRegistration(
            registration, clusterId, existing: null, hasSession: false);
        if (refusal.IsError)
        {
            return refusal.Message ?? ErrorFacts.Of(refusal.Code).Message;
        }

        MetadataWrite outcome = Quorum.Append(
            lifecycle.Register(registration, clusterId, Quorum.EndOffset, hasSession: false).Records).Outcome;
        if (outcome == MetadataWrite.Done)
        {
            outcome = Quorum.Append(new BrokerLifecycle(Image, ElectionRules).Unfence(registration.BrokerId)).Outcome;
        }

        if (outcome != MetadataWrite.Done)
        {
            return outcome == MetadataWrite.NoSpace
                ? "the disk of the metadata log is full"
                : "the metadata log cannot be written";
        }

        follower.Load(Image);
        AssignDirectories();
        upkeep.Arrange();
        return null;
    }

    /// <summary>
    /// Says in the metadata that this broker stops, with the records of Kafka's controlled shutdown: its partitions are
    /// led by nobody, and it is fenced. On the thread that stops the broker, after the loop's end.
    /// </summary>
    public void Stop()
    {
        int nodeId = Configs.Current.NodeId;
        if (!Image.Brokers.ContainsKey(nodeId))
        {
            return;
        }

        MetadataWrite outcome =
            Quorum.Append(new BrokerLifecycle(Image, ElectionRules).BeginControlledShutdown(nodeId)).Outcome;
        if (outcome == MetadataWrite.Done)
        {
            outcome = Quorum.Append(new BrokerLifecycle(Image, ElectionRules).Fence(nodeId)).Outcome;
        }

        if (outcome != MetadataWrite.Done)
        {
            // The next start finds a broker that seems to run, as after a crash, and goes on from there.
            Log.Warn($"The stop could not be written to the metadata log ({outcome})");
        }
    }

    /// <summary>A log directory of this broker has failed. Any thread.</summary>
    public void TakeOffline(Uuid directoryId) => Loop.Post(new DirectoryLoss(this, directoryId));

    /// <summary>Brings a decision's records to the device, applies them, and takes the partitions along.</summary>
    /// <returns>False where the disk is full: nothing has changed.</returns>
    /// <exception cref="IOException">The disk of the metadata failed. The process has to end, as Kafka's
    /// does.</exception>
    public bool TryCommit(IReadOnlyList<MetadataRecord> records)
    {
        if (records.Count == 0)
        {
            return true;
        }

        IsCommitting = true;
        MetadataAppend append = Quorum.Append(records);
        if (append.Outcome == MetadataWrite.NoSpace)
        {
            IsCommitting = false;
            Log.WriteLimited(
                LogLevel.Error, "full", 10_000, "The disk of the metadata log is full: nothing can be changed.");
            return false;
        }

        if (append.Outcome == MetadataWrite.Failed)
        {
            throw new IOException("The metadata log could not be written; what is on its disk is not known any more.");
        }

        if (append.Delta is { } delta)
        {
            follower.Follow(delta, Quorum.Image);
        }

        WriteSnapshotIfDue();
        upkeep.Arrange();
        IsCommitting = false;
        AssignDirectories();
        return true;
    }

    /// <exception cref="IOException">The disk of the metadata failed.</exception>
    internal void WriteSnapshotIfDue()
    {
        if (Quorum.IsSnapshotDue && Quorum.WriteSnapshot() == MetadataWrite.Failed)
        {
            throw new IOException("The metadata snapshot could not be written; its disk has failed.");
        }
    }

    /// <summary>Gives this broker its next block of producer ids. Any thread.</summary>
    public void Request(Action<ProducerIdBlock?> answer) => Loop.Post(new BlockRequest(this, answer));

    /// <summary>
    /// Tells the metadata where this broker has put its replicas. Where there is no room for that, the next start does.
    /// </summary>
    internal void AssignDirectories() =>
        TryCommit(DirectoryAssignment.Decide(Image, Configs.Current.NodeId, follower.TakePlaced()));

    private ProducerIdBlock? AllocateProducerIds()
    {
        int nodeId = Configs.Current.NodeId;
        if (!Image.Brokers.TryGetValue(nodeId, out BrokerImage? broker))
        {
            return null;
        }

        AllocateProducerIdsRequest request = new() { BrokerId = nodeId, BrokerEpoch = broker.Epoch };
        Decision<AllocateProducerIdsResponse> decision = ProducerIdAllocation.Decide(request, Image);
        return decision.Response.ErrorCode == 0 && TryCommit(decision.Records)
            ? new ProducerIdBlock(decision.Response.ProducerIdStart, decision.Response.ProducerIdLen)
            : null;
    }

    private void LoseDirectory(Uuid directoryId)
    {
        int nodeId = Configs.Current.NodeId;
        if (Image.Brokers.ContainsKey(nodeId))
        {
            // Without room for it clients are still answered as for a disk that fails, which is what it comes to.
            TryCommit(new BrokerLifecycle(Image, ElectionRules).TakeOffline(nodeId, [directoryId]));
        }
    }

    private sealed class DirectoryLoss(Controller controller, Uuid directoryId) : LoopWork
    {
        protected internal override void Run(EventLoop loop) => controller.LoseDirectory(directoryId);
    }

    private sealed class BlockRequest(Controller controller, Action<ProducerIdBlock?> answer) : LoopWork
    {
        protected internal override void Run(EventLoop loop) => answer(controller.AllocateProducerIds());
    }
}
