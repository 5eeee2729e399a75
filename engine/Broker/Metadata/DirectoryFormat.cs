using Millrace.Base;
using Millrace.Cluster;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Wire;
using Millrace.Storage;

namespace Millrace.Broker;

/// <summary>Who votes in a new cluster.</summary>
public enum InitialQuorum
{
    /// <summary>Those in <c>controller.quorum.voters</c>: kraft.version 0.</summary>
    Static,

    /// <summary>Those given: kraft.version 1 (KIP-853).</summary>
    Dynamic,

    /// <summary>Nobody yet, under kraft.version 1: the node is to join a quorum.</summary>
    Unnamed,
}

/// <summary>What log directories are to be formatted for: the options of <c>kafka-storage format</c>.</summary>
public sealed record DirectoryFormatOptions
{
    public required int NodeId { get; init; }

    public required string ClusterId { get; init; }

    /// <summary><c>log.dirs</c>.</summary>
    public required IReadOnlyList<string> LogDirectories { get; init; }

    /// <summary><c>metadata.log.dir</c>, or the first of <c>log.dirs</c>; one of them or one more.</summary>
    public required string MetadataDirectory { get; init; }

    /// <summary><c>--release-version</c>.</summary>
    public MetadataVersion Version { get; init; } = MetadataVersion.Newest;

    /// <summary><c>--feature</c>; kraft.version follows from the quorum.</summary>
    public IReadOnlyDictionary<string, short> Features { get; init; } = new Dictionary<string, short>();

    public required InitialQuorum Quorum { get; init; }

    /// <summary>
    /// The voters of a dynamic quorum. A voter of this node with a zero directory id gets that of the metadata
    /// directory (<c>--standalone</c>); another id is the one that the directory gets (<c>--initial-controllers</c>).
    /// </summary>
    public IReadOnlyList<VotersRecord.Voter> Voters { get; init; } = [];

    /// <summary>More records to begin with, such as SCRAM credentials.</summary>
    public IReadOnlyList<MetadataRecord> ExtraRecords { get; init; } = [];

    /// <summary><c>--ignore-formatted</c>.</summary>
    public bool IgnoresFormatted { get; init; }
}

/// <summary>
/// Formats log directories as Kafka 4.4 does: <c>meta.properties</c> in each, and beside the metadata log the snapshot
/// <c>0-0</c> with the records that the cluster begins with. Used once, by the command line.
/// </summary>
/// <param name="fileSystem">Where the directories are.</param>
/// <param name="clock">For times in the files.</param>
/// <param name="random">Makes the directories' ids.</param>
public sealed class DirectoryFormat(IFileSystem fileSystem, IClock clock, Random random)
{
    /// <summary>Formats what is not formatted yet.</summary>
    /// <param name="options">For what.</param>
    /// <param name="formatted">The directories that were formatted.</param>
    /// <returns>Null, or why nothing, or not all, was done.</returns>
    public string? Format(DirectoryFormatOptions options, out IReadOnlyList<string> formatted)
    {
        List<string> fresh = [];
        formatted = fresh;
        string? why = WhyRefused(options);
        foreach (string directory in options.LogDirectories.Append(options.MetadataDirectory).Distinct())
        {
            SmallFileRead<MetaProperties> found = MetaProperties.Read(
                fileSystem, Path.Join(directory, MetaProperties.FileName));
            if (found.IsMissing)
            {
                fresh.Add(directory);
            }
            else
            {
                why ??= WhyConflicting(options, directory, found);
            }
        }

        return why ?? FormatAll(options, fresh);
    }

    private static string? WhyRefused(DirectoryFormatOptions options)
    {
        if (options.ClusterId.Length == 0)
        {
            return "cluster id is empty";
        }

        foreach ((string name, short level) in options.Features)
        {
            if (!ClusterFeature.TryGetRange(name, out short min, out short max) || level < min || level > max)
            {
                return max == 0
                    ? $"feature {name} is unknown"
                    : $"feature {name} has no level {level}: its levels are {min} to {max}";
            }

            if (ClusterFeature.Find(name)?.Needs(level) is { } needed && options.Version.CompareTo(needed) < 0)
            {
                return $"{name} could not be set to {level} because it depends on metadata.version={needed.Level} "
                    + $"({needed.Name})";
            }
        }

        bool namesThisNode = options.Voters.Any(voter => voter.VoterId == options.NodeId);
        return options.Quorum == InitialQuorum.Dynamic && !namesThisNode
            ? $"node {options.NodeId} is none of the initial controllers"
            : null;
    }

    private static string? WhyConflicting(
        DirectoryFormatOptions options, string directory, SmallFileRead<MetaProperties> found)
    {
        if (!found.IsGood)
        {
            return $"{directory} has a {MetaProperties.FileName} that cannot be used: "
                + (found.Damage ?? found.Error.ToString());
        }

        if (!options.IgnoresFormatted)
        {
            return $"Log directory {directory} is already formatted. Use --ignore-formatted to ignore this directory "
                + "and format the others.";
        }

        return found.Value.ClusterId == options.ClusterId && found.Value.NodeId == options.NodeId
            ? null
            : $"{directory} is formatted for node {found.Value.NodeId} of cluster {found.Value.ClusterId}, not for "
                + $"node {options.NodeId} of cluster {options.ClusterId}";
    }

    private string? FormatAll(DirectoryFormatOptions options, List<string> directories)
    {
        AtomicFileWriter writer = new(fileSystem);
        foreach (string directory in directories)
        {
            bool isMetadata = directory == options.MetadataDirectory;
            Uuid given = options.Voters.FirstOrDefault(voter => voter.VoterId == options.NodeId)?.VoterDirectoryId
                ?? Uuid.Zero;
            Uuid id = isMetadata && given != Uuid.Zero ? given : Uuid.NewRandom(random);
            IoError error = MakeDirectories(directory);
            if (error == IoError.None && isMetadata)
            {
                error = WriteBeginning(options, id);
            }

            // Last, as it is what says that a directory is formatted.
            if (error == IoError.None)
            {
                MetaProperties properties = new()
                {
                    Version = 1,
                    ClusterId = options.ClusterId,
                    NodeId = options.NodeId,
                    DirectoryId = id,
                };
                DateTimeOffset now = DateTimeOffset.FromUnixTimeMilliseconds(clock.WallMs);
                error = writer.Write(Path.Join(directory, MetaProperties.FileName), properties.Format(now));
            }

            if (error != IoError.None)
            {
                return $"{directory} cannot be formatted ({error})";
            }
        }

        return null;
    }

    private IoError WriteBeginning(DirectoryFormatOptions options, Uuid directoryId)
    {
        string folder = Path.Join(options.MetadataDirectory, MetadataLogFiles.FolderName);
        IoError error = MakeDirectories(folder);
        if (error != IoError.None)
        {
            return error;
        }

        foreach (VotersRecord.Voter voter in options.Voters)
        {
            if (voter.VoterId == options.NodeId)
            {
                voter.VoterDirectoryId = directoryId;
            }
        }

        QuorumVoters voters = options.Quorum == InitialQuorum.Static
            ? QuorumVoters.None
            : new QuorumVoters(
                QuorumVoters.NewestVersion,
                options.Quorum == InitialQuorum.Unnamed ? null : new VotersRecord { Voters = [.. options.Voters] },
                -1);
        IEnumerable<MetadataRecord> records =
            BootstrapMetadata.For(options.Version, options.Features).Concat(options.ExtraRecords);
        string path = Path.Join(
            folder, MetadataLogFiles.NameOf(new SnapshotId(0, 0), SegmentFileStage.Live).ToString());
        string part = path + ".part";
        long nowMs = clock.WallMs;
        error = BatchFileWriter.Write(fileSystem, part, SnapshotBatches.Build(records, voters, 0, nowMs, nowMs));
        error = error == IoError.None ? fileSystem.Rename(part, path) : error;
        return error == IoError.None ? fileSystem.SyncDirectory(folder) : error;
    }

    private IoError MakeDirectories(string path)
    {
        if (fileSystem.Status(path, out FileStatus status) == IoError.None)
        {
            return status.IsDirectory ? IoError.None : IoError.AlreadyExists;
        }

        string parent = Path.GetDirectoryName(path)!;
        IoError error = MakeDirectories(parent);
        error = error == IoError.None ? fileSystem.CreateDirectory(path) : error;
        return error == IoError.None ? fileSystem.SyncDirectory(parent) : error;
    }
}
