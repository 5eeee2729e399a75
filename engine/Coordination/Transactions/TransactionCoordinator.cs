using System.Text.RegularExpressions;
using Millrace.Base;
using Millrace.Coordination.Groups;
using Millrace.Coordination.Runtime;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Coordination.Transactions;

/// <summary>
/// The transaction coordinator as request handlers see it: takes requests that are authorised, finds the partition of
/// their transactional id, and answers in Kafka's words. Any thread; answers come on the loop of the id's partition,
/// which a handler must not block.
/// </summary>
public sealed class TransactionCoordinator
{
    private static readonly string[] StateNames = Enum.GetNames<TransactionState>();

    private readonly TransactionOptions options;
    private readonly MarkerGathering[] gatherings;
    private int partitionCount;

    /// <param name="options">Settings of transactions.</param>
    /// <param name="runtimeOptions">Settings of the runtime below.</param>
    /// <param name="loops">The loops to run on.</param>
    /// <param name="producerIds">Gives out producer ids.</param>
    /// <param name="markers">Takes markers to their partitions.</param>
    /// <param name="serverVersion">The finalised level of <c>transaction.version</c>; asked by the loops.</param>
    /// <param name="lines">Where transactions log.</param>
    public TransactionCoordinator(
        TransactionOptions options, CoordinatorRuntimeOptions runtimeOptions, CoordinatorLoop[] loops,
        IProducerIds producerIds, ITransactionMarkers markers, Func<short> serverVersion, LogArea lines)
    {
        this.options = options;
        partitionCount = options.PartitionCount;
        gatherings = Array.ConvertAll(loops, loop => new MarkerGathering(loop, markers));
        Runtime = new CoordinatorRuntime<TransactionShard>(
            runtimeOptions, loops, lines,
            (index, undo, timers) => new TransactionShard(
                options, undo, timers, producerIds, serverVersion, GatheringOf(index), lines));
    }

    /// <summary>Leadership, high watermarks and the progress of loading go here.</summary>
    public CoordinatorRuntime<TransactionShard> Runtime { get; }

    /// <summary>
    /// Partitions of <c>__transaction_state</c>: as the options say, until the topic was found to have others.
    /// </summary>
    public int PartitionCount
    {
        get => Volatile.Read(ref partitionCount);
        set => Volatile.Write(ref partitionCount, value);
    }

    /// <summary>The partition of <c>__transaction_state</c> that a transactional id belongs to.</summary>
    public int PartitionOf(string transactionalId) => TopicHash.PartitionOf(transactionalId, PartitionCount);

    /// <summary>InitProducerId of a transactional producer.</summary>
    public void Start(ProducerStartRequest request, Action<ProducerStart> answer)
    {
        ErrorCode error = TransactionStarts.Check(request, options);
        if (error != ErrorCode.None)
        {
            answer(ProducerStart.Failed(error));
            return;
        }

        Runtime.Write<ProducerStart>(
            PartitionOf(request.TransactionalId),
            (shard, nowMs) => shard.Starts.Start(request, nowMs),
            (failure, start) => answer(
                failure == ErrorCode.None ? start : ProducerStart.Failed(TransactionErrors.OfWrite(failure))));
    }

    /// <summary>
    /// Adds partitions to a transaction, all or none: AddPartitionsToTxn, and AddOffsetsToTxn with the partition of the
    /// group's offsets. Answered when that is committed.
    /// </summary>
    /// <param name="transactionalId">Whose transaction.</param>
    /// <param name="producer">Who says so.</param>
    /// <param name="partitions">Partitions that there are.</param>
    /// <param name="clientVersion">By <see cref="TransactionVersions.OfAddPartitions"/>; 0 for offsets.</param>
    /// <param name="answer">Takes Kafka's error, or None.</param>
    /// <param name="waitMs">
    /// How long to wait, in ms, while the markers of the transaction before are on their way, which takes a millisecond
    /// or so; Kafka answers CONCURRENT_TRANSACTIONS at once, and is asked again 20 ms later.
    /// </param>
    public void AddPartitions(
        string transactionalId, Producer producer, IReadOnlyCollection<TransactionPartition> partitions,
        short clientVersion, Action<ErrorCode> answer, long waitMs = 0)
    {
        if (transactionalId.Length == 0)
        {
            answer(ErrorCode.InvalidRequest);
            return;
        }

        Runtime.Write<ErrorCode>(
            PartitionOf(transactionalId),
            (shard, nowMs) => shard.Partitions.Add(transactionalId, producer, partitions, clientVersion, nowMs),
            (failure, error) =>
            {
                if (failure == ErrorCode.None && error == ErrorCode.ConcurrentTransactions && waitMs > 0)
                {
                    AwaitEnd(transactionalId, waitMs, AddAgain);
                    return;
                }

                answer(failure == ErrorCode.None ? error : TransactionErrors.OfWrite(failure));
            });

        void AddAgain() => AddPartitions(transactionalId, producer, partitions, clientVersion, answer);
    }

    /// <summary>
    /// Waits for the end of a transaction that is being ended: what was answered CONCURRENT_TRANSACTIONS may be asked
    /// again then.
    /// </summary>
    /// <param name="transactionalId">Whose transaction.</param>
    /// <param name="waitMs">For so long at the most, in ms.</param>
    /// <param name="done">Called once.</param>
    public void AwaitEnd(string transactionalId, long waitMs, Action done)
    {
        bool isWaiting = false;
        Runtime.Read(
            PartitionOf(transactionalId),
            (shard, _) =>
            {
                if (!isWaiting)
                {
                    isWaiting = true;
                    shard.Completions.Await(transactionalId, waitMs, done);
                }

                return true;
            },
            (_, _) =>
            {
                if (!isWaiting)
                {
                    // Nobody knows of it here: the next question is answered so.
                    done();
                }
            });
    }

    /// <summary>Tells whether partitions are in the producer's open transaction.</summary>
    /// <param name="transactionalId">Whose transaction.</param>
    /// <param name="producer">Who wants to write.</param>
    /// <param name="partitions">Where to.</param>
    /// <param name="answer">Takes one error for each partition, in their order.</param>
    public void VerifyPartitions(
        string transactionalId, Producer producer, IReadOnlyList<TransactionPartition> partitions,
        Action<ErrorCode[]> answer)
    {
        if (transactionalId.Length == 0)
        {
            answer(AllOf(ErrorCode.InvalidRequest, partitions.Count));
            return;
        }

        Runtime.Read(
            PartitionOf(transactionalId),
            (shard, _) => shard.Partitions.Verify(transactionalId, producer, partitions),
            (failure, errors) => answer(errors ?? AllOf(TransactionErrors.OfWrite(failure), partitions.Count)));
    }

    /// <summary>
    /// EndTxn. Answered when the outcome is committed and its markers are on their way, with the id and epoch that the
    /// producer goes on with. Nobody waits for the markers, but what is asked after the answer comes after them in the
    /// mailboxes of this broker: who commits offsets and asks for them is not told the former ones, as Kafka may do.
    /// </summary>
    /// <param name="transactionalId">Whose transaction.</param>
    /// <param name="producer">Who says so.</param>
    /// <param name="isCommit">Otherwise it is aborted.</param>
    /// <param name="clientVersion">By <see cref="TransactionVersions.OfEndTxn"/>.</param>
    /// <param name="answer">Takes Kafka's error, or None and the producer.</param>
    public void End(
        string transactionalId, Producer producer, bool isCommit, short clientVersion, Action<ProducerStart> answer)
    {
        int partition = PartitionOf(transactionalId);
        Runtime.Write<ProducerStart>(
            partition,
            (shard, nowMs) => shard.Ends.End(transactionalId, producer, isCommit, clientVersion, nowMs),
            (failure, start) =>
            {
                if (failure != ErrorCode.None)
                {
                    answer(ProducerStart.Failed(TransactionErrors.OfWrite(failure)));
                    return;
                }

                GatheringOf(partition).AfterSend(() => answer(start));
            });
    }

    /// <summary>Every transactional id that is coordinated here, filtered.</summary>
    public void List(ListTransactionsRequest request, Action<ListTransactionsResponse> answer)
    {
        if (!TryCompile(request.TransactionalIdPattern, out Regex? pattern))
        {
            answer(new ListTransactionsResponse { ErrorCode = (short)ErrorCode.InvalidRegularExpression });
            return;
        }

        string[] unknown = Array.FindAll(request.StateFilters, name => !StateNames.Contains(name));
        int[] partitions = [.. Runtime.Partitions];
        Gathering<ListTransactionsResponse.TransactionStateData> gathering = new(
            partitions.Length,
            (error, listed) => answer(new()
            {
                ErrorCode = (short)error,
                UnknownStateFilters = error == ErrorCode.None ? unknown : [],
                TransactionStates = error == ErrorCode.None ? [.. listed] : [],
            }));
        foreach (int partition in partitions)
        {
            Runtime.Read(
                partition,
                (shard, nowMs) => shard.Views.List(request, pattern, nowMs),
                (error, listed) => gathering.Add(
                    error == ErrorCode.NotCoordinator ? ErrorCode.None : TransactionErrors.OfWrite(error), listed));
        }
    }

    public void Describe(
        IReadOnlyList<string> transactionalIds,
        Action<IReadOnlyList<DescribeTransactionsResponse.TransactionStateData>> answer)
    {
        Gathering<DescribeTransactionsResponse.TransactionStateData> gathering =
            new(transactionalIds.Count, (_, described) => answer(described));
        foreach (string id in transactionalIds)
        {
            if (id.Length == 0)
            {
                gathering.Add(ErrorCode.None, [new() { ErrorCode = (short)ErrorCode.InvalidRequest }]);
                continue;
            }

            Runtime.Read(
                PartitionOf(id),
                (shard, _) => shard.Views.Describe(id),
                (error, described) => gathering.Add(ErrorCode.None, [described ?? new()
                {
                    TransactionalId = id, ErrorCode = (short)TransactionErrors.OfWrite(error),
                }]));
        }
    }

    /// <summary>Counts what there is in a partition; null where it is not coordinated here. For metrics.</summary>
    public void Count(int partition, Action<TransactionCounts?> answer) => Runtime.Read(
        partition,
        (shard, _) => shard.Views.Count(),
        (error, counts) => answer(error == ErrorCode.None ? counts : null));

    private MarkerGathering GatheringOf(int partition) => gatherings[partition % gatherings.Length];

    private static ErrorCode[] AllOf(ErrorCode error, int count)
    {
        ErrorCode[] errors = new ErrorCode[count];
        Array.Fill(errors, error);
        return errors;
    }

    /// <summary>
    /// Kafka takes patterns of RE2, which match in linear time whatever a client sends; so does this engine, for the
    /// syntax that both share.
    /// </summary>
    private static bool TryCompile(string? pattern, out Regex? compiled)
    {
        compiled = null;
        if (string.IsNullOrEmpty(pattern))
        {
            return true;
        }

        try
        {
            compiled = new Regex(
                $@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return true;
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
