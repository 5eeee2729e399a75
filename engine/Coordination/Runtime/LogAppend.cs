using Millrace.Protocol;

namespace Millrace.Coordination.Runtime;

/// <summary>One batch on its way to a log. Made by an event loop, answered exactly once from any thread.</summary>
public sealed class LogAppend
{
    private readonly Action<ErrorCode, long> done;
    private int answered;

    /// <param name="batch">A whole batch; the log may keep the memory until it answers, and may patch it.</param>
    /// <param name="transactionGuard">What the caller of a transactional write got when it had the transaction
    /// verified, or null.</param>
    /// <param name="transactionVersion">Of a transaction's end marker: the version under which it ends.</param>
    /// <param name="done">Takes the answer.</param>
    internal LogAppend(
        Memory<byte> batch, object? transactionGuard, short transactionVersion, Action<ErrorCode, long> done)
    {
        Batch = batch;
        TransactionGuard = transactionGuard;
        TransactionVersion = transactionVersion;
        this.done = done;
    }

    public Memory<byte> Batch { get; }

    /// <summary>Handed through from the write that caused the batch (KIP-890 verification); null without one.</summary>
    public object? TransactionGuard { get; }

    /// <summary>For the log's check of a marker (KIP-1228); 0 for anything else.</summary>
    public short TransactionVersion { get; }

    /// <summary>The batch is in the leader's log.</summary>
    /// <param name="nextOffset">The offset behind it.</param>
    public void Succeed(long nextOffset) => Answer(ErrorCode.None, nextOffset);

    /// <summary>The log has nothing of the batch.</summary>
    /// <param name="error">Kafka's error of a failed produce.</param>
    public void Fail(ErrorCode error) => Answer(error, -1);

    private void Answer(ErrorCode error, long nextOffset)
    {
        if (Interlocked.Exchange(ref answered, 1) == 0)
        {
            done(error, nextOffset);
        }
    }
}
