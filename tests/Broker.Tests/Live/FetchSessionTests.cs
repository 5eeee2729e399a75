using Millrace.Protocol;
using Millrace.Protocol.Messages;
using static Millrace.Broker.Tests.Live.Requests;

namespace Millrace.Broker.Tests.Live;

public sealed class FetchSessionTests
{
    [Theory]
    [InlineData((short)7)]
    [InlineData((short)12)]
    [InlineData((short)17)]
    public void An_incremental_fetch_tells_only_what_is_new(short version)
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders", partitions: 2);
        using WireClient client = broker.Connect();
        client.ProduceTo(topic, Batch(2), partition: 1);
        FetchRequest first = Fetch(topic, 0, sessionEpoch: 0);
        first.Topics[0].Partitions =
        [
            first.Topics[0].Partitions[0],
            new() { Partition = 1, FetchOffset = 0, PartitionMaxBytes = 1000 },
        ];
        FetchResponse begun = client.Ask<FetchResponse>(ApiKey.Fetch, version, first);
        Assert.NotEqual(0, begun.SessionId);
        Assert.Equal(2, begun.Responses[0].Partitions.Length);

        FetchRequest next = Fetch(topic, 2, sessionId: begun.SessionId, sessionEpoch: 1, partition: 1);
        FetchResponse nothing = client.Ask<FetchResponse>(ApiKey.Fetch, version, next);
        Assert.Equal((0, begun.SessionId, 0), ((int)nothing.ErrorCode, nothing.SessionId, nothing.Responses.Length));

        client.ProduceTo(topic, Batch(1), partition: 0);
        FetchRequest empty = new()
        {
            MaxBytes = 1_000_000, MinBytes = 1, SessionId = begun.SessionId, SessionEpoch = 2,
        };
        FetchResponse news = client.Ask<FetchResponse>(ApiKey.Fetch, version, empty);
        FetchResponse.PartitionData told = Assert.Single(Assert.Single(news.Responses).Partitions);
        Assert.Equal((0, 1), (told.PartitionIndex, Read(told.Records).Count));
    }

    [Fact]
    public void Forgotten_partitions_are_not_told_any_more_and_the_last_one_ends_the_session()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders", partitions: 2);
        using WireClient client = broker.Connect();
        FetchRequest first = Fetch(topic, 0, sessionEpoch: 0);
        first.Topics[0].Partitions =
        [
            first.Topics[0].Partitions[0],
            new() { Partition = 1, FetchOffset = 0, PartitionMaxBytes = 1000 },
        ];
        int session = client.Ask<FetchResponse>(ApiKey.Fetch, 17, first).SessionId;
        client.ProduceTo(topic, Batch(), partition: 1);
        FetchResponse answer = client.Ask<FetchResponse>(ApiKey.Fetch, 17, Forget(topic, session, 1, 1));
        Assert.Empty(answer.Responses);
        answer = client.Ask<FetchResponse>(ApiKey.Fetch, 17, Forget(topic, session, 2, 0));
        Assert.Equal((0, 0), ((int)answer.ErrorCode, answer.SessionId));
        Assert.Equal(0, broker.Ask(() => broker.Reactors[0].Sessions.Count));
    }

    [Fact]
    public void Wrong_ids_epochs_and_versions_have_errors_of_their_own()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        int session = client.Ask<FetchResponse>(ApiKey.Fetch, 17, Fetch(topic, 0, sessionEpoch: 0)).SessionId;
        Assert.Equal(ErrorCode.FetchSessionIdNotFound, Error(client, topic, 17, session + 1, 1));
        Assert.Equal(ErrorCode.InvalidFetchSessionEpoch, Error(client, topic, 17, session, 2));
        Assert.Equal(ErrorCode.FetchSessionTopicIdError, Error(client, topic, 12, session, 1));
        Assert.Equal(ErrorCode.None, Error(client, topic, 17, session, 1));
    }

    [Fact]
    public void A_full_fetch_ends_the_session_that_it_names()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        int session = client.Ask<FetchResponse>(ApiKey.Fetch, 17, Fetch(topic, 0, sessionEpoch: 0)).SessionId;
        FetchResponse ended = client.Ask<FetchResponse>(
            ApiKey.Fetch, 17, Fetch(topic, 0, sessionId: session, sessionEpoch: -1));
        Assert.Equal((0, 0, 1), ((int)ended.ErrorCode, ended.SessionId, ended.Responses.Length));
        Assert.Equal(ErrorCode.FetchSessionIdNotFound, Error(client, topic, 17, session, 1));
    }

    [Fact]
    public void Without_a_free_slot_a_client_goes_on_without_a_session()
    {
        using LiveBroker broker = new(fetchSessions: 1);
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        Assert.NotEqual(0, client.Ask<FetchResponse>(ApiKey.Fetch, 17, Fetch(topic, 0, sessionEpoch: 0)).SessionId);
        FetchResponse second = client.Ask<FetchResponse>(ApiKey.Fetch, 17, Fetch(topic, 0, sessionEpoch: 0));
        Assert.Equal((0, 0, 1), ((int)second.ErrorCode, second.SessionId, second.Responses.Length));
    }

    [Fact]
    public void An_answer_that_a_newer_request_has_overtaken_is_an_invalid_epoch()
    {
        using LiveBroker broker = new();
        TopicEntry topic = broker.AddTopic("orders");
        using WireClient client = broker.Connect();
        int session = client.Ask<FetchResponse>(ApiKey.Fetch, 17, Fetch(topic, 0, sessionEpoch: 0)).SessionId;
        int waiting = client.Send(
            ApiKey.Fetch, 17, Fetch(topic, 0, maxWaitMs: int.MaxValue, sessionId: session, sessionEpoch: 1));
        int newer = client.Send(
            ApiKey.Fetch, 17, Fetch(topic, 0, maxWaitMs: int.MaxValue, sessionId: session, sessionEpoch: 2));
        broker.Until(() => broker.Reactors[0].Waiting.Count == 2);
        using WireClient producer = broker.Connect();
        producer.ProduceTo(topic, Batch());
        FetchResponse overtaken = client.Receive<FetchResponse>(ApiKey.Fetch, 17, waiting);
        Assert.Equal(
            (Code(ErrorCode.InvalidFetchSessionEpoch), session, 0),
            (overtaken.ErrorCode, overtaken.SessionId, overtaken.Responses.Length));
        Assert.Single(client.Receive<FetchResponse>(ApiKey.Fetch, 17, newer).Responses);
    }

    [Theory]
    [InlineData(0, 100, false, false)]
    [InlineData(0, 10, true, true)]
    [InlineData(130_000, 5, false, true)]
    public void A_full_cache_makes_room_by_Kafkas_rules(long ageMs, int partitions, bool privileged, bool makesRoom)
    {
        FetchSessions sessions = new(slots: 1, shard: 0, new Random(1));
        FetchSession old = sessions.TryAdd(10, usesTopicIds: true, isPrivileged: false, nowMs: 0)!;
        for (int index = 0; index < 10; index++)
        {
            old.Partitions.Add([], [], new Base.Uuid(1, 1), index);
        }

        Assert.Equal(makesRoom, sessions.TryAdd(partitions, true, privileged, ageMs) is not null);
        Assert.Equal(makesRoom ? 1 : 0, sessions.EvictionCount);
        Assert.Equal(1, sessions.Count);
    }

    [Fact]
    public void The_partitions_of_a_session_keep_their_order_through_changes()
    {
        SessionPartitions partitions = new();
        List<int> expected = [];
        Random random = new(3);
        for (int step = 0; step < 2000; step++)
        {
            int index = random.Next(100);
            SessionPartition? found = partitions.Find("t"u8, default, index);
            Assert.Equal(expected.Contains(index), found is not null);
            if (found is null)
            {
                partitions.Add("t"u8, null, default, index);
                expected.Add(index);
            }
            else
            {
                expected.Remove(index);
                if (step % 2 == 0)
                {
                    partitions.Remove(found);
                }
                else
                {
                    partitions.MoveToEnd(found);
                    expected.Add(index);
                }
            }

            List<int> order = [];
            for (SessionPartition? each = partitions.First; each is not null; each = each.Next)
            {
                order.Add(each.Index);
            }

            Assert.Equal(expected, order);
            Assert.Equal(expected.Count, partitions.Count);
        }
    }

    private static ErrorCode Error(WireClient client, TopicEntry topic, short version, int session, int epoch) =>
        (ErrorCode)client.Ask<FetchResponse>(
            ApiKey.Fetch, version, Fetch(topic, 0, sessionId: session, sessionEpoch: epoch)).ErrorCode;

    private static FetchRequest Forget(TopicEntry topic, int session, int epoch, int partition) => new()
    {
        MaxBytes = 1_000_000,
        SessionId = session,
        SessionEpoch = epoch,
        ForgottenTopicsData =
        [
            new FetchRequest.ForgottenTopic { Topic = topic.Name, TopicId = topic.Id, Partitions = [partition] },
        ],
    };
}
