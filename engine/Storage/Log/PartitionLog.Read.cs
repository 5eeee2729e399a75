using Millrace.Protocol;

namespace Millrace.Storage;

/// <content>Reading, without a lock against the writer.</content>
public sealed partial class PartitionLog
{
    /// <summary>
    /// Plans a read: which bytes of which files hold the batches from an offset on. The first one is the batch that
    /// contains the offset. Any thread; nothing is allocated while the files are open and the segment is one that is
    /// appended to.
    /// </summary>
    /// <param name="offset">Where to begin.</param>
    /// <param name="maxBytes">The most to read; the last batch is cut off there.</param>
    /// <param name="bound">How far the reader may see: no byte of a batch at or behind it is in the plan.</param>
    /// <param name="minOneBatch">Whether the first batch is to be whole, however large it is.</param>
    /// <param name="target">Places for ranges; one segment takes one. At least one place.</param>
    /// <param name="aborted">
    /// For <see cref="ReadBound.LastStable"/>: the aborted transactions that touch the plan's range are added; null
    /// elsewhere.
    /// </param>
    /// <param name="mayWait">
    /// Whether the disk may be waited for, to open a file or to look for the offset. Where not, and it would have to
    /// be, the plan is empty and says so.
    /// </param>
    public ReadPlan Read(
        long offset,
        int maxBytes,
        ReadBound bound,
        bool minOneBatch,
        Span<FileRange> target,
        List<AbortedTransaction>? aborted = null,
        bool mayWait = true)
    {
        end.Read(out long endOffset, out LogSegment endSegment, out int endPosition);
        ReadPlan plan = Offsets(endOffset);
        if (isClosed || context.IsFailed)
        {
            return plan with { Error = ErrorCode.KafkaStorageError };
        }

        if (offset < plan.LogStartOffset || offset > endOffset)
        {
            return plan with { Error = ErrorCode.OffsetOutOfRange };
        }

        plan = plan with
        {
            UpperOffset = bound switch
            {
                ReadBound.LogEnd => endOffset,
                ReadBound.HighWatermark => plan.HighWatermark,
                _ => plan.LastStableOffset,
            },
        };
        if (offset >= plan.UpperOffset)
        {
            return plan;
        }

        ReadWalk walk = new(
            offset, plan.UpperOffset, endOffset, endSegment, endPosition, Volatile.Read(ref segments), mayWait);
        IoError error = walk.Fill(maxBytes, minOneBatch, target);
        if (error == IoError.None && aborted is not null && walk.RangeCount > 0)
        {
            error = walk.CollectAborted(aborted);
        }

        if (error != IoError.None)
        {
            walk.ReleaseAll(target);
            if (error == IoError.WouldWait)
            {
                return plan with { WouldWait = true };
            }

            return ReadAgain(plan, walk.Failed!, error)
                ? Read(offset, maxBytes, bound, minOneBatch, target, aborted, mayWait)
                : plan with { Error = ReadErrorOf(walk.Failed!, error) };
        }

        return plan with
        {
            RangeCount = walk.RangeCount,
            Bytes = walk.Bytes,
            FirstBatchIncomplete = walk.FirstBatchIncomplete,
        };
    }

    /// <summary>A segment that was deleted since the read began is no error: the log has moved on.</summary>
    private bool ReadAgain(in ReadPlan plan, LogSegment failed, IoError error) =>
        error is IoError.Closed or IoError.NotFound
        && !isClosed
        && (LogStartOffset != plan.LogStartOffset || !IsInUse(failed));

    private ErrorCode ReadErrorOf(LogSegment failed, IoError error)
    {
        if (error == IoError.Damaged)
        {
            return ErrorCode.CorruptMessage;
        }

        if (!isClosed)
        {
            context.Fail("read", failed.File.Path, error);
        }

        return ErrorCode.KafkaStorageError;
    }

    /// <summary>All offsets of the log, as they fit together with its end. Any thread.</summary>
    public ReadPlan Offsets()
    {
        end.Read(out long endOffset, out _, out _);
        return Offsets(endOffset);
    }

    private ReadPlan Offsets(long endOffset)
    {
        // Both are read behind the end and may be past it by now; a reader sees no further than the end that it took.
        long start = LogStartOffset;
        long watermark = Math.Min(HighWatermark, endOffset);
        return new ReadPlan
        {
            LogStartOffset = start,
            LogEndOffset = endOffset,
            HighWatermark = watermark,
            LastStableOffset = Math.Min(Math.Max(producers.FirstUnstableOffset, start), watermark),
        };
    }
}
