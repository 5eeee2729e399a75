using System.Collections.Concurrent;
using Millrace.Protocol;
using Partitions = Millrace.Protocol.Messages.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
using Result = Millrace.Protocol.Messages.AddPartitionsToTxnResponse.AddPartitionsToTxnResult;
using Transaction = Millrace.Protocol.Messages.AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction;

namespace Millrace.Broker.Tests.Live;

/// <summary>
/// A transaction coordinator that says what the test wants: at once, from a thread of its own, or when it is let.
/// </summary>
internal sealed class ScriptedVerifier : ITransactionVerifier
{
    private readonly BlockingCollection<Action> held = [];

    /// <summary>What was asked, in order.</summary>
    public ConcurrentQueue<Transaction> Asked { get; } = new();

    /// <summary>The error of each partition.</summary>
    public Func<Transaction, string, int, ErrorCode> OfPartition { get; set; } = static (_, _, _) => ErrorCode.None;

    /// <summary>The error of a request as a whole.</summary>
    public Func<Transaction, ErrorCode> OfRequest { get; set; } = static _ => ErrorCode.None;

    /// <summary>Answers wait for <see cref="LetOne"/>.</summary>
    public bool Holds { get; set; }

    public void AddOrVerify(Transaction transaction, Action<ErrorCode, Result?> answer)
    {
        Asked.Enqueue(transaction);
        if (Holds)
        {
            held.Add(() => Answer(transaction, answer));
        }
        else
        {
            ThreadPool.QueueUserWorkItem(_ => Answer(transaction, answer));
        }
    }

    public void AwaitEnd(string transactionalId, int waitMs, Action done) =>
        Task.Delay(waitMs).ContinueWith(_ => done(), TaskScheduler.Default);

    /// <summary>Answers the oldest question that is held, waiting for it where need be.</summary>
    public void LetOne() => held.Take()();

    private void Answer(Transaction transaction, Action<ErrorCode, Result?> answer)
    {
        ErrorCode whole = OfRequest(transaction);
        answer(whole, whole != ErrorCode.None ? null : new Result
        {
            TransactionalId = transaction.TransactionalId,
            TopicResults = Array.ConvertAll(transaction.Topics, topic => ResultOf(transaction, topic)),
        });
    }

    private Protocol.Messages.AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult ResultOf(
        Transaction transaction, Partitions topic) => new()
    {
        Name = topic.Name,
        ResultsByPartition = Array.ConvertAll(
            topic.Partitions,
            partition => new Protocol.Messages.AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult
            {
                PartitionIndex = partition,
                PartitionErrorCode = (short)OfPartition(transaction, topic.Name, partition),
            }),
    };
}
