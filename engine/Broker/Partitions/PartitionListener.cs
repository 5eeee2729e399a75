using Millrace.Storage;

namespace Millrace.Broker;

/// <summary>
/// Hears from the logs what partitions do not know by themselves. Appends come through <see cref="Partition.Flush"/>,
/// which moves the high watermark itself; syncs happen on threads of the storage. Any thread.
/// </summary>
public sealed class PartitionListener : ILogListener
{
    private readonly PartitionTable partitions;

    public PartitionListener(PartitionTable partitions) => this.partitions = partitions;

    public void LogEndMoved(PartitionLog log)
    {
        // Partition.Flush was who wrote, and goes on.
    }

    public void HighWatermarkMoved(PartitionLog log)
    {
        // Partition was who moved it, and wakes who waits.
    }

    public void FlushedOffsetMoved(PartitionLog log)
    {
        if (partitions.TryFind(log, out Partition? partition))
        {
            partition.OnFlushedOffsetMoved();
        }
    }

    public void LogStartMoved(PartitionLog log)
    {
        // Fetches below the new start find out when they look next; nobody waits below it.
    }
}
