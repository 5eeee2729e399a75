using Millrace.Base;
using Millrace.Coordination.Runtime;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Transactions;

/// <summary>
/// All transactional ids of one partition of <c>__transaction_state</c>. Their state changes in <see cref="Apply"/>
/// alone; how far decided transactions are on their way lives in memory. Owned by its partition's loop.
/// </summary>
public sealed class TransactionShard : CoordinatorShard
{
    private readonly RevertibleMap<string, Transaction> transactions;
    private readonly TransactionSweeps sweeps;
    private readonly Func<short> serverVersion;

    internal TransactionShard(
        TransactionOptions options, UndoLog undo, ShardTimers timers, IProducerIds producerIds,
        Func<short> serverVersion, MarkerGathering gathering, LogArea lines)
    {
        this.serverVersion = serverVersion;
        transactions = new RevertibleMap<string, Transaction>(undo);
        Completions = new TransactionCompletions(this, options, timers, gathering, lines);
        sweeps = new TransactionSweeps(this, options, timers, producerIds, lines);
        Starts = new TransactionStarts(this, producerIds, lines);
        Partitions = new TransactionAdditions(this);
        Ends = new TransactionEnds(this, producerIds, lines);
        Views = new TransactionViews(this);
    }

    public override RecordLog Log => RecordLog.TransactionState;

    internal IReadOnlyCollection<Transaction> Transactions => transactions.Values;

    internal int LeaderEpoch { get; private set; }

    /// <summary>The finalised level of <c>transaction.version</c>.</summary>
    internal short ServerVersion => serverVersion();

    internal TransactionCompletions Completions { get; }

    internal TransactionStarts Starts { get; }

    internal TransactionAdditions Partitions { get; }

    internal TransactionEnds Ends { get; }

    internal TransactionViews Views { get; }

    public override void Apply(long offset, long producerId, CoordinatorRecord record)
    {
        string id = ((TransactionLogKey)record.Key).TransactionalId;
        if (record.Value is null)
        {
            transactions.Remove(id, out _);
            return;
        }

        // A decision's state has what the record has, and what only memory keeps.
        transactions.Set(
            id, record.Unwritten as Transaction ?? TransactionRecords.Read(id, (TransactionLogValue)record.Value));
    }

    public override void OnLeaderEpoch(int leaderEpoch) => LeaderEpoch = leaderEpoch;

    public override void OnLoaded(long nowMs)
    {
        foreach (Transaction transaction in transactions.Values)
        {
            if (transaction.State.IsEnding())
            {
                Completions.TakeUp(transaction);
            }
        }

        sweeps.Start();
    }

    public override void OnUnloaded()
    {
        sweeps.Stop();
        Completions.Stop();
    }

    internal Transaction? Find(string id) => transactions.TryGetValue(id, out Transaction? found) ? found : null;

    /// <summary>Whether an id still is in this very state, and not beyond it or before.</summary>
    internal bool IsCurrent(Transaction transaction) => ReferenceEquals(Find(transaction.Id), transaction);

    internal CoordinatorRecord RecordOf(Transaction transaction) => TransactionRecords.Of(transaction, ServerVersion);

    /// <summary>Writes an outcome down; once that is committed, its markers go out.</summary>
    internal Decision Prepare(params Transaction[] prepared) => new()
    {
        Records = Array.ConvertAll(prepared, RecordOf),

        // Each outcome stands for itself, and many may be more than a batch holds.
        IsAtomic = false,
        Done = error => Completions.OnPrepared(prepared, error),
    };

    internal Decision Write(Transaction transaction) => new() { Records = [RecordOf(transaction)] };
}
