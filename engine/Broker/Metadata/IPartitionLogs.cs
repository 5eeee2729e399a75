using Millrace.Base;
using Millrace.Storage;

namespace Millrace.Broker;

/// <summary>Port: the log directories, where the logs of partitions are made and deleted. Waits for the disk.</summary>
public interface IPartitionLogs
{
    /// <summary>
    /// The partition's log, made where there is none. A log of another topic that had the same name is deleted first.
    /// </summary>
    /// <param name="partition">Topic and number.</param>
    /// <param name="topicId">The topic's id.</param>
    /// <param name="directoryId">Where the metadata says that it lies; null for anywhere.</param>
    /// <param name="config">The topic's configs.</param>
    /// <param name="isNew">
    /// The partition was just created. Any other, of which nobody knows where it lies, may lie in a directory that is
    /// offline, and is not begun anew elsewhere then.
    /// </param>
    /// <returns>Null where its directory is offline or refuses.</returns>
    PartitionLog? FindOrCreate(
        TopicPartition partition, Uuid topicId, Uuid? directoryId, LogConfig config, bool isNew);

    /// <summary>The id of the directory that a log lies in.</summary>
    Uuid DirectoryOf(PartitionLog log);

    /// <summary>
    /// Whether a log that could not be made may be made later: its directory is in use and the disk may find room.
    /// </summary>
    bool MayBeMadeLater(TopicPartition partition, Uuid directoryId);

    /// <summary>Takes logs out of use and deletes them.</summary>
    void Delete(IReadOnlyCollection<PartitionLog> logs);

    /// <summary>All logs that are open.</summary>
    ICollection<PartitionLog> Open { get; }
}
