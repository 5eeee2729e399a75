using Millrace.Base;
using Millrace.Coordination.Runtime;
using Millrace.Coordination.Transactions;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;

namespace Millrace.Coordination.Tests.Transactions;

/// <summary>
/// A coordinator that crashes and moves, its log, partitions, and a network between that loses, doubles and delays. All
/// of it follows from the seed.
/// </summary>
internal sealed class ModelWorld : IDisposable
{
    private const int PartitionCount = 4;

    private readonly List<Action> network = [];
    private readonly List<Action> outstanding = [];
    private readonly List<TransactionMarker> markersOnTheWay = [];
    private readonly Dictionary<int, List<ModelPartition>> written = [];
    private readonly Dictionary<int, bool> ended = [];
    private readonly TransactionOptions options = new() { AbortIntervalMs = 10_000 };
    private readonly List<Transacted> former = [];
    private readonly int seed;
    private readonly short serverVersion;
    private Transacted current;
    private int transactions;
    private int coordinatorEpoch;

    public ModelWorld(int seed, short serverVersion)
    {
        this.seed = seed;
        this.serverVersion = serverVersion;
        Random = new Random(seed);
        current = NewCoordinator(new SimulatedLog());
    }

    public Random Random { get; }

    public ManualClock Clock { get; } = new();

    public bool IsCalm { get; set; }

    public TransactionCoordinator Coordinator => current.Coordinator;

    public List<ModelPartition> Partitions { get; } =
        [.. Enumerable.Range(0, PartitionCount).Select(at => new ModelPartition(new TransactionPartition("t", at)))];

    public int EndedCount => ended.Count;

    public int BeginTransaction() => transactions++;

    public ModelPartition AnyPartition() => Partitions[Random.Next(Partitions.Count)];

    public void NoteWritten(int transaction, ModelPartition partition)
    {
        if (!written.TryGetValue(transaction, out List<ModelPartition>? partitions))
        {
            written[transaction] = partitions = [];
        }

        partitions.Add(partition);
    }

    public void NoteEnded(int transaction, bool isCommit) => ended[transaction] = isCommit;

    /// <summary>A request and its answer, each of which may be lost; then the answer is null.</summary>
    public void Call<T>(short version, Action<Action<T>> request, Action<T?> answer)
        where T : struct
    {
        bool isAnswered = false;
        bool isLost = !IsCalm && Random.Next(10) == 0;
        void Once(T? value)
        {
            if (!isAnswered)
            {
                isAnswered = true;
                network.Add(() => answer(value));
            }
        }

        outstanding.Add(() => Once(null));
        if (isLost)
        {
            Once(null);
            return;
        }

        // Without the raised epochs of version 2 a delayed repetition can not be told from the next transaction's
        // request; there only the order of a connection helps, so nothing is doubled.
        int copies = !IsCalm && version >= 2 && Random.Next(8) == 0 ? 2 : 1;
        for (int copy = 0; copy < copies; copy++)
        {
            network.Add(() => request(value => Once(IsCalm || Random.Next(10) > 0 ? value : null)));
        }
    }

    /// <summary>A produce: verified or, in version 2, added, and then appended.</summary>
    /// <param name="producer">Whose.</param>
    /// <param name="partition">Where to.</param>
    /// <param name="who">The id and epoch that it believes it has.</param>
    /// <param name="transaction">The number of its transaction.</param>
    /// <param name="done">Takes whether it was written, or null where that may be tried again.</param>
    public void Write(
        ModelProducer producer, ModelPartition partition, ProducerStart who, int transaction, Action<bool?> done)
    {
        Producer claimed = new(who.ProducerId, who.Epoch);
        if (producer.Version >= 2)
        {
            VerifyAndWrite(producer, partition, who, transaction, done, isAdded: false);
            return;
        }

        Call<ErrorCode>(
            producer.Version,
            take => Coordinator.AddPartitions(producer.Id, claimed, [partition.Name], 0, take),
            error =>
            {
                if (error == ErrorCode.None)
                {
                    VerifyAndWrite(producer, partition, who, transaction, done, isAdded: true);
                }
                else
                {
                    done(IsRetriable(error) ? null : false);
                }
            });
    }

    public void Step()
    {
        Deliver();
        Pump();
        if (IsCalm)
        {
            Clock.Advance(50);
            return;
        }

        switch (Random.Next(200))
        {
            case 0 or 1:
                Crash(staysAlive: Random.Next(3) == 0);
                break;
            case < 6:
                current.Log.HoldsAppends = true;
                break;
            case < 10:
                current.Log.CommitsAtOnce = false;
                break;
            case < 13 when current.Log.Failures.Count == 0:
                current.Log.Failures.Enqueue(ErrorCode.NotEnoughReplicas);
                break;
            case 13:
                current.Ids.IsEmpty = !current.Ids.IsEmpty;
                break;
            case < 16:
                Clock.Advance(Random.Next(20_000));
                break;
            case < 50 when current.Log.HeldCount > 0:
                current.Log.HoldsAppends = Random.Next(2) == 0;
                current.Log.ReleaseAppend();
                break;
            case < 80 when current.Log.HighWatermark < current.Log.EndOffset:
                current.Log.CommitsAtOnce = Random.Next(2) == 0;
                current.Log.CommitTo(current.Log.EndOffset);
                break;
            default:
                Clock.Advance(Random.Next(100));
                break;
        }
    }

    /// <summary>Makes everything work again, and waits.</summary>
    public void Calm()
    {
        IsCalm = true;
        current.Ids.IsEmpty = false;
        current.Log.Failures.Clear();
        current.Log.CommitsAtOnce = true;
        current.Log.HoldsAppends = false;
        while (current.Log.HeldCount > 0)
        {
            current.Log.ReleaseAppend();
            Pump();
        }

        current.Log.CommitTo(current.Log.EndOffset);
        for (int step = 0; step < 4000; step++)
        {
            Step();
        }
    }

    /// <summary>What must hold at any time and, when all is calm, in the end.</summary>
    public void Check(bool isEnd)
    {
        Dictionary<int, bool> outcomes = [];
        foreach (ModelPartition partition in Partitions)
        {
            foreach ((int transaction, bool isCommit) in partition.Outcomes())
            {
                bool known = outcomes.TryGetValue(transaction, out bool other) ? other : isCommit;
                Assert.True(known == isCommit, $"{Where}: transaction {transaction} ended in both ways");
                outcomes[transaction] = isCommit;
                bool told = ended.TryGetValue(transaction, out bool acknowledged) ? acknowledged : isCommit;
                Assert.True(told == isCommit, $"{Where}: transaction {transaction} ended otherwise than told");
            }
        }

        if (!isEnd)
        {
            return;
        }

        foreach (ModelPartition partition in Partitions)
        {
            Assert.True(
                partition.LastStableOffset == partition.EndOffset,
                $"{Where}: {partition.Name} is open at {partition.LastStableOffset}\n"
                + History(partition));
        }

        foreach ((int transaction, bool isCommit) in ended)
        {
            bool isHeld = !isCommit || !written.TryGetValue(transaction, out List<ModelPartition>? partitions)
                || partitions.TrueForAll(one => one.Outcomes().Contains((transaction, true)));
            Assert.True(isHeld, $"{Where}: records of the committed transaction {transaction} are lost");
        }

        CheckTransitions();
    }

    public void Dispose()
    {
        current.Dispose();
        former.ForEach(one => one.Dispose());
    }

    private string Where => $"seed {seed}, version {serverVersion}";

    private void VerifyAndWrite(
        ModelProducer producer, ModelPartition partition, ProducerStart who, int transaction, Action<bool?> done,
        bool isAdded)
    {
        if (!partition.NeedsVerification(who.ProducerId, who.Epoch))
        {
            done(partition.TryWrite(who.ProducerId, who.Epoch, transaction, guard: null));
            return;
        }

        Producer claimed = new(who.ProducerId, who.Epoch);
        object guard = partition.Guard(who.ProducerId, who.Epoch);
        Call<ErrorCode>(
            producer.Version,
            take =>
            {
                if (isAdded)
                {
                    Coordinator.VerifyPartitions(
                        producer.Id, claimed, [partition.Name], errors => take(errors[0]));
                }
                else
                {
                    Coordinator.AddPartitions(producer.Id, claimed, [partition.Name], 2, take);
                }
            },
            error =>
            {
                if (error == ErrorCode.None)
                {
                    done(partition.TryWrite(who.ProducerId, who.Epoch, transaction, guard));
                    return;
                }

                done(IsRetriable(error) ? null : false);
            });
    }

    private static bool IsRetriable(ErrorCode? error) => error
        is null or ErrorCode.ConcurrentTransactions or ErrorCode.CoordinatorNotAvailable or ErrorCode.NotCoordinator
        or ErrorCode.CoordinatorLoadInProgress;

    private void Deliver()
    {
        int count = IsCalm ? network.Count : Random.Next(5);
        for (int at = 0; at < count && network.Count > 0; at++)
        {
            int index = IsCalm ? 0 : Random.Next(Math.Min(network.Count, 4));
            Action message = network[index];
            network.RemoveAt(index);
            message();
        }

        int markers = IsCalm ? markersOnTheWay.Count : Random.Next(3);
        for (int at = 0; at < markers && markersOnTheWay.Count > 0; at++)
        {
            int index = Random.Next(markersOnTheWay.Count);
            DeliverMarker(markersOnTheWay[index], index);
        }
    }

    /// <summary>Some partitions get it; its answer may be lost, and it may come a second time later.</summary>
    private void DeliverMarker(TransactionMarker marker, int index)
    {
        // For version 2 a copy stays on its way. An old one of version 0 would end the next transaction of its
        // producer, which is what version 2 was made for; there the order of the connection holds it back.
        bool staysOnTheWay = !IsCalm && marker.TransactionVersion >= 2 && Random.Next(8) == 0;
        if (!staysOnTheWay)
        {
            markersOnTheWay.RemoveAt(index);
        }

        MarkerOutcome[] outcomes = new MarkerOutcome[marker.Partitions.Count];
        for (int at = 0; at < outcomes.Length; at++)
        {
            ModelPartition partition = Partitions[marker.Partitions[at].Partition];
            bool arrives = IsCalm || Random.Next(6) > 0;
            outcomes[at] = arrives ? partition.End(marker) : MarkerOutcome.Unknown;
            if (!IsCalm && Random.Next(8) == 0)
            {
                outcomes[at] = MarkerOutcome.Unknown;
            }
        }

        marker.Answer(outcomes);
    }

    private void Pump()
    {
        foreach (Transacted one in (List<Transacted>)[current, .. former])
        {
            one.Loop.RunTurn();
            List<TransactionMarker> held = one.Markers.Held;
            markersOnTheWay.AddRange(held);
            held.Clear();
        }
    }

    /// <summary>
    /// The coordinator's machine dies, or its broker loses the partition without knowing: what was appended and not
    /// committed may be there or not, appends on their way arrive or not.
    /// </summary>
    private void Crash(bool staysAlive)
    {
        SimulatedLog old = current.Log;
        int arriving = Random.Next(old.HeldCount + 1);
        old.HoldsAppends = true;
        for (int at = 0; at < arriving; at++)
        {
            old.ReleaseAppend();
        }

        SimulatedLog log = new();
        long until = old.HighWatermark + Random.NextInt64(old.EndOffset - old.HighWatermark + 1);
        foreach (byte[] batch in old.Batches)
        {
            if (new RecordBatch(batch).NextOffset <= until)
            {
                log.Load(batch);
            }
        }

        old.Moved = null;
        if (staysAlive)
        {
            // It works on with what it has, but nothing of it is ever committed again.
            former.Add(current);
        }
        else
        {
            current.Dispose();
        }

        if (former.Count > 1)
        {
            former[0].Resign();
            former[0].Dispose();
            former.RemoveAt(0);
        }

        current = NewCoordinator(log);

        // Connections break: whoever waits for an answer hears so.
        outstanding.ForEach(giveUp => giveUp());
        outstanding.Clear();
    }

    private Transacted NewCoordinator(SimulatedLog log)
    {
        Transacted next = new(options, serverVersion, leads: false, log, Clock) { Epoch = coordinatorEpoch };
        next.Ids.Next = 1000 + (1000 * coordinatorEpoch);
        next.Lead();
        coordinatorEpoch = next.Epoch;
        return next;
    }

    /// <summary>What is known of the producer that stands open in a partition.</summary>
    private string History(ModelPartition partition)
    {
        if (partition.LastStableOffset == partition.EndOffset)
        {
            return "";
        }

        long producerId = partition.Log[partition.LastStableOffset].ProducerId;
        List<string> lines = [];
        foreach (byte[] batch in current.Log.Batches)
        {
            foreach ((byte[] key, byte[]? value) in RecordReading.All(batch))
            {
                CoordinatorRecordFormat.TryDecode(
                    RecordLog.TransactionState, key, value, value is not null, out CoordinatorRecord? record, out _);
                if (record?.Value is TransactionLogValue read && read.ProducerId == producerId)
                {
                    string partitions = string.Join(
                        ',', read.TransactionPartitions?.SelectMany(topic => topic.PartitionIds) ?? []);
                    lines.Add($"{((TransactionLogKey)record.Key).TransactionalId} "
                        + $"{(TransactionState)read.TransactionStatus} epoch {read.ProducerEpoch} "
                        + $"version {read.ClientTransactionVersion} {partitions}");
                }
            }
        }

        lines.AddRange(partition.Log
            .Where(entry => entry.ProducerId == producerId)
            .Select((entry, at) => $"{partition.Name}: {entry}"));
        return string.Join('\n', lines);
    }

    private void CheckTransitions()
    {
        Dictionary<string, TransactionState> states = [];
        foreach (byte[] batch in current.Log.Batches)
        {
            foreach ((byte[] key, byte[]? value) in RecordReading.All(batch))
            {
                Assert.True(CoordinatorRecordFormat.TryDecode(
                    RecordLog.TransactionState, key, value, value is not null, out CoordinatorRecord? record, out _));
                string id = ((TransactionLogKey)record.Key).TransactionalId;
                TransactionState next = (TransactionState)((TransactionLogValue)record.Value!).TransactionStatus;
                Assert.True(
                    states.GetValueOrDefault(id).MayBecome(next),
                    $"{Where}: {id} went from {states.GetValueOrDefault(id)} to {next}");
                states[id] = next;
            }
        }

        Assert.All(states.Values, state => Assert.True(state.IsIdle(), $"{Where}: a transaction never ended"));
    }
}
