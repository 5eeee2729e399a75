using Millrace.Base;
using Millrace.Coordination.Transactions;
using Millrace.Protocol;
using Millrace.Protocol.Records;

namespace Millrace.Coordination.Tests.Transactions;

/// <summary>One transaction over two partitions, with a crash of the coordinator at each of its appends.</summary>
public sealed class CrashTests
{
    // Start, two additions, the decision, the end.
    private const int Appends = 5;

    public static TheoryData<int, CrashPoint, short> Crashes
    {
        get
        {
            TheoryData<int, CrashPoint, short> crashes = [];
            for (int append = 0; append < Appends; append++)
            {
                foreach (CrashPoint point in Enum.GetValues<CrashPoint>())
                {
                    crashes.Add(append, point, 0);
                    crashes.Add(append, point, 2);
                }
            }

            return crashes;
        }
    }

    [Theory]
    [MemberData(nameof(Crashes))]
    public void A_client_that_asks_again_gets_its_transaction_committed(int append, CrashPoint point, short version)
    {
        using Crashing one = new(append, point);
        ProducerStart producer = one.Until(
            coordinator => coordinator.AskStart(), start => start.Error, start => start);
        ModelPartition[] partitions = [new(Transacted.P0), new(Transacted.P1)];
        foreach (ModelPartition partition in partitions)
        {
            one.Until(
                coordinator => coordinator.AskAdd(producer, version: version, partitions: partition.Name),
                error => error, error => error);
            Assert.True(partition.TryWrite(
                producer.ProducerId,
                producer.Epoch,
                transaction: 1,
                partition.Guard(producer.ProducerId, producer.Epoch)));
        }

        one.Partitions = partitions;
        one.Until(
            coordinator => coordinator.AskEnd(producer, isCommit: true, version: version), end => end.Error,
            end => end);
        one.Settle();
        Assert.True(one.HasCrashed);
        Assert.All(partitions, partition => Assert.Equal([(1, true)], partition.Outcomes()));
        Assert.All(partitions, partition => Assert.Equal(partition.EndOffset, partition.LastStableOffset));
        Assert.Equal("CompleteCommit", one.Coordinator.Describe().TransactionState);
    }

    /// <summary>What the crash leaves of the append that it comes with.</summary>
    public enum CrashPoint
    {
        /// <summary>Nothing: it never reached the log.</summary>
        BeforeAppend,

        /// <summary>
        /// It is in the log and stays, though nobody was told: neither the coordinator nor the client.
        /// </summary>
        BetweenAppendAndAnswer,

        /// <summary>It was in the log of the leader alone, and is gone with it.</summary>
        BeforeCommit,

        /// <summary>It is committed, and whoever waits is told; what would follow is not done.</summary>
        AfterCommit,
    }

    private sealed class Crashing : IDisposable
    {
        private readonly CrashPoint point;
        private readonly ManualClock clock = new();

        public Crashing(int append, CrashPoint point)
        {
            this.point = point;
            Coordinator = new Transacted(clock: clock);
            Coordinator.Log.AppendsUntilHold = append;
        }

        public Transacted Coordinator { get; private set; }

        public ModelPartition[] Partitions { get; set; } = [];

        public bool HasCrashed { get; private set; }

        /// <summary>Asks until there is a good answer; where one stays out, the coordinator crashes.</summary>
        public TResult Until<T, TResult>(
            Func<Transacted, Answer<T>> ask, Func<T, ErrorCode> errorOf, Func<T, TResult> resultOf)
        {
            while (true)
            {
                Answer<T> answer = ask(Coordinator);
                Work();
                if (answer.IsThere && errorOf(answer.Value) == ErrorCode.None)
                {
                    return resultOf(answer.Value);
                }

                if (answer.IsThere)
                {
                    Assert.Contains(
                        errorOf(answer.Value),
                        new[] { ErrorCode.ConcurrentTransactions, ErrorCode.CoordinatorLoadInProgress });
                }
            }
        }

        public void Settle()
        {
            for (int turn = 0; turn < 20; turn++)
            {
                Work();
            }
        }

        public void Dispose() => Coordinator.Dispose();

        private void Work()
        {
            if (Coordinator.Log.HeldCount > 0)
            {
                Crash();
            }

            Coordinator.Advance(50);
            TransactionMarker[] markers = [.. Coordinator.Markers.Held];
            Coordinator.Markers.Held.Clear();
            foreach (TransactionMarker marker in markers)
            {
                marker.Answer([.. marker.Partitions.Select(name => Of(name).End(marker))]);
            }

            Coordinator.Loop.RunTurn();
        }

        private ModelPartition Of(TransactionPartition name) => Array.Find(Partitions, one => one.Name == name)!;

        private void Crash()
        {
            HasCrashed = true;
            SimulatedLog old = Coordinator.Log;
            long before = old.EndOffset;
            old.CommitsAtOnce = point == CrashPoint.AfterCommit;
            old.HoldsAppends = false;
            if (point != CrashPoint.BeforeAppend)
            {
                old.ReleaseAppend();
            }

            if (point == CrashPoint.AfterCommit)
            {
                Coordinator.Loop.RunTurn();
            }

            SimulatedLog log = new();
            foreach (byte[] batch in old.Batches)
            {
                if (point != CrashPoint.BeforeCommit || new RecordBatch(batch).NextOffset <= before)
                {
                    log.Load(batch);
                }
            }

            int epoch = Coordinator.Epoch;
            long nextId = Coordinator.Ids.Next;
            Coordinator.Dispose();
            Coordinator = new Transacted(leads: false, log: log, clock: clock) { Epoch = epoch };
            Coordinator.Ids.Next = nextId;
            Coordinator.Lead();
        }
    }
}
