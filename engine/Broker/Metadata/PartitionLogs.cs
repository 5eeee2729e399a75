using Millrace.Base;
using Millrace.Protocol;
using Millrace.Storage;

namespace Millrace.Broker;

/// <summary>The log directories of this broker, as the metadata moves them. On the controller's loop alone.</summary>
public sealed class PartitionLogs(LogDirectories directories, LogArea log) : IPartitionLogs
{
    private const int SaidAgainMs = 10_000;

    public ICollection<PartitionLog> Open => directories.Logs.All;

    public PartitionLog? FindOrCreate(
        TopicPartition partition, Uuid topicId, Uuid? directoryId, LogConfig config, bool isNew)
    {
        PartitionLog? found = directories.Logs.Find(partition);
        if (found is not null && found.TopicId != topicId && found.TopicId != Uuid.Zero)
        {
            // Its topic was deleted while this broker was away, and another one has its name now.
            Delete([found]);
            found = null;
        }

        if (found is not null)
        {
            found.Config = config;
            return found;
        }

        Uuid? wanted = directoryId is { IsReserved: false } id && IsOwn(id) ? id : null;
        if (wanted is null && !isNew && IsAnyOffline())
        {
            log.WriteLimited(
                LogLevel.Error,
                "find",
                SaidAgainMs,
                $"{partition} is in no log directory that is online, and is not begun anew while one is offline.");
            return null;
        }

        ErrorCode error = directories.Create(partition, topicId, config, out PartitionLog? made, wanted);
        if (error != ErrorCode.None)
        {
            log.WriteLimited(
                LogLevel.Error,
                "make",
                SaidAgainMs,
                $"The log of {partition} could not be made: {ErrorFacts.Of(error).Message}");
        }

        return made;
    }

    public bool MayBeMadeLater(TopicPartition partition, Uuid directoryId)
    {
        bool isAnyOnline = false;
        foreach (LogDirectory directory in directories.All)
        {
            if (directory.DamagedPartitions.ContainsKey(partition))
            {
                return false;
            }

            isAnyOnline |= !directory.IsOffline && (directory.DirectoryId == directoryId || !IsOwn(directoryId));
        }

        return isAnyOnline;
    }

    public void Delete(IReadOnlyCollection<PartitionLog> logs)
    {
        if (logs.Count > 0 && directories.Delete(logs) is var error && error != ErrorCode.None)
        {
            log.Error($"Deleting {logs.Count} logs went wrong: {ErrorFacts.Of(error).Message}");
        }
    }

    public Uuid DirectoryOf(PartitionLog log)
    {
        foreach (LogDirectory directory in directories.All)
        {
            if (directory.Context == log.Directory)
            {
                return directory.DirectoryId;
            }
        }

        return Uuid.Zero;
    }

    private bool IsAnyOffline()
    {
        foreach (LogDirectory directory in directories.All)
        {
            if (directory.IsOffline)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsOwn(Uuid id)
    {
        foreach (LogDirectory directory in directories.All)
        {
            if (directory.DirectoryId == id)
            {
                return true;
            }
        }

        return false;
    }
}
