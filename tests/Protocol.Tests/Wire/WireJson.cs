using System.Text;
using System.Text.Json.Nodes;
using Millrace.Base;
using Millrace.Protocol.Wire;

namespace Millrace.Protocol.Tests.Wire;

/// <summary>
/// What the hand-written readers see, in the JSON form of Kafka's converters, to be compared with the golden lines.
/// </summary>
internal static class WireJson
{
    public static JsonObject Of(ref ProduceRequestReader request, short version)
    {
        JsonArray topics = [];
        while (request.NextTopic())
        {
            JsonArray partitions = [];
            while (request.NextPartition())
            {
                JsonObject partition = new() { ["index"] = request.Index };
                AddRecords(partition, request.HasRecords, request.Records.Length);
                partitions.Add(partition);
            }

            JsonObject topic = Topic("name", version >= 13, request.TopicName, request.TopicId);
            topic["partitionData"] = partitions;
            topics.Add(topic);
        }

        return new JsonObject
        {
            ["transactionalId"] = request.TransactionalId.ToText(),
            ["acks"] = request.Acks,
            ["timeoutMs"] = request.TimeoutMs,
            ["topicData"] = topics,
        };
    }

    public static JsonObject Of(ref ProduceResponseReader response, short version)
    {
        JsonArray topics = [];
        while (response.NextTopic())
        {
            JsonArray partitions = [];
            while (response.NextPartition())
            {
                partitions.Add(Partition(in response, version));
            }

            JsonObject topic = Topic("name", version >= 13, response.TopicName, response.TopicId);
            topic["partitionResponses"] = partitions;
            topics.Add(topic);
        }

        JsonObject json = new() { ["responses"] = topics, ["throttleTimeMs"] = response.ThrottleTimeMs };
        AddEndpoints(json, response.Endpoints);
        return json;
    }

    public static JsonObject Of(ref FetchRequestReader request, short version)
    {
        JsonObject json = [];
        if (request.ClusterId.HasValue)
        {
            json["clusterId"] = request.ClusterId.ToText();
        }

        if (version < 15)
        {
            json["replicaId"] = request.ReplicaId;
        }
        else if (request.ReplicaId != -1 || request.ReplicaEpoch != -1)
        {
            json["replicaState"] = new JsonObject
            {
                ["replicaId"] = request.ReplicaId, ["replicaEpoch"] = request.ReplicaEpoch,
            };
        }

        json["maxWaitMs"] = request.MaxWaitMs;
        json["minBytes"] = request.MinBytes;
        json["maxBytes"] = request.MaxBytes;
        json["isolationLevel"] = request.IsolationLevel;
        if (version >= 7)
        {
            json["sessionId"] = request.SessionId;
            json["sessionEpoch"] = request.SessionEpoch;
        }

        json["topics"] = FetchTopics(ref request, version);
        if (version >= 7)
        {
            json["forgottenTopicsData"] = ForgottenTopics(ref request, version);
        }

        if (version >= 11)
        {
            json["rackId"] = Encoding.UTF8.GetString(request.RackId);
        }

        return json;
    }

    public static JsonObject Of(ref FetchResponseReader response, short version)
    {
        JsonArray topics = [];
        while (response.NextTopic())
        {
            JsonArray partitions = [];
            while (response.NextPartition())
            {
                partitions.Add(Partition(in response, version));
            }

            JsonObject topic = Topic("topic", version >= 13, response.TopicName, response.TopicId);
            topic["partitions"] = partitions;
            topics.Add(topic);
        }

        JsonObject json = new() { ["throttleTimeMs"] = response.ThrottleTimeMs };
        if (version >= 7)
        {
            json["errorCode"] = (short)response.ErrorCode;
            json["sessionId"] = response.SessionId;
        }

        json["responses"] = topics;
        AddEndpoints(json, response.Endpoints);
        return json;
    }

    private static JsonObject Partition(in ProduceResponseReader response, short version)
    {
        JsonObject json = new()
        {
            ["index"] = response.Index,
            ["errorCode"] = (short)response.ErrorCode,
            ["baseOffset"] = response.BaseOffset,
            ["logAppendTimeMs"] = response.LogAppendTimeMs,
        };
        if (version >= 5)
        {
            json["logStartOffset"] = response.LogStartOffset;
        }

        if (version >= 8)
        {
            JsonArray errors = [];
            RecordErrorList list = response.RecordErrors;
            while (list.Next())
            {
                errors.Add(new JsonObject
                {
                    ["batchIndex"] = list.BatchIndex, ["batchIndexErrorMessage"] = list.Message.ToText(),
                });
            }

            Assert.Equal(list.Count, errors.Count);
            json["recordErrors"] = errors;
            json["errorMessage"] = response.ErrorMessage.ToText();
        }

        AddLeader(json, response.CurrentLeader);
        return json;
    }

    private static JsonArray FetchTopics(ref FetchRequestReader request, short version)
    {
        JsonArray topics = [];
        while (request.NextTopic())
        {
            JsonArray partitions = [];
            while (request.NextPartition())
            {
                partitions.Add(Partition(request.Partition, version));
            }

            JsonObject topic = Topic("topic", version >= 13, request.TopicName, request.TopicId);
            topic["partitions"] = partitions;
            topics.Add(topic);
        }

        return topics;
    }

    private static JsonObject Partition(FetchPartition partition, short version)
    {
        JsonObject json = new() { ["partition"] = partition.Index };
        if (version >= 9)
        {
            json["currentLeaderEpoch"] = partition.CurrentLeaderEpoch;
        }

        json["fetchOffset"] = partition.FetchOffset;
        if (version >= 12)
        {
            json["lastFetchedEpoch"] = partition.LastFetchedEpoch;
        }

        if (version >= 5)
        {
            json["logStartOffset"] = partition.LogStartOffset;
        }

        json["partitionMaxBytes"] = partition.PartitionMaxBytes;
        if (partition.ReplicaDirectoryId != Uuid.Zero)
        {
            json["replicaDirectoryId"] = partition.ReplicaDirectoryId.ToString();
        }

        if (partition.HighWatermark != long.MaxValue)
        {
            json["highWatermark"] = partition.HighWatermark;
        }

        return json;
    }

    private static JsonArray ForgottenTopics(ref FetchRequestReader request, short version)
    {
        JsonArray topics = [];
        while (request.NextForgottenTopic())
        {
            JsonArray partitions = [];
            for (int index = 0; index < request.ForgottenPartitions.Count; index++)
            {
                partitions.Add(request.ForgottenPartitions[index]);
            }

            JsonObject topic = Topic("topic", version >= 13, request.TopicName, request.TopicId);
            topic["partitions"] = partitions;
            topics.Add(topic);
        }

        return topics;
    }

    private static JsonObject Partition(in FetchResponseReader response, short version)
    {
        FetchedPartition partition = response.Partition;
        JsonObject json = new()
        {
            ["partitionIndex"] = partition.Index,
            ["errorCode"] = (short)partition.ErrorCode,
            ["highWatermark"] = partition.HighWatermark,
            ["lastStableOffset"] = partition.LastStableOffset,
        };
        if (version >= 5)
        {
            json["logStartOffset"] = partition.LogStartOffset;
        }

        if (partition.DivergingEpoch != EpochEndOffset.None)
        {
            json["divergingEpoch"] = new JsonObject
            {
                ["epoch"] = partition.DivergingEpoch.Epoch, ["endOffset"] = partition.DivergingEpoch.EndOffset,
            };
        }

        AddLeader(json, partition.CurrentLeader);
        if (partition.SnapshotId != SnapshotId.None)
        {
            json["snapshotId"] = new JsonObject
            {
                ["endOffset"] = partition.SnapshotId.EndOffset, ["epoch"] = partition.SnapshotId.Epoch,
            };
        }

        json["abortedTransactions"] = Aborted(response.AbortedTransactions);
        if (version >= 11)
        {
            json["preferredReadReplica"] = partition.PreferredReadReplica;
        }

        AddRecords(json, response.HasRecords, response.Records.Length);
        return json;
    }

    private static JsonArray? Aborted(AbortedTransactionList list)
    {
        if (list.Count < 0)
        {
            return null;
        }

        JsonArray transactions = [];
        while (list.Next())
        {
            transactions.Add(new JsonObject
            {
                ["producerId"] = list.Current.ProducerId, ["firstOffset"] = list.Current.FirstOffset,
            });
        }

        Assert.Equal(list.Count, transactions.Count);
        return transactions;
    }

    private static JsonObject Topic(string nameField, bool hasId, ReadOnlySpan<byte> name, Uuid id)
    {
        if (hasId)
        {
            Assert.True(name.IsEmpty);
            return new JsonObject { ["topicId"] = id.ToString() };
        }

        Assert.Equal(Uuid.Zero, id);
        return new JsonObject { [nameField] = Encoding.UTF8.GetString(name) };
    }

    private static void AddRecords(JsonObject json, bool hasRecords, int size)
    {
        if (hasRecords)
        {
            json["recordsSizeInBytes"] = size;
        }
        else
        {
            json["records"] = null;
        }
    }

    private static void AddLeader(JsonObject json, LeaderIdAndEpoch leader)
    {
        if (leader != LeaderIdAndEpoch.None)
        {
            json["currentLeader"] = new JsonObject
            {
                ["leaderId"] = leader.LeaderId, ["leaderEpoch"] = leader.LeaderEpoch,
            };
        }
    }

    private static void AddEndpoints(JsonObject json, NodeEndpointList list)
    {
        JsonArray endpoints = [];
        while (list.Next())
        {
            endpoints.Add(new JsonObject
            {
                ["nodeId"] = list.NodeId,
                ["host"] = Encoding.UTF8.GetString(list.Host),
                ["port"] = list.Port,
                ["rack"] = list.Rack.ToText(),
            });
        }

        Assert.Equal(list.Count, endpoints.Count);
        if (endpoints.Count > 0)
        {
            json["nodeEndpoints"] = endpoints;
        }
    }
}
