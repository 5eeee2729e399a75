using Millrace.Storage.Simulation;
using Xunit.Abstractions;

namespace Millrace.Storage.Tests.Log;

/// <summary>
/// What partitions cost that nobody writes to or reads. Alone, as the heap that it measures is everybody's.
/// </summary>
[Collection(nameof(IdleMemoryTests))]
[CollectionDefinition(nameof(IdleMemoryTests), DisableParallelization = true)]
public sealed class IdleMemoryTests(ITestOutputHelper output)
{
    private const int Partitions = 10_000;
    private const int BytesMax = 4096;

    [Fact]
    public void An_idle_partition_takes_at_most_4_KiB()
    {
        using LogRig rig = new(new PosixFileSystem(), "/srv/millrace/data");
        LogConfig config = new();
        PartitionLog[] logs = new PartitionLog[Partitions];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int index = 0; index < Partitions; index++)
        {
            logs[index] = Open(rig, config, index, size: 1 << 20);
        }

        long bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / Partitions;
        GC.KeepAlive(logs);
        output.WriteLine($"{bytes} bytes for each partition that was opened");
        Assert.InRange(bytes, 500, BytesMax);
    }

    [Fact]
    public void A_partition_that_was_written_to_and_is_idle_again_takes_at_most_4_KiB()
    {
        using LogRig rig = new(new SimulatedFileSystem(), openMax: 10);
        LogConfig config = new();
        byte[] batch = rig.Batch(3, 100, header: LogRig.Idempotent(7, 0, 0));
        const int Count = 200;
        PartitionLog[] logs = new PartitionLog[Count];
        for (int index = 0; index < Count; index++)
        {
            logs[index] = rig.Create(config, $"a-topic-of-usual-length-{index}");
            System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(batch, 0);
            rig.AppendAndFlush(logs[index], batch);
        }

        rig.Worker.RunAll();
        foreach (PartitionLog log in logs)
        {
            log.Rest();
        }

        // The simulated disk is in the same memory: what the logs alone take shows when they are let go.
        long with = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(logs);
        Array.Clear(logs);
        rig.Forget();
        long without = GC.GetTotalMemory(forceFullCollection: true);
        long bytes = (with - without) / Count;
        output.WriteLine($"{bytes} bytes for each partition that was written to");
        Assert.InRange(bytes, 500, BytesMax);
    }

    private static PartitionLog Open(LogRig rig, LogConfig config, int number, int size)
    {
        string folder = $"/srv/millrace/data/a-topic-of-usual-length-{number}";
        LogSegment segment = new(rig.Context, folder, 123_456, config, size, LogRig.StartMs);
        return new PartitionLog(
            rig.Context, new TopicPartition("a-topic-of-usual-length", number), default, folder, config, new LoadedLog
            {
                Segments = [segment],
                LogStartOffset = 123_456,
                LogEndOffset = 130_000,
                RecoveryPoint = 130_000,
                HighWatermark = 130_000,
                Producers = new ProducerStates(86_400_000),
                Snapshots = new ProducerSnapshots(rig.Context, folder, [130_000]),
                Epochs = new LeaderEpochs([new EpochStart(3, 0), new EpochStart(4, 124_000)]),
            });
    }
}
