using System.Collections.Concurrent;

namespace Millrace.Server.Tests.Groups;

/// <summary>
/// What the members of groups have sent and what was acknowledged to them: each commit of a partition is higher than
/// those before. Any thread.
/// </summary>
internal sealed class CommitLedger
{
    public const string Topic = "work";
    public const int PartitionsOfGroup = 4;

    private readonly ConcurrentDictionary<(string Group, int Partition), long> sent = new();
    private readonly ConcurrentDictionary<(string Group, int Partition), long> acknowledged = new();
    private volatile string address = "";
    private volatile bool isClosed;
    private int joins;
    private int commits;

    /// <summary>Where the broker is at present.</summary>
    public string Address
    {
        get => address;
        set => address = value;
    }

    public bool IsClosed => isClosed;

    /// <summary>Joins that were answered so far.</summary>
    public int Joins => Volatile.Read(ref joins);

    /// <summary>Commits that were acknowledged so far.</summary>
    public int Commits => Volatile.Read(ref commits);

    public void Close() => isClosed = true;

    public void CountJoin() => Interlocked.Increment(ref joins);

    /// <returns>The offset to commit next.</returns>
    public long Send(string group, int partition) =>
        sent.AddOrUpdate((group, partition), 1, static (_, last) => last + 1);

    public void Acknowledge(string group, int partition, long offset)
    {
        acknowledged.AddOrUpdate((group, partition), offset, (_, last) => Math.Max(last, offset));
        Interlocked.Increment(ref commits);
    }

    /// <summary>Highest acknowledged and highest sent offset of a partition; -1 and 0 where there was none.</summary>
    public (long Acknowledged, long Sent) Of(string group, int partition) =>
        (acknowledged.GetValueOrDefault((group, partition), -1), sent.GetValueOrDefault((group, partition)));
}
