using Millrace.Base;
using Millrace.Network;
using Millrace.Storage;

namespace Millrace.Server;

/// <summary>Says in the log what the rooms below tell, and ends the broker when no disk is left. Any thread.</summary>
/// <param name="storage">Lines about logs and disks.</param>
/// <param name="network">Lines about clients.</param>
/// <param name="stop">Asked to end the broker.</param>
internal sealed class NodeEvents(LogArea storage, LogArea network, StopRequest stop)
    : ILogDirectoriesListener, INetworkLog
{
    /// <summary>Told which directory has failed, once there is somebody to tell.</summary>
    public Action<Uuid>? DirectoryLost { get; set; }

    public void Cut(in TailCut cut) => storage.Write(LogLevel.Warn, cut.ToString());

    public void Repaired(string path, string what) => storage.Info($"{path}: {what}");

    public void Offline(TopicPartition partition, string problem) =>
        storage.Error($"{partition} is offline: {problem}");

    public void Progress(string logDirectory, int loaded, int total) =>
        storage.Info($"{logDirectory}: {loaded} of {total} logs are open");

    public void DirectoryFailed(LogDirectory directory, string problem, IReadOnlyList<PartitionLog> partitions)
    {
        storage.Error($"{directory.Path} is offline, with {partitions.Count} partitions: {problem}");
        DirectoryLost?.Invoke(directory.DirectoryId);
    }

    public void AllDirectoriesFailed()
    {
        storage.Error($"No log directory is left: the broker stops.");
        stop.Ask(ExitCode.StorageFailed);
    }

    public void Warn(string line) => network.Write(LogLevel.Warn, line);
}
