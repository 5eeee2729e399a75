using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Cluster.Tests;

/// <summary>A controller without a log: decides, applies, and remembers every record.</summary>
internal sealed class TestCluster
{
    internal const string ClusterId = "bXlscmFjZS10ZXN0LTAwMQ";

    private readonly MetadataState state = new();
    private readonly List<MetadataRecord> history = [];

    internal TestCluster(MetadataVersion? version = null)
    {
        Apply(BootstrapMetadata.For(version ?? MetadataVersion.Newest));
    }

    internal Random Random { get; } = new(42);

    internal MetadataImage Image => state.Image;

    internal IReadOnlyList<MetadataRecord> History => history;

    internal BrokerLifecycle Lifecycle => new(Image, ElectionRules.Default);

    internal void Apply(IReadOnlyList<MetadataRecord> records)
    {
        history.AddRange(records);
        state.Apply(records, history.Count - 1, 1, 1000 + history.Count);
    }

    internal T Apply<T>(Decision<T> decision)
    {
        Apply(decision.Records);
        return decision.Response;
    }

    /// <summary>Registers and unfences brokers, each with one log directory.</summary>
    internal TestCluster WithBrokers(params int[] ids)
    {
        foreach (int id in ids)
        {
            Start(id, previousEpoch: -1);
        }

        return this;
    }

    internal void Start(int id, long previousEpoch)
    {
        BrokerRegistrationResponse response = Apply(
            Lifecycle.Register(Registration(id, previousEpoch), ClusterId, history.Count, hasSession: false));
        Assert.Equal(0, response.ErrorCode);
        Apply(Lifecycle.Unfence(id));
    }

    internal void Stop(int id)
    {
        Apply(Lifecycle.BeginControlledShutdown(id));
        Apply(Lifecycle.Fence(id));
    }

    internal BrokerRegistrationRequest Registration(int id, long previousEpoch = -1) => new()
    {
        BrokerId = id,
        ClusterId = ClusterId,
        IncarnationId = Uuid.NewRandom(Random),
        LogDirs = [new Uuid(77, (ulong)id)],
        PreviousBrokerEpoch = previousEpoch,
        Listeners = [new BrokerRegistrationRequest.Listener { Name = "PLAINTEXT", Host = "127.0.0.1", Port = 9092 }],
        Features =
        [
            Feature(MetadataVersion.FeatureName, MetadataVersion.Oldest.Level, MetadataVersion.Newest.Level),
            .. ClusterFeature.All.Select(feature => Feature(feature.Name, 0, feature.MaxLevel)),
        ],
    };

    private static BrokerRegistrationRequest.Feature Feature(string name, short min, short max) =>
        new() { Name = name, MinSupportedVersion = min, MaxSupportedVersion = max };

    internal CreateTopicsResponse.CreatableTopicResult Create(
        string name, int partitions = 1, short replicas = -1, params (string Name, string? Value)[] configs) =>
        Assert.Single(Create(new CreateTopicsRequest.CreatableTopic
        {
            Name = name,
            NumPartitions = partitions,
            ReplicationFactor = replicas,
            Configs =
            [
                .. configs.Select(config => new CreateTopicsRequest.CreatableTopicConfig
                {
                    Name = config.Name,
                    Value = config.Value,
                }),
            ],
        }).Topics);

    internal CreateTopicsResponse Create(params CreateTopicsRequest.CreatableTopic[] topics) =>
        Apply(TopicCreation.Decide(new CreateTopicsRequest { Topics = topics }, Image, Rules, Random));

    internal static TopicCreationRules Rules { get; } = new()
    {
        DefaultPartitions = 3,
        DefaultReplicationFactor = 1,
        CheckConfigs = static configs => configs.ContainsKey("no.such.config")
            ? new Refusal(ErrorCode.InvalidConfig, "Unknown topic config name: no.such.config")
            : Refusal.None,
        EffectiveConfigs = static configs =>
        [
            .. configs.Select(config => new CreateTopicsResponse.CreatableTopicConfigs
            {
                Name = config.Key,
                Value = config.Value,
            }),
        ],
    };

    /// <summary>An image as bytes, to compare images by.</summary>
    internal static IReadOnlyList<string> Bytes(MetadataImage image) =>
        [.. ImageRecords.Of(image).Select(record => Convert.ToHexString(MetadataRecordCodec.Encode(record)))];

    internal static MetadataImage Replay(IEnumerable<MetadataRecord> records)
    {
        MetadataDelta delta = new(MetadataImage.Empty);
        foreach (MetadataRecord record in records)
        {
            byte[] bytes = MetadataRecordCodec.Encode(record);
            delta.Apply(MetadataRecordCodec.Decode(bytes, 0));
        }

        return delta.Build(0, 0, 0);
    }
}
