using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Wire;

namespace Millrace.Broker;

/// <summary>
/// Reads records for consumers: finds the session and the partitions of a request, and hands them to a <see
/// cref="FetchCall"/>.
/// </summary>
public sealed class FetchHandler : IRequestHandler
{
    internal const short FirstWithTopicIds = 13;
    private const short FirstWithZstd = 10;

    private readonly PartitionTable partitions;
    private readonly IAuthorizer authorizer;
    private readonly int maxBytes;

    /// <param name="partitions">What can be read.</param>
    /// <param name="authorizer">By whom.</param>
    /// <param name="maxBytes"><c>fetch.max.bytes</c>.</param>
    public FetchHandler(PartitionTable partitions, IAuthorizer authorizer, int maxBytes)
    {
        this.partitions = partitions;
        this.authorizer = authorizer;
        this.maxBytes = maxBytes;
    }

    public ApiKey ApiKey => ApiKey.Fetch;

    public DecodeError Begin(BrokerReactor reactor, in RequestView request)
    {
        FetchRequestReader fetch = new(request.Body, request.Version);
        if (fetch.Error.IsError)
        {
            return fetch.Error;
        }

        FetchCall call = reactor.Fetches.Take();
        int cut = Math.Clamp(fetch.MaxBytes, 0, maxBytes);
        call.Begin(request.Slot, new FetchTerms(
            request.Version,
            request.CorrelationId,
            fetch.ReplicaId,
            fetch.MaxWaitMs,
            Math.Min(fetch.MinBytes, cut),
            cut,
            fetch.IsolationLevel == 1 && fetch.ReplicaId < 0));
        ErrorCode error = fetch.SessionEpoch is FetchSession.InitialEpoch or FetchSession.FinalEpoch
            ? TakeFull(reactor, request, call, ref fetch)
            : TakeIncremental(reactor, request, call, ref fetch);
        if (error == ErrorCode.None)
        {
            call.Start();
        }
        else
        {
            call.Refuse(error);
        }

        return default;
    }

    /// <summary>
    /// A request that names all its partitions: it ends the session that it names, and may begin one.
    /// </summary>
    private ErrorCode TakeFull(
        BrokerReactor reactor, in RequestView request, FetchCall call, scoped ref FetchRequestReader fetch)
    {
        if (fetch.SessionId != 0)
        {
            reactor.Sessions.Remove(fetch.SessionId);
        }

        if (fetch.SessionEpoch == FetchSession.InitialEpoch)
        {
            call.WishForSession();
        }

        AddAsked(request, call, ref fetch);
        return ErrorCode.None;
    }

    private void AddAsked(in RequestView request, FetchCall call, scoped ref FetchRequestReader fetch)
    {
        while (fetch.NextTopic())
        {
            ErrorCode error = FindTopic(
                request, fetch.ReplicaId, fetch.TopicName, fetch.TopicId, out TopicEntry? topic);
            while (fetch.NextPartition())
            {
                FetchPartition asked = fetch.Partition;
                ErrorCode refusal = FindPartition(error, topic, asked.Index, out Partition? partition);
                call.Add(fetch.TopicName, fetch.TopicId, asked, partition, refusal, remembered: null);
            }
        }
    }

    /// <summary>A request that tells only what is other than before.</summary>
    private ErrorCode TakeIncremental(
        BrokerReactor reactor, in RequestView request, FetchCall call, scoped ref FetchRequestReader fetch)
    {
        FetchSession? session = reactor.Sessions.Find(fetch.SessionId);
        if (session is null)
        {
            return ErrorCode.FetchSessionIdNotFound;
        }

        if (session.Epoch != fetch.SessionEpoch)
        {
            return ErrorCode.InvalidFetchSessionEpoch;
        }

        if (session.UsesTopicIds != request.Version >= FirstWithTopicIds)
        {
            return ErrorCode.FetchSessionTopicIdError;
        }

        int epoch = fetch.SessionEpoch;
        Update(session, ref fetch);
        if (session.Partitions.Count == 0)
        {
            reactor.Sessions.Remove(session.Id);
            return ErrorCode.None;
        }

        session.LastUsedMs = reactor.NowMs;
        session.Epoch = FetchSession.NextEpoch(session.Epoch);
        call.GoBy(session, epoch);
        AddRemembered(request, call, session, fetch.ReplicaId);
        return ErrorCode.None;
    }

    private void AddRemembered(in RequestView request, FetchCall call, FetchSession session, int replicaId)
    {
        ErrorCode error = ErrorCode.None;
        TopicEntry? topic = null;
        SessionPartition? last = null;
        for (SessionPartition? each = session.Partitions.First; each is not null; each = each.Next)
        {
            bool isSameTopic = last is not null
                && last.TopicId == each.TopicId && last.Name.AsSpan().SequenceEqual(each.Name);
            if (!isSameTopic)
            {
                error = FindTopic(request, replicaId, each.Name, each.TopicId, out topic);
            }

            last = each;
            ErrorCode refusal = FindPartition(error, topic, each.Index, out Partition? partition);
            call.Add(each.Name, each.TopicId, each.Request, partition, refusal, each);
        }
    }

    private void Update(FetchSession session, scoped ref FetchRequestReader fetch)
    {
        SessionPartitions known = session.Partitions;
        while (fetch.NextTopic())
        {
            byte[]? shared = !fetch.TopicName.IsEmpty && partitions.TryFind(fetch.TopicName, out TopicEntry? topic)
                ? topic.Utf8Name
                : null;
            while (fetch.NextPartition())
            {
                FetchPartition asked = fetch.Partition;
                SessionPartition partition = known.Find(fetch.TopicName, fetch.TopicId, asked.Index)
                    ?? known.Add(fetch.TopicName, shared, fetch.TopicId, asked.Index);
                partition.Request = asked;
            }
        }

        while (fetch.NextForgottenTopic())
        {
            Int32List forgotten = fetch.ForgottenPartitions;
            for (int index = 0; index < forgotten.Count; index++)
            {
                if (known.Find(fetch.TopicName, fetch.TopicId, forgotten[index]) is { } partition)
                {
                    known.Remove(partition);
                }
            }
        }
    }

    private ErrorCode FindTopic(
        in RequestView request, int replicaId, ReadOnlySpan<byte> name, Uuid id, out TopicEntry? topic)
    {
        bool byId = request.Version >= FirstWithTopicIds;
        bool found = byId ? partitions.TryFind(id, out topic) : partitions.TryFind(name, out topic);
        if (byId && !found)
        {
            return ErrorCode.UnknownTopicId;
        }

        if (!MayRead(request, replicaId, found ? topic!.Utf8Name : name))
        {
            return ErrorCode.TopicAuthorizationFailed;
        }

        if (!found)
        {
            return ErrorCode.UnknownTopicOrPartition;
        }

        return topic!.Config.Compression == TopicCompression.Zstd && request.Version < FirstWithZstd
            ? ErrorCode.UnsupportedCompressionType
            : ErrorCode.None;
    }

    private bool MayRead(in RequestView request, int replicaId, ReadOnlySpan<byte> name) => replicaId >= 0
        ? authorizer.Allows(
            request.Connection.Session,
            AclOperation.ClusterAction,
            AclResourceType.Cluster,
            IAuthorizer.ClusterName)
        : authorizer.Allows(request.Connection.Session, AclOperation.Read, AclResourceType.Topic, name);

    private static ErrorCode FindPartition(ErrorCode error, TopicEntry? topic, int index, out Partition? partition)
    {
        partition = error == ErrorCode.None ? topic!.Find(index) : null;
        return partition is null && error == ErrorCode.None ? ErrorCode.UnknownTopicOrPartition : error;
    }
}
