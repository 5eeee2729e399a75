using Millrace.Network;
using Millrace.Protocol;
using Millrace.Protocol.Wire;

namespace Millrace.Broker;

/// <content>The answer: what the session leaves out, the bytes, and the ranges of files between them.</content>
internal sealed partial class FetchCall
{
    private const short FirstWithLeaders = 16;
    private const short LastWithoutStorageError = 5;

    private Protocol.Wire.AbortedTransaction[] abortedOut = [];

    /// <summary>Answers a request that is refused as a whole.</summary>
    public void Refuse(ErrorCode error)
    {
        Write(error, sessionId: 0);
        End();
    }

    private void Answer()
    {
        RemoveWaiters();
        if (slot.IsAbandoned)
        {
            ReleaseRanges();
            slot.CompleteWithoutResponse();
            End();
            return;
        }

        ErrorCode error = ErrorCode.None;
        int sessionId = 0;
        if (session is not null)
        {
            sessionId = session.Id;
            error = UpdateSession(session);
        }
        else if (wantsSession)
        {
            sessionId = MakeSession();
        }

        Write(error, sessionId);
        End();
    }

    private int MakeSession()
    {
        FetchSession? made = Reactor.Sessions.TryAdd(
            itemCount, terms.Version >= FetchHandler.FirstWithTopicIds, terms.IsFromFollower, Reactor.NowMs);
        if (made is null)
        {
            return 0;
        }

        foreach (ref readonly FetchItem item in Items)
        {
            ref readonly FetchTopic topic = ref topics[item.Topic];
            ReadOnlySpan<byte> name = names.AsSpan(topic.NameStart, topic.NameLength);
            SessionPartition partition = made.Partitions.Find(name, topic.Id, item.Request.Index)
                ?? made.Partitions.Add(name, shared: null, topic.Id, item.Request.Index);
            partition.Request = item.Request;
            partition.ToldHighWatermark = HighWatermarkOf(item);
            partition.ToldLogStartOffset = LogStartOf(item);
        }

        return made.Id;
    }

    /// <summary>Leaves out what is not new to the client, and remembers what it is told.</summary>
    private ErrorCode UpdateSession(FetchSession current)
    {
        if (current.Epoch != FetchSession.NextEpoch(sessionEpoch))
        {
            // The client asked again while this request waited.
            ReleaseRanges();
            foreach (ref FetchItem item in Items)
            {
                item.IsOmitted = true;
            }

            return ErrorCode.InvalidFetchSessionEpoch;
        }

        foreach (ref FetchItem item in Items)
        {
            SessionPartition told = item.Session!;
            long highWatermark = HighWatermarkOf(item);
            long logStart = LogStartOf(item);
            bool isNews = item.Bytes > 0
                || told.ToldHighWatermark != highWatermark
                || told.ToldLogStartOffset != logStart
                || item.Error != ErrorCode.None
                || item.DivergingEpoch != EpochEndOffset.None;
            item.IsOmitted = !isNews;

            // An error is told again, and so is what follows it.
            told.ToldHighWatermark = item.Error == ErrorCode.None ? highWatermark : -1;
            told.ToldLogStartOffset = logStart;
            if (item.Bytes > 0 && current.Partitions.Find(told.Name, told.TopicId, told.Index) == told)
            {
                current.Partitions.MoveToEnd(told);
            }
        }

        return ErrorCode.None;
    }

    private static long HighWatermarkOf(in FetchItem item) =>
        item.Error == ErrorCode.None ? item.Plan.HighWatermark : -1;

    private static long LogStartOf(in FetchItem item) =>
        item.Error == ErrorCode.None ? item.Plan.LogStartOffset : -1;

    private void Write(ErrorCode error, int sessionId)
    {
        Span<byte> body = Reactor.Scratch(SizeMax());
        FetchResponseWriter writer = new(body, terms.Version);
        writer.Begin(throttleTimeMs: 0, error, sessionId, CountTopics());
        int next = 0;
        while (NextRun(ref next, out int end, out int count))
        {
            ref readonly FetchTopic topic = ref topics[items[next].Topic];
            writer.BeginTopic(names.AsSpan(topic.NameStart, topic.NameLength), topic.Id, count);
            for (; next < end; next++)
            {
                if (!items[next].IsOmitted)
                {
                    WritePartition(ref writer, ref items[next]);
                }
            }

            writer.EndTopic();
        }

        writer.End();
        Send(body[..writer.Position]);
    }

    /// <summary>Puts the bytes and the files' ranges between them into the slot, which lets go of the files.</summary>
    private void Send(ReadOnlySpan<byte> body)
    {
        BrokerReactor.WriteHeader(
            slot, ApiFacts.Of(ApiKey.Fetch).ResponseHeaderVersion(terms.Version), terms.CorrelationId);
        int from = 0;
        foreach (ref readonly FetchItem item in Items)
        {
            if (item.Bytes == 0)
            {
                continue;
            }

            slot.Append(body[from..item.RecordsPosition]);
            slot.AppendFile(new FileRange(
                item.Range.File.Descriptor,
                item.Range.Position,
                item.Range.Length,
                Reactor.Fetches.Holds.Take(item.Range)));
            from = item.RecordsPosition;
        }

        slot.Append(body[from..]);
        slot.Complete();
    }

    private int CountTopics()
    {
        int runs = 0;
        int next = 0;
        while (NextRun(ref next, out int end, out _))
        {
            runs++;
            next = end;
        }

        return runs;
    }

    /// <summary>The next partitions of one topic that are in the answer.</summary>
    /// <param name="start">Where to look on; where the run begins.</param>
    /// <param name="end">Behind the run.</param>
    /// <param name="count">Partitions of the run that are in the answer.</param>
    private bool NextRun(ref int start, out int end, out int count)
    {
        while (start < itemCount && items[start].IsOmitted)
        {
            start++;
        }

        count = 0;
        for (end = start; end < itemCount && items[end].Topic == items[start].Topic; end++)
        {
            count += items[end].IsOmitted ? 0 : 1;
        }

        return count > 0;
    }

    private void WritePartition(scoped ref FetchResponseWriter writer, ref FetchItem item)
    {
        ErrorCode error = item.Error == ErrorCode.KafkaStorageError && terms.Version <= LastWithoutStorageError
            ? ErrorCode.NotLeaderOrFollower
            : item.Error;
        bool isFine = item.Error == ErrorCode.None;
        FetchedPartition fields = new(
            item.Request.Index,
            error,
            HighWatermarkOf(item),
            isFine ? item.Plan.LastStableOffset : -1,
            LogStartOf(item))
        {
            DivergingEpoch = isFine ? item.DivergingEpoch : EpochEndOffset.None,
            CurrentLeader = LeaderFor(item),
        };
        if (terms.IsCommitted && isFine)
        {
            writer.BeginPartition(fields, AbortedOf(item.AbortedStart, item.AbortedCount), item.Bytes);
        }
        else
        {
            writer.BeginPartition(fields, item.Bytes);
        }

        item.RecordsPosition = writer.Position;
        writer.EndPartition();
    }

    private LeaderIdAndEpoch LeaderFor(in FetchItem item)
    {
        bool tells = terms.Version >= FirstWithLeaders
            && item.Error is ErrorCode.NotLeaderOrFollower or ErrorCode.FencedLeaderEpoch
            && item.Partition is not null;
        if (!tells)
        {
            return LeaderIdAndEpoch.None;
        }

        PartitionLeadership known = item.Partition!.Leadership;
        return new LeaderIdAndEpoch(known.LeaderId, known.LeaderEpoch);
    }

    private ReadOnlySpan<Protocol.Wire.AbortedTransaction> AbortedOf(int start, int count)
    {
        if (abortedOut.Length < count)
        {
            abortedOut = new Protocol.Wire.AbortedTransaction[Math.Max(count, abortedOut.Length * 2)];
        }

        for (int index = 0; index < count; index++)
        {
            Storage.AbortedTransaction found = aborted[start + index];
            abortedOut[index] = new Protocol.Wire.AbortedTransaction(found.ProducerId, found.FirstOffset);
        }

        return abortedOut.AsSpan(0, count);
    }

    private int SizeMax() =>
        FetchResponseWriter.FixedBytesMax + namesLength
        + (topicCount * FetchResponseWriter.TopicBytesMax)
        + (itemCount * FetchResponseWriter.PartitionBytesMax)
        + (aborted.Count * FetchResponseWriter.AbortedTransactionBytesMax);
}
