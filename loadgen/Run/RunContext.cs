using System.Text;
using Millrace.Protocol.Messages;

namespace Millrace.Loadgen;

/// <summary>
/// What all clients of a run share, and none of them changes but for the counts of <see cref="Errors"/>. Any thread.
/// </summary>
internal sealed class RunContext
{
    public required IReadOnlyList<(string Host, int Port)> Brokers { get; init; }

    public required ApiVersionTable Versions { get; init; }

    /// <summary>The cluster as it was before the run.</summary>
    public required ClusterMap Cluster { get; init; }

    /// <summary>Names of the topics, by which clients number them.</summary>
    public required IReadOnlyList<string> Topics { get; init; }

    /// <summary>Tells the records of this run from those of others.</summary>
    public required int RunId { get; init; }

    public required ulong Seed { get; init; }

    public ErrorTally Errors { get; } = new();

    public byte[] ClientIdBytes { get; } = Encoding.UTF8.GetBytes("loadgen");

    public MetadataRequest MetadataRequest() => RequestFor(Topics);

    /// <summary>Asks for these topics, and makes none of them.</summary>
    public static MetadataRequest RequestFor(IEnumerable<string> topics) => new()
    {
        Topics = [.. topics.Select(name => new MetadataRequest.MetadataRequestTopic { Name = name })],
        AllowAutoTopicCreation = false,
    };
}
