using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;

namespace Millrace.Coordination.Runtime;

/// <summary>
/// Replays a log through a shard, piece by piece between the other work of the loop. Owned by that loop.
/// </summary>
internal sealed class CoordinatorLoader
{
    // Our own records, but an older broker may have packed them: more than any allowed batch unpacks to.
    private static readonly DecompressionLimits Decompression = new(256 * 1024 * 1024, int.MaxValue);

    private readonly int index;
    private readonly CoordinatorShard shard;
    private readonly IReplicatedLog log;
    private readonly CoordinatorLoop loop;
    private readonly int bytesMax;
    private readonly LogArea lines;
    private readonly Action<bool, long> loaded;
    private long startedMs;
    private bool isStopped;

    public CoordinatorLoader(
        int index, CoordinatorShard shard, IReplicatedLog log, CoordinatorLoop loop, int bytesMax, LogArea lines,
        Action<bool, long> loaded)
    {
        this.index = index;
        this.shard = shard;
        this.log = log;
        this.loop = loop;
        this.bytesMax = bytesMax;
        this.lines = lines;
        this.loaded = loaded;
    }

    public LoadProgress Progress { get; private set; }

    public void Start()
    {
        startedMs = loop.Clock.MonotonicMs;
        Progress = new LoadProgress(CoordinatorState.Loading, log.StartOffset, log.EndOffset, 0, 0);
        ReadNext();
    }

    public void Stop() => isStopped = true;

    private void ReadNext()
    {
        if (Progress.Offset >= log.EndOffset)
        {
            Finish(succeeded: true);
            return;
        }

        log.Read(new LogRead(
            Progress.Offset, bytesMax, (error, batches) => loop.Post(() => OnRead(error, batches))));
    }

    private void OnRead(ErrorCode error, ReadOnlyMemory<byte> batches)
    {
        if (isStopped)
        {
            return;
        }

        long before = Progress.Offset;
        if (error != ErrorCode.None || !Apply(batches.Span) || Progress.Offset <= before)
        {
            lines.Error($"Partition {index}: loading stopped at offset {Progress.Offset} ({error}).");
            Finish(succeeded: false);
            return;
        }

        ReadNext();
    }

    private void Finish(bool succeeded)
    {
        isStopped = true;
        if (succeeded)
        {
            long tookMs = loop.Clock.MonotonicMs - startedMs;
            lines.Info(
                $"Partition {index}: loaded {Progress.Records} records ({Progress.Bytes} bytes) in {tookMs} ms.");
        }

        loaded(succeeded, Progress.Offset);
    }

    private bool Apply(ReadOnlySpan<byte> bytes)
    {
        using BatchDecoder decoder = new(Decompression);
        RecordBatches walk = new(bytes);
        while (walk.MoveNext())
        {
            RecordBatch batch = walk.Current;
            if (batch.NextOffset <= Progress.Offset)
            {
                continue;
            }

            if (batch.Check() != RecordFault.None || !Apply(decoder, batch))
            {
                return false;
            }

            Progress = Progress with { Offset = batch.NextOffset, Bytes = Progress.Bytes + batch.SizeInBytes };
        }

        return walk.Fault == RecordFault.None;
    }

    private bool Apply(BatchDecoder decoder, RecordBatch batch)
    {
        RecordReader records = decoder.Read(batch);
        long count = 0;
        while (records.MoveNext())
        {
            count++;
            if (batch.IsControl)
            {
                ApplyMarker(batch, records.Current);
            }
            else if (!Apply(batch, records.Current))
            {
                return false;
            }
        }

        Progress = Progress with { Records = Progress.Records + count };
        return records.Fault == RecordFault.None;
    }

    private void ApplyMarker(RecordBatch batch, Record record)
    {
        if (ControlRecord.TryReadType(record.Key, out ControlRecordType type)
            && type is ControlRecordType.Commit or ControlRecordType.Abort)
        {
            shard.ApplyMarker(batch.ProducerId, batch.ProducerEpoch, type == ControlRecordType.Commit);
        }
    }

    private bool Apply(RecordBatch batch, Record record)
    {
        bool known = CoordinatorRecordFormat.TryDecode(
            shard.Log, record.Key, record.Value, record.HasValue, out CoordinatorRecord? decoded,
            out DecodeError error);
        if (known)
        {
            long producerId = batch.IsTransactional ? batch.ProducerId : BatchLayout.NoProducerId;
            shard.Apply(record.Offset, producerId, decoded!);
            return true;
        }

        if (!error.IsError)
        {
            lines.Warn($"Partition {index}: passed over a record of unknown type at offset {record.Offset}.");
            return true;
        }

        lines.Error($"Partition {index}: the record at offset {record.Offset} can not be read: {error}.");
        return false;
    }
}
