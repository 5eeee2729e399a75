using Millrace.Base;
using Millrace.Coordination.Groups;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;
using Millrace.Storage;

namespace Millrace.Broker;

/// <summary>
/// Ends transactions on the partitions that this broker leads: appends the markers that transaction coordinators,
/// its own or others', decided on. Whatever waits for it when its loop comes around is appended first and written then,
/// so that the markers of many transactions cost one write for each log. Any thread may ask; it works on its loop.
/// </summary>
public sealed class MarkerWriter : IDisposable
{
    private readonly EventLoop loop;
    private readonly LogAppender appender = new();
    private readonly BatchBuilder builder = new();
    private readonly BufferPool memory = new();
    private readonly List<MarkerCall> appended = [];
    private readonly FlushWork flush;

    /// <param name="loop">Where it works.</param>
    /// <param name="partitions">Where partitions are found.</param>
    /// <param name="offsets">Who appends the markers of <c>__consumer_offsets</c>, as it holds the offsets that they
    /// decide on.</param>
    /// <param name="clock">For the markers' timestamps and time limits.</param>
    /// <param name="timeoutMs">How long a marker waits for its replicas (<c>request.timeout.ms</c>).</param>
    public MarkerWriter(
        EventLoop loop, PartitionTable partitions, GroupCoordinator offsets, IClock clock, int timeoutMs)
    {
        this.loop = loop;
        Partitions = partitions;
        Offsets = offsets;
        Clock = clock;
        TimeoutMs = timeoutMs;
        flush = new FlushWork(this);
    }

    internal PartitionTable Partitions { get; }

    internal GroupCoordinator Offsets { get; }

    internal IClock Clock { get; }

    internal int TimeoutMs { get; }

    internal EventLoop Loop => loop;

    internal LogAppender Appender => appender;

    internal BatchBuilder Builder => builder;

    internal BufferPool Memory => memory;

    /// <summary>Writes markers. Any thread; a caller with many of them sends them in one request.</summary>
    /// <param name="request">The markers; a version below 2 leaves the transaction version at 0.</param>
    /// <param name="answer">
    /// Told once, on the loop, when every marker is on all replicas in sync or has failed: one result for each marker,
    /// with its topics and partitions in the order of the request.
    /// </param>
    public void Write(
        WriteTxnMarkersRequest request, Action<WriteTxnMarkersResponse.WritableTxnMarkerResult[]> answer)
    {
        MarkerCall call = new(this, request, answer);
        call.EndOffsets();
        loop.Post(call);
    }

    /// <summary>Only after the loop has ended.</summary>
    public void Dispose()
    {
        appender.Dispose();
        builder.Dispose();
        memory.Dispose();
    }

    /// <summary>Everything that was posted with a call is appended before the flush comes.</summary>
    internal void FlushSoon(MarkerCall call)
    {
        appended.Add(call);
        if (appended.Count == 1)
        {
            loop.Post(flush);
        }
    }

    private void Flush()
    {
        foreach (MarkerCall call in appended)
        {
            call.Flush();
        }

        // Answers may bring the next call, which belongs to the next flush.
        MarkerCall[] written = [.. appended];
        appended.Clear();
        foreach (MarkerCall call in written)
        {
            call.Settle();
        }
    }

    private sealed class FlushWork(MarkerWriter writer) : LoopWork
    {
        protected internal override void Run(EventLoop loop) => writer.Flush();
    }
}
