using Millrace.Base;
using Millrace.Broker;
using Millrace.Protocol.Messages;
using Millrace.Storage;
using Millrace.Storage.Simulation;

namespace Millrace.Cluster.Tests;

/// <summary>A node's metadata directory on a simulated disk, formatted, stopped and started.</summary>
internal sealed class QuorumRig
{
    internal const string Directory = "/data";
    internal const string Folder = Directory + "/" + MetadataLogFiles.FolderName;

    internal SimulatedFileSystem Disk { get; } = new();

    internal ManualClock Clock { get; } = new();

    internal MetadataLogConfig LogConfig { get; set; } = new();

    internal Random Random { get; } = new(7);

    internal Uuid DirectoryId { get; private set; }

    internal string? Format(InitialQuorum quorum, MetadataVersion? version = null, bool ignoresFormatted = false)
    {
        string? why = new DirectoryFormat(Disk, Clock, Random).Format(
            new DirectoryFormatOptions
            {
                NodeId = 1,
                ClusterId = TestCluster.ClusterId,
                LogDirectories = [Directory],
                MetadataDirectory = Directory,
                Quorum = quorum,
                Version = version ?? MetadataVersion.Newest,
                Voters = quorum == InitialQuorum.Static ? [] : [Voter(1)],
                IgnoresFormatted = ignoresFormatted,
            },
            out _);
        DirectoryId = MetaProperties.Read(Disk, Directory + "/" + MetaProperties.FileName).Value!.DirectoryId!.Value;
        return why;
    }

    internal static VotersRecord.Voter Voter(int id) => new()
    {
        VoterId = id,
        Endpoints = [new VotersRecord.Endpoint { Name = "CONTROLLER", Host = "127.0.0.1", Port = 9093 }],
        KRaftVersionFeature = new VotersRecord.KRaftVersionFeature { MaxSupportedVersion = 1 },
    };

    internal MetadataLogFiles OpenLog() => MetadataLogFiles.Open(Disk, Directory, LogConfig);

    internal MetadataQuorum Open(MetadataLogFiles? log = null, params int[] staticVoters) => new(
        log ?? OpenLog(),
        new QuorumConfig
        {
            NodeId = 1,
            DirectoryId = DirectoryId,
            StaticVoters = staticVoters,
            SnapshotBytes = 2000,
            SnapshotIntervalMs = 60_000,
        },
        Clock);

    /// <summary>Loads and leads.</summary>
    internal MetadataQuorum Start(params int[] staticVoters)
    {
        MetadataQuorum quorum = Open(null, staticVoters);
        quorum.Load();
        Assert.Equal(MetadataWrite.Done, quorum.BecomeLeader());
        return quorum;
    }

    internal static MetadataRecord Topic(int number) =>
        new(new TopicRecord { Name = $"topic{number}", TopicId = new Uuid(1000, (ulong)number) }, 0);
}
