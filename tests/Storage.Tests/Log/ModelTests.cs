using System.Globalization;
using Millrace.Protocol;
using Millrace.Protocol.Records;
using Millrace.Storage.Simulation;
using Xunit.Abstractions;

namespace Millrace.Storage.Tests.Log;

/// <summary>
/// Random operations on a log and on a plain list, which must stay equal. A failure names its seed; MILLRACE_SEED runs
/// one.
/// </summary>
public sealed class ModelTests(ITestOutputHelper output)
{
    private const int StepsPerSeed = 1500;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void A_log_is_equal_to_its_model_after_every_operation(int seed)
    {
        string? wanted = Environment.GetEnvironmentVariable("MILLRACE_SEED");
        seed += wanted is null ? 0 : int.Parse(wanted, CultureInfo.InvariantCulture);
        output.WriteLine($"seed {seed}");
        using Run run = new(seed);
        Queue<string> names = new();
        for (int step = 0; step < StepsPerSeed; step++)
        {
            try
            {
                names.Enqueue(run.Step());
                run.Check(deeply: step % 25 == 0);
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"seed {seed}, step {step}: {string.Join("; ", names)}", fault);
            }

            if (names.Count > 40)
            {
                names.Dequeue();
            }
        }

        run.Check(deeply: true);
    }

    private sealed class Run : IDisposable
    {
        private readonly Random random;
        private readonly LogRig rig = new();
        private readonly LogModel model = new();
        private readonly List<(AppendResult Result, ModelBatch Batch)> unflushed = [];
        private PartitionLog log;
        private int leaderEpoch;
        private long producerIds = 100;

        public Run(int seed)
        {
            random = new Random(seed);
            log = rig.Create(new LogConfig
            {
                SegmentBytes = 2000,
                SegmentMs = 40_000,
                IndexIntervalBytes = 200,
                SegmentIndexBytes = 200,
                RetentionBytes = 12_000,
                RetentionMs = -1,
                TimestampAfterMaxMs = long.MaxValue,
            });
        }

        public string Step()
        {
            rig.NowMs += random.Next(1000);
            int choice = random.Next(100);
            return choice switch
            {
                < 60 => Append(),
                < 70 => Flush(),
                < 74 => FlushOntoFullDisk(),
                < 80 => AdvanceHighWatermark(),
                < 84 => RunWorker(),
                < 87 => AdvanceStart(),
                < 90 => DeleteOld(),
                < 92 => Roll(),
                < 95 => Truncate(),
                < 96 => StartOver(),
                < 97 => NewEpoch(),
                < 98 => Restart(),
                < 99 => Kill(),
                _ => CutPower(),
            };
        }

        private string Append()
        {
            long timestamp = rig.NowMs - random.Next(20_000);
            NewBatch header = new();
            int count = random.Next(1, 6);
            switch (random.Next(4))
            {
                case 0:
                    break;
                case 1:
                    return AppendWrong(timestamp);
                case 2 when model.Producers.Any(pair => pair.Value.TransactionFirstOffset >= 0):
                    return AppendMarker();
                default:
                    header = Producer(isTransactional: random.Next(2) == 0);
                    break;
            }

            byte[] batch = rig.Batch(count, random.Next(1, 200), timestamp, header);
            Take(rig.Append(log, batch, leaderEpoch: leaderEpoch), count, timestamp, header, isControl: false,
                isAbort: false);
            return $"append {count} of producer {header.ProducerId}";
        }

        private NewBatch Producer(bool isTransactional)
        {
            long id = random.Next(3) == 0 ? producerIds++ : producerIds - random.Next(1, 6);
            ModelProducer? known = model.Producers.GetValueOrDefault(id);
            isTransactional |= known?.TransactionFirstOffset >= 0;
            int sequence = known is null ? random.Next(5) : known.LastSequence + 1;
            short epoch = known?.Epoch ?? 0;
            if (known is not null && known.TransactionFirstOffset < 0 && random.Next(5) == 0)
            {
                epoch++;
                sequence = 0;
            }

            return isTransactional ? LogRig.Transactional(id, epoch, sequence) : LogRig.Idempotent(id, epoch, sequence);
        }

        private string AppendWrong(long timestamp)
        {
            KeyValuePair<long, ModelProducer> known = model.Producers.FirstOrDefault(
                pair => pair.Value.Last is not null);
            if (known.Value is null)
            {
                return "nothing";
            }

            ModelBatch last = known.Value.Last!;
            bool isDuplicate = random.Next(2) == 0;
            int count = isDuplicate ? (int)(last.LastOffset - last.BaseOffset) + 1 : 2;
            int sequence = isDuplicate ? last.BaseSequence : known.Value.LastSequence + 3;
            NewBatch header = LogRig.Idempotent(known.Key, known.Value.Epoch, sequence) with
            {
                IsTransactional = known.Value.TransactionFirstOffset >= 0,
            };
            AppendResult result = rig.Append(log, rig.Batch(count, 5, timestamp, header), leaderEpoch: leaderEpoch);
            if (isDuplicate)
            {
                Assert.True(result.IsDuplicate);
                Assert.Equal((last.BaseOffset, last.LastOffset), (result.FirstOffset, result.LastOffset));
                return $"duplicate of producer {known.Key}";
            }

            Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, result.Error);
            return $"gap of producer {known.Key}";
        }

        private string AppendMarker()
        {
            (long id, ModelProducer producer) = model.Producers.First(pair => pair.Value.TransactionFirstOffset >= 0);
            bool commit = random.Next(2) == 0;
            NewBatch header = LogRig.Transactional(id, producer.Epoch, -1);
            byte[] marker = rig.Marker(id, producer.Epoch, commit, timestamp: rig.NowMs);
            AppendResult result = rig.Append(log, marker, AppendOrigin.Coordinator, leaderEpoch);
            Take(result, 1, rig.NowMs, header, isControl: true, isAbort: !commit);
            return $"marker of producer {id}";
        }

        private void Take(AppendResult result, int count, long timestamp, NewBatch header, bool isControl, bool isAbort)
        {
            Assert.Equal(ErrorCode.None, result.Error);
            Assert.False(result.IsDuplicate);
            Assert.Equal(model.End, result.FirstOffset);
            Assert.Equal(model.End + count - 1, result.LastOffset);
            ModelBatch batch = new(
                result.FirstOffset, result.LastOffset, timestamp, leaderEpoch, header.ProducerId, header.ProducerEpoch,
                header.BaseSequence, header.IsTransactional, isControl, isAbort);
            model.Add(batch);
            unflushed.Add((result, batch));
        }

        private string Flush()
        {
            foreach ((AppendResult result, _) in unflushed)
            {
                Assert.Equal(ErrorCode.None, log.Flush(result.Ticket));
            }

            unflushed.Clear();
            return "flush";
        }

        private string FlushOntoFullDisk()
        {
            if (unflushed.Count == 0 || log.LogEndOffset == model.End)
            {
                return Flush();
            }

            // What a roll has written on its way is in the log; the rest fails as one.
            long written = log.LogEndOffset;
            rig.Simulated.Faults.FailNth(Operation.Write, 1, IoError.NoSpace, random.Next(300), ".log");
            foreach ((AppendResult result, ModelBatch batch) in unflushed)
            {
                ErrorCode expected = batch.LastOffset < written ? ErrorCode.None : ErrorCode.KafkaStorageError;
                Assert.Equal(expected, log.Flush(result.Ticket));
            }

            unflushed.Clear();
            long watermark = model.HighWatermark;
            model.TruncateTo(written);
            model.HighWatermark = watermark;
            ForgetWhatOnlyDeletedRecordsSaid();
            return "flush onto a full disk";
        }

        private string AdvanceHighWatermark()
        {
            Flush();
            long target = model.Visible.Select(
                batch => batch.LastOffset + 1).Where(offset => offset > model.HighWatermark)
                .DefaultIfEmpty(model.HighWatermark).Order().ElementAt(0);
            target = random.Next(2) == 0 ? model.End : target;
            log.AdvanceHighWatermark(target);
            model.HighWatermark = Math.Max(model.HighWatermark, target);
            return $"high watermark {target}";
        }

        private string RunWorker()
        {
            rig.Worker.RunAll();
            if (random.Next(3) == 0)
            {
                rig.Worker.RunDelayed();
            }

            return "worker";
        }

        private string AdvanceStart()
        {
            long target = model.Start + random.NextInt64((model.HighWatermark - model.Start) / 2 + 1);
            Assert.Equal(ErrorCode.None, log.AdvanceLogStart(target));
            model.Start = Math.Max(model.Start, target);
            return $"start {target}";
        }

        private string DeleteOld()
        {
            Flush();
            log.DeleteOldSegments(rig.NowMs);
            Assert.True(log.LogStartOffset >= model.Start && log.LogStartOffset <= model.HighWatermark);
            model.Start = log.LogStartOffset;
            return "delete old segments";
        }

        private string Roll()
        {
            Flush();
            Assert.Equal(IoError.None, log.Roll(rig.NowMs));
            return "roll";
        }

        private string Truncate()
        {
            ReplicateAll();
            List<ModelBatch> visible = [.. model.Visible.Where(batch => batch.BaseOffset >= model.Start)];
            if (visible.Count == 0)
            {
                return "nothing";
            }

            long target = visible[random.Next(Math.Max(0, visible.Count - 12), visible.Count)].BaseOffset;
            Assert.Equal(ErrorCode.None, log.TruncateTo(target, rig.NowMs));
            model.TruncateTo(target);
            leaderEpoch++;
            ForgetWhatOnlyDeletedRecordsSaid();
            return $"truncate to {target}";
        }

        private string StartOver()
        {
            Flush();
            long target = model.End + random.Next(10);
            Assert.Equal(ErrorCode.None, log.TruncateFullyAndStartAt(target, rig.NowMs));
            model.StartOver(target);
            return $"start over at {target}";
        }

        private string NewEpoch()
        {
            Flush();
            leaderEpoch += random.Next(1, 3);
            return $"epoch {leaderEpoch}";
        }

        /// <summary>
        /// Decided transactions above the high watermark are not in snapshots: neither here nor in Kafka.
        /// </summary>
        private void ReplicateAll()
        {
            Flush();
            log.AdvanceHighWatermark(model.End);
            model.HighWatermark = model.End;
        }

        private string Restart()
        {
            ReplicateAll();
            rig.Worker.RunAll();
            Assert.True(log.Close());
            log = rig.Reload(log, stoppedCleanly: true, log.RecoveryPoint, model.Start, model.HighWatermark);

            TakeOverEnd(model.Batches.Count == 0 ? model.Start : model.Batches[^1].LastOffset + 1);
            return "restart";
        }

        /// <summary>The process ends: what was written is there, what was gathered is gone.</summary>
        private string Kill()
        {
            ReplicateAll();
            long written = log.LogEndOffset;
            for (int count = random.Next(4); count > 0; count--)
            {
                Append();
            }

            written = Math.Max(written, log.LogEndOffset);
            unflushed.Clear();
            model.TruncateTo(written);
            long recoveryPoint = random.Next(2) == 0 ? log.RecoveryPoint : 0;
            rig.Simulated.Kill();
            log = rig.Reload(log, stoppedCleanly: false, recoveryPoint, model.Start, model.HighWatermark);
            TakeOverEnd(model.Batches.Count == 0 ? model.Start : model.Batches[^1].LastOffset + 1);
            return "kill";
        }

        /// <summary>
        /// The machine ends: what was synced is there, and of the rest whole batches up to some point.
        /// </summary>
        private string CutPower()
        {
            ReplicateAll();
            long synced = log.RecoveryPoint;
            rig.Simulated.Crash(random);
            log = rig.Reload(log, stoppedCleanly: false, synced, model.Start, model.HighWatermark);
            Assert.InRange(log.LogEndOffset, LastEndUpTo(synced), model.End);
            TakeOverEnd(log.LogEndOffset);
            return $"power cut, {synced} synced";
        }

        private long LastEndUpTo(long offset) =>
            model.Batches.Where(batch => batch.LastOffset < offset).Select(batch => batch.LastOffset + 1)
                .DefaultIfEmpty(0).Max();

        private void TakeOverEnd(long expected)
        {
            Assert.Equal(Math.Max(expected, model.Start), log.LogEndOffset);
            model.TruncateTo(log.LogEndOffset);
            log.AdvanceHighWatermark(log.LogEndOffset);
            model.HighWatermark = log.HighWatermark;
            ForgetWhatOnlyDeletedRecordsSaid();
        }

        /// <summary>
        /// A producer whose records are all before the log's start may be forgotten when its state is made again.
        /// </summary>
        private void ForgetWhatOnlyDeletedRecordsSaid()
        {
            Dictionary<long, ProducerSnapshotEntry> known =
                log.DescribeProducers().ToDictionary(entry => entry.ProducerId);
            foreach ((long id, ModelProducer producer) in model.Producers)
            {
                if (!known.TryGetValue(id, out ProducerSnapshotEntry entry))
                {
                    long last = model.Batches.Last(batch => batch.ProducerId == id).LastOffset;
                    Assert.True(last < model.Start, $"producer {id} is forgotten, offset {last}, start {model.Start}");
                    model.Producers.Remove(id);
                }
                else if (entry.LastOffset < 0 && producer.LastOffset < model.Start)
                {
                    producer.LastSequence = -1;
                    producer.LastOffset = -1;
                    producer.Last = null;
                }
            }
        }

        public void Check(bool deeply)
        {
            Assert.Empty(rig.Failures);
            long end = unflushed.Count == 0 ? model.End : log.LogEndOffset;
            Assert.Equal(
                (model.Start, end, model.HighWatermark), (log.LogStartOffset, log.LogEndOffset, log.HighWatermark));
            Assert.True(
                model.LastStable == log.LastStableOffset, $"{model.LastStable}, {log.LastStableOffset}: {OpenOnes()}");
            if (deeply)
            {
                Flush();
                CheckRecords();
                CheckProducers();
                CheckLookups();
            }
        }

        private string OpenOnes() =>
            string.Join(' ', model.Producers.Where(pair => pair.Value.TransactionFirstOffset >= 0)
                .Select(pair => $"{pair.Key} from {pair.Value.TransactionFirstOffset}"))
            + " and in the log "
            + string.Join(' ', log.DescribeProducers().Where(entry => entry.CurrentTransactionFirstOffset >= 0)
                .Select(entry => $"{entry.ProducerId} from {entry.CurrentTransactionFirstOffset}"));

        private void CheckRecords()
        {
            List<(long, long)> expected = [.. model.Visible.Select(batch => (batch.BaseOffset, batch.LastOffset))];
            Assert.Equal(expected, LogRig.ReadAll(log, model.Start));
            List<(long, long)> stable =
                [.. model.Visible.Where(batch => batch.LastOffset < model.LastStable).Select(
                    batch => (batch.BaseOffset, batch.LastOffset))];
            Assert.Equal(stable, LogRig.ReadAll(log, model.Start, ReadBound.LastStable, random.Next(100, 3000)));
        }

        private void CheckProducers()
        {
            Dictionary<long, ProducerSnapshotEntry> known = log.DescribeProducers().ToDictionary(
                entry => entry.ProducerId);
            Assert.Equal(model.Producers.Keys.Order(), known.Keys.Order());
            foreach ((long id, ModelProducer producer) in model.Producers)
            {
                Assert.Equal(
                    (producer.Epoch, producer.LastSequence, producer.LastOffset, producer.TransactionFirstOffset),
                    (known[id].ProducerEpoch, known[id].LastSequence, known[id].LastOffset,
                        known[id].CurrentTransactionFirstOffset));
            }

            FileRange[] ranges = new FileRange[64];
            List<AbortedTransaction> aborted = [];
            ReadPlan plan = log.Read(model.Start, int.MaxValue, ReadBound.LastStable, true, ranges, aborted);
            LogRig.Bytes(plan, ranges);
            if (plan.RangeCount > 0)
            {
                // An abort whose records are all before the start may be there or not; those that can be seen must be.
                // Where a transaction began may be forgotten with its first records, and the last stable offset with
                // it.
                IEnumerable<(long, long)> needed = model.Aborted
                    .Where(entry => entry.FirstOffset < model.LastStable && HasVisibleRecords(entry))
                    .Select(entry => (entry.ProducerId, entry.LastOffset));
                IEnumerable<(long, long)> found = aborted.Where(HasVisibleRecords)
                    .Select(entry => (entry.ProducerId, entry.LastOffset));
                Assert.Equal(needed, found);
                Assert.All(aborted, entry => Assert.Contains(
                    model.Batches,
                    batch => batch.IsAbort && batch.LastOffset == entry.LastOffset
                        && batch.ProducerId == entry.ProducerId));
            }
        }

        private bool HasVisibleRecords(AbortedTransaction entry) => model.Visible.Any(batch =>
            batch.IsTransactional && !batch.IsControl && batch.ProducerId == entry.ProducerId
            && batch.BaseOffset >= entry.FirstOffset && batch.LastOffset < entry.LastOffset);

        private void CheckLookups()
        {
            for (int index = 0; index < 5; index++)
            {
                long timestamp = rig.NowMs - random.Next(60_000);
                OffsetFound found = log.FindByTimestamp(timestamp);
                Assert.Equal(IoError.None, found.Error);
                Assert.Equal(model.FindByTimestamp(timestamp), (found.Timestamp, found.Offset));
            }

            // Of a log without records the entry that is left depends on how they went.
            for (int epoch = Math.Max(0, leaderEpoch - 4); model.Visible.Any() && epoch <= leaderEpoch; epoch++)
            {
                Assert.Equal(model.EndOf(epoch), log.EndOfEpoch(epoch));
            }
        }

        public void Dispose() => rig.Dispose();
    }
}
