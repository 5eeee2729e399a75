using Millrace.Protocol;
using Millrace.Protocol.Wire;
using Millrace.Storage;

namespace Millrace.Broker;

/// <summary>
/// One partition of a Fetch request under way: what is asked, and what was found when it was last looked at.
/// </summary>
internal struct FetchItem
{
    /// <summary>The topic's place in the call.</summary>
    public int Topic;

    /// <summary>What is asked.</summary>
    public FetchPartition Request;

    /// <summary>Null where it is not known, or may not be read.</summary>
    public Partition? Partition;

    /// <summary>Why it cannot be looked at at all.</summary>
    public ErrorCode Refusal;

    /// <summary>The session's memory of it; null without a session.</summary>
    public SessionPartition? Session;

    // What was found.
    public ErrorCode Error;
    public ReadPlan Plan;
    public FileRange Range;
    public EpochEndOffset DivergingEpoch;
    public int AbortedStart;
    public int AbortedCount;

    /// <summary>Left out of the answer: nothing is new to the session.</summary>
    public bool IsOmitted;

    /// <summary>Where the answer's bytes are cut for the records.</summary>
    public int RecordsPosition;

    /// <summary>Bytes of records found; they are pinned until released or sent.</summary>
    public readonly int Bytes => Error == ErrorCode.None ? Plan.Bytes : 0;
}

/// <summary>A topic of a Fetch request under way.</summary>
internal struct FetchTopic
{
    public int NameStart;
    public int NameLength;
    public Base.Uuid Id;
}
