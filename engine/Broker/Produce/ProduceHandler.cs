using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Records;
using Millrace.Protocol.Wire;
using Millrace.Storage;

namespace Millrace.Broker;

/// <summary>
/// Appends records to partitions that this broker leads; see <see cref="ProduceCall"/> for what follows.
/// </summary>
public sealed partial class ProduceHandler : IRequestHandler
{
    private readonly PartitionTable partitions;
    private readonly IAuthorizer authorizer;

    /// <param name="partitions">Where partitions are found.</param>
    /// <param name="authorizer">Who may write what.</param>
    /// <param name="transactions">What a transaction has to pass before it begins on a partition.</param>
    public ProduceHandler(PartitionTable partitions, IAuthorizer authorizer, TransactionGate transactions)
    {
        this.partitions = partitions;
        this.authorizer = authorizer;
        Transactions = transactions;
    }

    public ApiKey ApiKey => ApiKey.Produce;

    internal TransactionGate Transactions { get; }

    /// <summary>Kafka's own tools write to internal topics under this client id, and nobody else.</summary>
    private static ReadOnlySpan<byte> AdminClientId => "__admin_client"u8;

    public DecodeError Begin(BrokerReactor reactor, in RequestView request)
    {
        ProduceRequestReader produce = new(request.Body, request.Version);
        if (produce.Error.IsError)
        {
            return produce.Error;
        }

        ProduceCall call = reactor.Produces.Take();
        call.Begin(request, produce.Acks, produce.TimeoutMs);
        TransactionalSender sender = TransactionalSender.Of(produce);
        ErrorCode refusal = CheckSender(request, produce, sender);
        if (refusal == ErrorCode.None
            && sender.IsPresent
            && NeedsVerification(request, produce)
            && call.Verification.TryBegin(this, request, sender))
        {
            return default;
        }

        Append(call, request, refusal);
        return default;
    }

    /// <summary>
    /// Appends what the request carries and leaves the rest to the end of the turn: now, or once its transaction is
    /// verified.
    /// </summary>
    internal void Append(ProduceCall call, in RequestView request, ErrorCode refusal = ErrorCode.None)
    {
        ProduceRequestReader produce = new(request.Body, request.Version);
        int place = 0;
        while (produce.NextTopic())
        {
            TopicEntry? topic = null;
            ErrorCode error = refusal == ErrorCode.None ? FindTopic(request, ref produce, out topic) : refusal;
            call.AddTopic(produce.TopicName, produce.TopicId);
            while (produce.NextPartition())
            {
                ref ProduceItem item = ref call.AddItem(produce.Index);
                Append(call, request, ref produce, error, topic, place++, ref item);
            }
        }

        call.Reactor.Produces.AddToTurn(call);
    }

    /// <summary>
    /// One transactional batch makes the whole request one, which has to name a transactional id that its sender may
    /// use, and one producer.
    /// </summary>
    private ErrorCode CheckSender(
        in RequestView request, scoped in ProduceRequestReader produce, in TransactionalSender sender)
    {
        if (!sender.IsPresent)
        {
            return ErrorCode.None;
        }

        NullableUtf8 id = produce.TransactionalId;
        bool isAllowed = id.HasValue && authorizer.Allows(
            request.Connection.Session, AclOperation.Write, AclResourceType.TransactionalId, id.Bytes);
        return !isAllowed ? ErrorCode.TransactionalIdAuthorizationFailed
            : sender.IsMixed ? ErrorCode.InvalidProducerIdMapping
            : ErrorCode.None;
    }

    private ErrorCode FindTopic(
        in RequestView request, scoped ref ProduceRequestReader produce, out TopicEntry? topic)
    {
        bool byId = request.Version >= 13;
        bool found = byId
            ? partitions.TryFind(produce.TopicId, out topic)
            : partitions.TryFind(produce.TopicName, out topic);
        if (byId && !found)
        {
            return ErrorCode.UnknownTopicId;
        }

        // Asked before it is said whether the topic exists: what one may not write to, one does not learn of.
        ReadOnlySpan<byte> name = found ? topic!.Utf8Name : produce.TopicName;
        if (!authorizer.Allows(request.Connection.Session, AclOperation.Write, AclResourceType.Topic, name))
        {
            return ErrorCode.TopicAuthorizationFailed;
        }

        return found ? ErrorCode.None : ErrorCode.UnknownTopicOrPartition;
    }

    private unsafe void Append(
        ProduceCall call,
        in RequestView request,
        scoped ref ProduceRequestReader produce,
        ErrorCode topicError,
        TopicEntry? topic,
        int place,
        scoped ref ProduceItem item)
    {
        item.Error = Check(request, produce, topicError, topic, out item.Partition);
        if (item.Error != ErrorCode.None)
        {
            return;
        }

        RecordFault fault = BatchValidator.CheckProduceVersion(produce.Records, request.Version);
        if (fault != RecordFault.None)
        {
            item.Fail(fault.ToErrorCode());
            string? text = FaultMessage.OfWalk(produce.Records);
            item.Refusal = text is null ? null : new ProduceRefusal(Encoding.UTF8.GetBytes(text), []);
            return;
        }

        ProduceVerification.Proof proof = call.Verification.ProofOf(place);
        if (proof.Error != ErrorCode.None)
        {
            item.Fail(proof.Tell(TransactionClients.OfProduce(request.Version), out byte[]? message));
            item.Refusal = message is null ? null : new ProduceRefusal(message, []);
            return;
        }

        BrokerReactor reactor = call.Reactor;
        long nowMs = reactor.Clock.WallMs;
        byte* start = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(request.Body)) + produce.RecordsPosition;
        AppendResult result = item.Partition!.AppendAsLeader(
            reactor.Appender,
            start,
            produce.Records.Length,
            produce.Acks,
            topic!.Config.MinInsyncReplicas,
            nowMs,
            new TransactionProof(Transactions.Verifies, proof.Guard),
            out item.Log);
        Take(reactor, result, nowMs, ref item);
    }

    /// <summary>What is wrong with one partition of a request, before its records are looked at.</summary>
    private static ErrorCode Check(
        in RequestView request,
        scoped in ProduceRequestReader produce,
        ErrorCode topicError,
        TopicEntry? topic,
        out Partition? partition)
    {
        partition = null;
        ErrorCode error = topicError != ErrorCode.None ? topicError : ErrorOf(request, produce.Acks, topic!);
        if (error != ErrorCode.None)
        {
            return error;
        }

        partition = topic!.Find(produce.Index);
        return partition is null ? ErrorCode.UnknownTopicOrPartition : ErrorCode.None;
    }

    private static ErrorCode ErrorOf(in RequestView request, short acks, TopicEntry topic)
    {
        if (acks is < -1 or > 1)
        {
            return ErrorCode.InvalidRequiredAcks;
        }

        return topic.IsInternal && !request.ClientId.Bytes.SequenceEqual(AdminClientId)
            ? ErrorCode.InvalidTopicException
            : ErrorCode.None;
    }

    private static void Take(BrokerReactor reactor, in AppendResult result, long nowMs, scoped ref ProduceItem item)
    {
        if (result.Error != ErrorCode.None)
        {
            item.Fail(result.Error, TellsLogStart(result.Error) ? result.LogStartOffset : -1);
            item.Refusal = RefusalOf(reactor.Appender, result, nowMs, item.Partition!);
            return;
        }

        item.Ticket = result.Ticket;
        item.BaseOffset = result.FirstOffset;
        item.LogAppendTimeMs = result.LogAppendTimeMs;
        item.LogStartOffset = result.LogStartOffset;
        item.RequiredOffset = result.LastOffset + 1;
    }

    /// <summary>Beside the errors that Kafka expects it leaves the log's start out (ReplicaManager).</summary>
    private static bool TellsLogStart(ErrorCode error) => error is not (
        ErrorCode.UnknownTopicOrPartition or ErrorCode.NotLeaderOrFollower or ErrorCode.MessageTooLarge
        or ErrorCode.RecordListTooLarge or ErrorCode.CorruptMessage or ErrorCode.KafkaStorageError);

    private static ProduceRefusal? RefusalOf(
        LogAppender appender, in AppendResult result, long nowMs, Partition partition)
    {
        string? message = FaultMessage.OfRejections(result.Fault, appender.Rejections.Count);
        if (message is null || partition.Log is not { } log)
        {
            return null;
        }

        AppendRules rules = log.Config.RulesFor(AppendOrigin.Client);
        string name = $"{partition.Topic}-{partition.Index}";
        RecordError[] records = new RecordError[appender.Rejections.Count];
        for (int index = 0; index < records.Length; index++)
        {
            RecordRejection rejection = appender.Rejections[index];
            records[index] = new RecordError(
                rejection.Index, Encoding.UTF8.GetBytes(rejection.Message(name, rules, nowMs)));
        }

        return new ProduceRefusal(Encoding.UTF8.GetBytes(message), records);
    }
}
