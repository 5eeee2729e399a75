using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;
using Millrace.Protocol.Wire;

namespace Millrace.Cluster;

/// <summary>What became of records that were to be appended.</summary>
/// <param name="Outcome">Only <see cref="MetadataWrite.Done"/> changed anything.</param>
/// <param name="Delta">What they changed; null where nothing was written.</param>
public readonly record struct MetadataAppend(MetadataWrite Outcome, MetadataDelta? Delta);

/// <summary>
/// The metadata quorum of one: leads itself from the start, and takes records in once they are on the device. Owned by
/// the controller's event loop; <see cref="Image"/>, <see cref="Epoch"/> and <see cref="EndOffset"/> may be read from
/// any thread.
/// <code>
/// using MetadataQuorum quorum = new(log, config, clock);
/// quorum.Load();                                  // refuses what it cannot serve, and has written nothing then
/// if (quorum.BecomeLeader() != MetadataWrite.Done) { ... }
/// MetadataAppend done = quorum.Append(decision.Records);
/// </code>
/// </summary>
public sealed class MetadataQuorum : IDisposable
{
    private readonly IMetadataLog log;
    private readonly QuorumConfig config;
    private readonly IClock clock;
    private readonly MetadataState state = new();
    private readonly MetadataBatches batches = new();
    private LoadedMetadata? loaded;
    private bool isLeader;
    private long endOffset;
    private int epoch;
    private long bytesSinceSnapshot;
    private long lastSnapshotMs;
    private long lastSnapshotEnd;

    /// <param name="log">The log; nobody else uses it.</param>
    /// <param name="config">The node's part.</param>
    /// <param name="clock">For the records' times and the snapshots' intervals.</param>
    public MetadataQuorum(IMetadataLog log, QuorumConfig config, IClock clock)
    {
        this.log = log;
        this.config = config;
        this.clock = clock;
    }

    /// <summary>Everything that is durable and applied. Any thread.</summary>
    public MetadataImage Image => state.Image;

    /// <summary>The quorum's epoch, which rises with each start. Any thread.</summary>
    public int Epoch => Volatile.Read(ref epoch);

    /// <summary>Offset of the next record: with one voter also the high watermark. Any thread.</summary>
    public long EndOffset => Volatile.Read(ref endOffset);

    /// <summary>The quorum's voters.</summary>
    public QuorumVoters Voters { get; private set; } = QuorumVoters.None;

    /// <summary>Reads all there is. Writes nothing.</summary>
    /// <exception cref="MetadataRefusedException">It cannot be served: the message says why.</exception>
    public void Load()
    {
        loaded = LoadedMetadata.Read(log, state);
        Voters = loaded.Voters;
        CheckVoters();
        Volatile.Write(ref epoch, loaded.Epoch);
        Volatile.Write(ref endOffset, loaded.IsLogObsolete ? loaded.Snapshot.EndOffset : log.EndOffset);
        bytesSinceSnapshot = loaded.BytesSinceSnapshot;
        lastSnapshotMs = clock.WallMs;
        lastSnapshotEnd = Math.Max(0, loaded.Snapshot.EndOffset);
    }

    private void CheckVoters()
    {
        if (Voters.KRaftVersion == 0)
        {
            if (config.StaticVoters is not [int only] || only != config.NodeId)
            {
                string found = config.StaticVoters.Count == 0 ? "nobody" : string.Join(", ", config.StaticVoters);
                throw new MetadataRefusedException(
                    $"this node is {config.NodeId}, and controller.quorum.voters names {found}: a quorum of several "
                    + "nodes is not served yet, and under kraft.version 0 a single node has to be named there");
            }

            return;
        }

        if (!Voters.IsOnly(config.NodeId, config.DirectoryId))
        {
            string found = Voters.Record is null
                ? "nobody"
                : string.Join(", ", Voters.Record.Voters.Select(static v => $"{v.VoterId} ({v.VoterDirectoryId})"));
            throw new MetadataRefusedException(
                $"this node is {config.NodeId} with directory {config.DirectoryId}, and the voters of the metadata "
                + $"quorum are {found}: a quorum of several nodes is not served yet");
        }
    }

    /// <summary>
    /// Takes the lead in a new epoch, as every start does, ends what the last leader left open, and gives a new cluster
    /// its first records.
    /// </summary>
    public MetadataWrite BecomeLeader()
    {
        Invariant.That(loaded is not null && !isLeader, "A log is loaded, once, before it is led.");
        MetadataWrite outcome = log.BeginWriting(loaded.IsLogObsolete ? loaded.Snapshot.EndOffset : -1);
        if (outcome == MetadataWrite.Done)
        {
            outcome = log.WriteVote(new QuorumVote(
                config.NodeId, loaded.Epoch + 1, -1, Uuid.Zero, Voters.KRaftVersion == 0 ? [config.NodeId] : null));
        }

        if (outcome == MetadataWrite.Done)
        {
            Volatile.Write(ref epoch, loaded.Epoch + 1);
            outcome = BeginEpoch();
        }

        if (outcome != MetadataWrite.Done)
        {
            return outcome;
        }

        isLeader = true;
        return Image.IsBootstrapped ? AbortOpenTransaction() : WriteBootstrap();
    }

    private MetadataWrite BeginEpoch()
    {
        LeaderChangeMessage change = new()
        {
            LeaderId = config.NodeId,
            Voters = [new LeaderChangeMessage.Voter { VoterId = config.NodeId }],
            GrantingVoters = [new LeaderChangeMessage.Voter { VoterId = config.NodeId }],
        };
        List<(ControlRecordType, IMessage)> records = [(ControlRecordType.LeaderChange, change)];
        bool areVotersInLog = Voters.Record is null || Voters.Offset >= 0;
        if (!areVotersInLog)
        {
            // Formatting put them beside the log only; observers and later voters read the log.
            records.Add(
                (ControlRecordType.KRaftVersion, new KRaftVersionRecord { KRaftVersion = Voters.KRaftVersion }));
            records.Add((ControlRecordType.KRaftVoters, Voters.Record!));
        }

        long offset = EndOffset;
        MetadataWrite outcome = log.Append(batches.Control(records, offset, Epoch, clock.WallMs));
        if (outcome == MetadataWrite.Done)
        {
            Volatile.Write(ref endOffset, offset + records.Count);
            Voters = areVotersInLog ? Voters : Voters with { Offset = offset + records.Count - 1 };
        }

        return outcome;
    }

    private MetadataWrite AbortOpenTransaction() => state.InTransaction
        ? Append([new MetadataRecord(new AbortTransactionRecord { Reason = "failover" }, 0)]).Outcome
        : MetadataWrite.Done;

    private MetadataWrite WriteBootstrap()
    {
        MetadataWrite outcome = AbortOpenTransaction();
        IReadOnlyList<MetadataRecord> beginning = loaded!.Bootstrap.Count > 0
            ? loaded.Bootstrap
            : BootstrapMetadata.For(MetadataVersion.Newest);
        return outcome == MetadataWrite.Done
            ? Append(BootstrapMetadata.ForLog(beginning, config.Rules)).Outcome
            : outcome;
    }

    /// <summary>
    /// Appends a decision's records as one batch, brings it to the device, and applies it. After anything but
    /// <see cref="MetadataWrite.Done"/> nothing has changed here; after <see cref="MetadataWrite.Failed"/> the node
    /// must stop.
    /// </summary>
    public MetadataAppend Append(IReadOnlyList<MetadataRecord> records)
    {
        Invariant.That(isLeader, "Only a leader appends.");
        if (records.Count == 0)
        {
            return new MetadataAppend(MetadataWrite.Done, null);
        }

        (long offset, long nowMs) = (EndOffset, clock.WallMs);
        ReadOnlySpan<byte> batch = batches.Data(records, offset, Epoch, nowMs);
        Invariant.That(
            batch.Length <= ClusterLimits.BatchBytesMax + BatchLayout.HeaderSize,
            $"A change of {records.Count} records fits into a batch, it has {batch.Length} bytes.");
        MetadataWrite outcome = log.Append(batch);
        if (outcome != MetadataWrite.Done)
        {
            return new MetadataAppend(outcome, null);
        }

        bytesSinceSnapshot += batch.Length;
        MetadataDelta? delta = state.Apply(records, offset + records.Count - 1, Epoch, nowMs);
        Volatile.Write(ref endOffset, offset + records.Count);
        return new MetadataAppend(outcome, delta);
    }

    /// <summary>Whether there are records that no snapshot has.</summary>
    public bool HasNews => Image.Offset >= lastSnapshotEnd;

    /// <summary>
    /// Whether enough was written, or enough time has passed with something written, for a snapshot.
    /// </summary>
    public bool IsSnapshotDue
    {
        get
        {
            bool isTime = config.SnapshotIntervalMs > 0
                && clock.WallMs - lastSnapshotMs >= config.SnapshotIntervalMs;
            return HasNews && !state.InTransaction && (isTime || bytesSinceSnapshot >= config.SnapshotBytes);
        }
    }

    /// <summary>
    /// Milliseconds until time alone makes a snapshot due, where there is something to write; null where it never does.
    /// </summary>
    public long? SnapshotDueInMs => config.SnapshotIntervalMs > 0
        ? Math.Max(0, config.SnapshotIntervalMs - (clock.WallMs - lastSnapshotMs))
        : null;

    /// <summary>
    /// Writes a snapshot of the image, and deletes what it makes needless. A full disk is no harm: the log has all.
    /// </summary>
    public MetadataWrite WriteSnapshot()
    {
        Invariant.That(isLeader && !state.InTransaction, "A snapshot is written by a leader, of a whole state.");
        MetadataImage image = Image;
        SnapshotId id = new(image.Offset + 1, image.Epoch);
        if (id.EndOffset <= lastSnapshotEnd)
        {
            return MetadataWrite.Done;
        }

        // Tried again after the next interval, whatever becomes of it.
        lastSnapshotMs = clock.WallMs;
        bytesSinceSnapshot = 0;
        MetadataWrite outcome = log.WriteSnapshot(id, SnapshotBatches.Build(
            ImageRecords.Of(image), Voters, id.Epoch, image.TimestampMs, clock.WallMs));
        if (outcome != MetadataWrite.Done)
        {
            return outcome;
        }

        lastSnapshotEnd = id.EndOffset;
        return log.Clean(clock.WallMs);
    }

    public void Dispose() => batches.Dispose();
}
