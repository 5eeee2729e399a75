using Millrace.Base;
using Millrace.Protocol.Messages;

namespace Millrace.Protocol.Tests.Wire;

/// <summary>Seeded random messages of the hand-written kinds; each has only what its version can carry.</summary>
internal sealed class RandomMessages(int seed)
{
    private static readonly string[] Texts = ["", "a", "orders", "\u00e9t\u00e9", "\U0001d11eclef", new('x', 130)];

    private readonly Random random = new(seed);

    public ProduceRequest ProduceRequest(short version) => new()
    {
        TransactionalId = NullableText(),
        Acks = (short)Number(),
        TimeoutMs = (int)Number(),
        TopicData = Array(() => new ProduceRequest.TopicProduceData
        {
            Name = version < 13 ? Text() : "",
            TopicId = version >= 13 ? Id() : default,
            PartitionData = Array(() => new ProduceRequest.PartitionProduceData
            {
                Index = (int)Number(), Records = Records(),
            }),
        }),
    };

    public ProduceResponse ProduceResponse(short version) => new()
    {
        Responses = Array(() => new ProduceResponse.TopicProduceResponse
        {
            Name = version < 13 ? Text() : "",
            TopicId = version >= 13 ? Id() : default,
            PartitionResponses = Array(() => ProducedPartition(version)),
        }),
        ThrottleTimeMs = (int)Number(),
        NodeEndpoints = version < 10 ? [] : Array(() => new ProduceResponse.NodeEndpoint
        {
            NodeId = (int)Number(), Host = Text(), Port = (int)Number(), Rack = NullableText(),
        }),
    };

    public FetchRequest FetchRequest(short version)
    {
        FetchRequest request = new()
        {
            ClusterId = version >= 12 ? NullableText() : null,
            ReplicaId = version < 15 ? (int)Number() : -1,
            MaxWaitMs = (int)Number(),
            MinBytes = (int)Number(),
            MaxBytes = (int)Number(),
            IsolationLevel = (sbyte)Number(),
            SessionId = version >= 7 ? (int)Number() : 0,
            SessionEpoch = version >= 7 ? (int)Number() : -1,
            Topics = Array(() => new FetchRequest.FetchTopic
            {
                Topic = version < 13 ? Text() : "",
                TopicId = version >= 13 ? Id() : default,
                Partitions = Array(() => FetchPartition(version)),
            }),
            ForgottenTopicsData = version < 7 ? [] : Array(() => new FetchRequest.ForgottenTopic
            {
                Topic = version < 13 ? Text() : "",
                TopicId = version >= 13 ? Id() : default,
                Partitions = Array(() => (int)Number()),
            }),
            RackId = version >= 11 ? Text() : "",
        };
        if (version >= 15)
        {
            request.ReplicaState.ReplicaId = (int)Number();
            request.ReplicaState.ReplicaEpoch = Number();
        }

        return request;
    }

    public FetchResponse FetchResponse(short version) => new()
    {
        ThrottleTimeMs = (int)Number(),
        ErrorCode = version >= 7 ? (short)Number() : (short)0,
        SessionId = version >= 7 ? (int)Number() : 0,
        Responses = Array(() => new FetchResponse.FetchableTopicResponse
        {
            Topic = version < 13 ? Text() : "",
            TopicId = version >= 13 ? Id() : default,
            Partitions = Array(() => FetchedPartition(version)),
        }),
        NodeEndpoints = version < 16 ? [] : Array(() => new FetchResponse.NodeEndpoint
        {
            NodeId = (int)Number(), Host = Text(), Port = (int)Number(), Rack = NullableText(),
        }),
    };

    public ApiVersionsResponse ApiVersionsResponse(short version) => new()
    {
        ErrorCode = (short)Number(),
        ApiKeys = Array(() => new ApiVersionsResponse.ApiVersion
        {
            ApiKey = (short)Number(), MinVersion = (short)Number(), MaxVersion = (short)Number(),
        }),
        ThrottleTimeMs = version >= 1 ? (int)Number() : 0,
        SupportedFeatures = version < 3 ? [] : Array(() => new ApiVersionsResponse.SupportedFeatureKey
        {
            Name = Text(), MinVersion = (short)Number(), MaxVersion = (short)Number(),
        }),
        FinalizedFeaturesEpoch = version < 3 ? -1 : Number(),
        FinalizedFeatures = version < 3 ? [] : Array(() => new ApiVersionsResponse.FinalizedFeatureKey
        {
            Name = Text(), MinVersionLevel = (short)Number(), MaxVersionLevel = (short)Number(),
        }),
        ZkMigrationReady = version >= 3 && random.Next(2) == 0,
    };

    public MetadataResponse MetadataResponse(short version) => new()
    {
        ThrottleTimeMs = (int)Number(),
        Brokers = Array(() => new MetadataResponse.MetadataResponseBroker
        {
            NodeId = (int)Number(), Host = Text(), Port = (int)Number(), Rack = NullableText(),
        }),
        ClusterId = NullableText(),
        ControllerId = (int)Number(),
        Topics = Array(() => new MetadataResponse.MetadataResponseTopic
        {
            ErrorCode = (short)Number(),
            Name = version >= 12 ? NullableText() : Text(),
            TopicId = Id(),
            IsInternal = random.Next(2) == 0,
            Partitions = Array(MetadataPartition),
            TopicAuthorizedOperations = version >= 8 ? (int)Number() : int.MinValue,
        }),
        ClusterAuthorizedOperations = version is >= 8 and <= 10 ? (int)Number() : int.MinValue,
        ErrorCode = (short)Number(),
    };

    private ProduceResponse.PartitionProduceResponse ProducedPartition(short version) => new()
    {
        Index = (int)Number(),
        ErrorCode = (short)Number(),
        BaseOffset = Number(),
        LogAppendTimeMs = Number(),
        LogStartOffset = Number(),
        RecordErrors = Array(() => new ProduceResponse.BatchIndexAndErrorMessage
        {
            BatchIndex = (int)Number(), BatchIndexErrorMessage = NullableText(),
        }),
        ErrorMessage = NullableText(),
        CurrentLeader = version < 10
            ? new ProduceResponse.LeaderIdAndEpoch()
            : new ProduceResponse.LeaderIdAndEpoch { LeaderId = (int)Number(), LeaderEpoch = (int)Number() },
    };

    private FetchRequest.FetchPartition FetchPartition(short version) => new()
    {
        Partition = (int)Number(),
        CurrentLeaderEpoch = (int)Number(),
        FetchOffset = Number(),
        LastFetchedEpoch = version >= 12 ? (int)Number() : -1,
        LogStartOffset = Number(),
        PartitionMaxBytes = (int)Number(),
        ReplicaDirectoryId = Id(),
        HighWatermark = Number(),
    };

    private FetchResponse.PartitionData FetchedPartition(short version)
    {
        FetchResponse.PartitionData partition = new()
        {
            PartitionIndex = (int)Number(),
            ErrorCode = (short)Number(),
            HighWatermark = Number(),
            LastStableOffset = Number(),
            LogStartOffset = Number(),
            AbortedTransactions = random.Next(3) == 0 ? null : Array(() => new FetchResponse.AbortedTransaction
            {
                ProducerId = Number(), FirstOffset = Number(),
            }),
            PreferredReadReplica = version >= 11 ? (int)Number() : -1,
            Records = Records(),
        };
        if (version >= 12)
        {
            partition.DivergingEpoch.Epoch = (int)Number();
            partition.DivergingEpoch.EndOffset = Number();
            partition.CurrentLeader.LeaderId = (int)Number();
            partition.SnapshotId.EndOffset = Number();
        }

        return partition;
    }

    private MetadataResponse.MetadataResponsePartition MetadataPartition() => new()
    {
        ErrorCode = (short)Number(),
        PartitionIndex = (int)Number(),
        LeaderId = (int)Number(),
        LeaderEpoch = (int)Number(),
        ReplicaNodes = Array(() => (int)Number()),
        IsrNodes = Array(() => (int)Number()),
        OfflineReplicas = Array(() => (int)Number()),
    };

    /// <summary>Often a default, or at an edge.</summary>
    private long Number() => random.Next(6) switch
    {
        0 => -1,
        1 => 0,
        2 => long.MinValue,
        3 => long.MaxValue,
        4 => random.Next(100),
        _ => random.NextInt64(),
    };

    private string Text() => Texts[random.Next(Texts.Length)];

    private string? NullableText() => random.Next(3) == 0 ? null : Text();

    private Uuid Id() => random.Next(3) == 0 ? Uuid.Zero : Uuid.NewRandom(random);

    private byte[]? Records()
    {
        if (random.Next(4) == 0)
        {
            return null;
        }

        byte[] records = new byte[random.Next(200)];
        random.NextBytes(records);
        return records;
    }

    private T[] Array<T>(Func<T> element)
    {
        T[] elements = new T[random.Next(4)];
        for (int index = 0; index < elements.Length; index++)
        {
            elements[index] = element();
        }

        return elements;
    }
}
