namespace Millrace.Coordination.Runtime;

/// <summary>
/// The port to one partition of a coordinator's internal topic, which this broker leads: a replicated log in a server,
/// a list in a simulation. Called by the partition's event loop only; both calls return at once and answer through the
/// object that they are given, from any thread or before they return. What is asked after leadership is gone answers
/// NOT_LEADER_OR_FOLLOWER.
/// </summary>
public interface IReplicatedLog
{
    /// <summary>Largest batch that the topic takes, in bytes (its <c>max.message.bytes</c>).</summary>
    int BatchBytesMax { get; }

    /// <summary>First offset that is there.</summary>
    long StartOffset { get; }

    /// <summary>The offset behind the last record, committed or not.</summary>
    long EndOffset { get; }

    /// <summary>The offset behind the last committed record.</summary>
    long HighWatermark { get; }

    /// <summary>
    /// Appends one batch as leader, with the checks that a produce with acks=all has. Its base offset and leader epoch
    /// are the log's to fill in. Answers when the batch is in the leader's own log; that it is committed is told by
    /// <see cref="CoordinatorRuntime{TShard}.HighWatermarkMoved"/>.
    /// </summary>
    void Append(LogAppend append);

    /// <summary>Reads whole batches from an offset on, committed or not.</summary>
    void Read(LogRead read);
}
