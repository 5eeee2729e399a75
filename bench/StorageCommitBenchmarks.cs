using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Millrace.Storage;

namespace Millrace.Bench;

/// <summary>
/// Appends that wait for the device: one <c>fdatasync</c> for each, beside the group commit with 64 appenders that
/// write 1 KiB, wait, and write again. As in the broker, one thread drives the appenders: waiting is a record in a
/// queue. Goal: at least 20 times the appends per second. An operation is an append.
/// </summary>
public unsafe class StorageCommitBenchmarks
{
    private const int Appenders = 64;
    private const int SingleAppends = 64;
    private const int RoundsOfGroups = 20;
    private const int Bytes = 1024;

    private readonly LogBench bench = new();
    private readonly Waiter[] appenders = new Waiter[Appenders];
    private readonly ConcurrentQueue<Waiter> synced = new();
    private readonly AutoResetEvent wake = new(initialState: false);
    private IFile file = null!;
    private GroupCommit commit = null!;
    private byte* memory;
    private long position;

    [GlobalSetup]
    public void Setup()
    {
        memory = (byte*)NativeMemory.AllocZeroed(Bytes);
        file = bench.OpenFile("committed");
        file.Preallocate(0, 64 * 1024 * 1024);
        commit = new GroupCommit(error => throw new IOException($"sync: {error}"));
        commit.Start("commit");
        for (int index = 0; index < Appenders; index++)
        {
            appenders[index] = new Waiter(this) { File = file };
        }
    }

    private void Write()
    {
        position += Bytes;
        if (file.Write(position - Bytes, new ReadOnlySpan<byte>(memory, Bytes)).Failed)
        {
            throw new IOException("the disk refused a write");
        }
    }

    /// <summary>Each append is on the device before the next one is written.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = SingleAppends)]
    public long SyncEach()
    {
        for (int index = 0; index < SingleAppends; index++)
        {
            Write();
            if (file.SyncData() != IoError.None)
            {
                throw new IOException("the disk refused a sync");
            }
        }

        return position;
    }

    /// <summary>64 appenders, each of which appends again once its own append is on the device.</summary>
    [Benchmark(OperationsPerInvoke = Appenders * RoundsOfGroups)]
    public long GroupedCommit()
    {
        foreach (Waiter appender in appenders)
        {
            Write();
            commit.Enqueue(appender);
        }

        int begun = Appenders;
        for (int answered = 0; answered < Appenders * RoundsOfGroups;)
        {
            if (!synced.TryDequeue(out Waiter? appender))
            {
                wake.WaitOne();
                continue;
            }

            answered++;
            if (begun++ < Appenders * RoundsOfGroups)
            {
                Write();
                commit.Enqueue(appender);
            }
        }

        return position;
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        commit.Dispose();
        wake.Dispose();
        file.Close();
        NativeMemory.Free(memory);
        bench.Dispose();
    }

    private sealed class Waiter(StorageCommitBenchmarks owner) : SyncWaiter
    {
        public override void OnSynced(IoError error)
        {
            owner.synced.Enqueue(this);
            owner.wake.Set();
        }
    }
}
