using Millrace.Base;

namespace Millrace.Storage;

/// <summary>
/// What is done from time to time with all logs: retention, checkpoints, expiry of producers, <c>flush.ms</c>, the
/// reserve of space, and failed directories at once. One thread; simulations call <see cref="RunDue"/> instead.
/// </summary>
public sealed class LogMaintenance
{
    private const long ReserveIntervalMs = 10_000;

    private readonly LogDirectories directories;
    private readonly IClock clock;
    private readonly List<Duty> duties;
    private readonly object gate = new();
    private Thread? thread;
    private bool isWoken;
    private volatile bool isStopping;

    internal LogMaintenance(LogDirectories directories, LogDirectoriesOptions options, IClock clock)
    {
        this.directories = directories;
        this.clock = clock;
        duties =
        [
            new Duty(options.RetentionCheckIntervalMs, DeleteOldSegments),
            new Duty(options.RecoveryPointIntervalMs, () => Checkpoint(OffsetCheckpoint.RecoveryPointFile)),
            new Duty(options.LogStartIntervalMs, () => Checkpoint(OffsetCheckpoint.LogStartFile)),
            new Duty(options.HighWatermarkIntervalMs, () => Checkpoint(OffsetCheckpoint.HighWatermarkFile)),
            new Duty(options.ProducerExpiryIntervalMs, ForgetExpiredProducers),
            new Duty(options.FlushCheckIntervalMs, SyncDue),
            new Duty(ReserveIntervalMs, TakeReserves),
        ];
        foreach (Duty duty in duties)
        {
            duty.Begin(clock.MonotonicMs);
        }
    }

    /// <summary>Starts the thread.</summary>
    public void Start()
    {
        Invariant.That(thread is null, "Maintenance is started once.");
        thread = new Thread(Loop) { IsBackground = true, Name = "log-maintenance" };
        thread.Start();
    }

    /// <summary>Ends the thread; what it is at is finished.</summary>
    internal void Stop()
    {
        isStopping = true;
        Wake();
        thread?.Join();
    }

    /// <summary>Has failed directories looked at now. Any thread, under any lock.</summary>
    internal void Wake()
    {
        lock (gate)
        {
            isWoken = true;
            Monitor.PulseAll(gate);
        }
    }

    private void Loop()
    {
        while (!isStopping)
        {
            long waitMs = RunDue() - clock.MonotonicMs;
            lock (gate)
            {
                if (!isWoken)
                {
                    Monitor.Wait(gate, (int)Math.Clamp(waitMs, 1, int.MaxValue));
                }

                isWoken = false;
            }
        }
    }

    /// <summary>Does what is due.</summary>
    /// <returns>When something is due next, by the monotonic clock, in milliseconds.</returns>
    public long RunDue()
    {
        directories.TakeFailedOffline();
        long nextMs = long.MaxValue;
        foreach (Duty duty in duties)
        {
            if (isStopping)
            {
                break;
            }

            nextMs = Math.Min(nextMs, duty.RunIfDue(clock.MonotonicMs));
        }

        directories.TakeFailedOffline();
        return nextMs;
    }

    private void DeleteOldSegments()
    {
        foreach (PartitionLog log in directories.Logs.All)
        {
            log.DeleteOldSegments(clock.WallMs);
        }
    }

    private void Checkpoint(string name)
    {
        foreach (LogDirectory directory in directories.All)
        {
            if (!directory.IsOffline)
            {
                directory.WriteOffsets(name, directories.Logs.All);
            }
        }
    }

    private void ForgetExpiredProducers()
    {
        foreach (PartitionLog log in directories.Logs.All)
        {
            log.ForgetExpiredProducers(clock.WallMs);
        }
    }

    private void SyncDue()
    {
        foreach (PartitionLog log in directories.Logs.All)
        {
            if (log.Config.FlushMs != long.MaxValue)
            {
                log.SyncIfDue(clock.WallMs);
            }
        }
    }

    private void TakeReserves()
    {
        foreach (LogDirectory directory in directories.All)
        {
            if (!directory.IsOffline)
            {
                _ = directory.Reserve.Take();
            }
        }
    }

    private sealed class Duty(long intervalMs, Action run)
    {
        private long dueMs;

        public void Begin(long nowMs) =>
            dueMs = intervalMs > long.MaxValue - nowMs ? long.MaxValue : nowMs + intervalMs;

        public long RunIfDue(long nowMs)
        {
            if (nowMs >= dueMs)
            {
                run();
                Begin(nowMs);
            }

            return dueMs;
        }
    }
}
