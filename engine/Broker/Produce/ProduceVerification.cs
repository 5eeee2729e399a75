using System.Text;
using Millrace.Base;
using Millrace.Network;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Wire;
using Millrace.Storage;
using Partitions = Millrace.Protocol.Messages.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
using Transaction = Millrace.Protocol.Messages.AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction;
using TransactionResult = Millrace.Protocol.Messages.AddPartitionsToTxnResponse.AddPartitionsToTxnResult;

namespace Millrace.Broker;

/// <summary>
/// A Produce request that begins a transaction on some partition, until the coordinator has said that it may (KIP-890).
/// Its frame is kept aside, and its connection is given no further request meanwhile, so that the order of its batches
/// stays. Belongs to a <see cref="ProduceCall"/>, which uses it again; reactor thread.
/// </summary>
internal sealed class ProduceVerification
{
    private readonly ProduceCall call;
    private readonly List<Proof> proofs = [];
    private OwnedBuffer kept;
    private int bodyLength;
    private int clientIdLength;
    private ProduceHandler handler = null!;
    private ResponseSlot slot = null!;
    private TransactionalSender sender;
    private short version;
    private int correlationId;
    private int round;
    private long beganMs;

    public ProduceVerification(ProduceCall call) => this.call = call;

    /// <summary>Whether the request waits for the coordinator.</summary>
    public bool IsWaiting { get; private set; }

    private BrokerReactor Reactor => call.Reactor;

    private TransactionGate Gate => handler.Transactions;

    private TransactionClient Client => TransactionClients.OfProduce(version);

    /// <summary>The request as it was received; its body may be changed in place.</summary>
    private RequestView Request => new()
    {
        ApiKey = ApiKey.Produce,
        Version = version,
        CorrelationId = correlationId,
        ClientId = clientIdLength < 0 ? default : new NullableUtf8(kept.Span.Slice(bodyLength, clientIdLength)),
        Body = kept.Span[..bodyLength],
        Connection = slot.Connection,
        Slot = slot,
    };

    /// <summary>
    /// What became of one partition of the request, by its place in it; a refusal is what the client is to be told.
    /// </summary>
    public Proof ProofOf(int place) => place < proofs.Count ? proofs[place] : default;

    /// <summary>
    /// Has the coordinator asked about the partitions where the transaction is not open yet.
    /// </summary>
    /// <returns>False where there is none: the request goes on at once.</returns>
    public bool TryBegin(ProduceHandler handler, in RequestView request, in TransactionalSender sender)
    {
        this.handler = handler;
        this.sender = sender;
        version = request.Version;
        proofs.Clear();
        List<Partitions>? asked = handler.Collect(request, sender, Reactor.Clock.WallMs, proofs);
        if (asked is null)
        {
            return false;
        }

        slot = request.Slot;
        correlationId = request.CorrelationId;
        beganMs = Reactor.NowMs;
        Keep(request);
        slot.Connection.Mute();
        Ask(asked);
        return true;
    }

    /// <summary>
    /// The coordinator did not answer in time, or will not any more: as with a broken connection to it.
    /// </summary>
    public void GiveUp() => Take(ErrorCode.NetworkException, null);

    /// <summary>The request is written or refused: its frame goes.</summary>
    public void Release()
    {
        kept.Return();
        kept = default;
        proofs.Clear();
        slot = null!;
    }

    private void Keep(in RequestView request)
    {
        bodyLength = request.Body.Length;
        clientIdLength = request.ClientId.HasValue ? request.ClientId.Bytes.Length : -1;
        kept = Reactor.Memory.Rent(bodyLength + Math.Max(clientIdLength, 0));
        request.Body.CopyTo(kept.Span);
        request.ClientId.Bytes.CopyTo(kept.Span[bodyLength..]);
    }

    private void Ask(List<Partitions> asked)
    {
        int mine = ++round;
        IsWaiting = true;
        call.AwaitVerification(Gate.TimeoutMs);
        Transaction transaction = new()
        {
            TransactionalId = new ProduceRequestReader(kept.Span[..bodyLength], version).TransactionalId.ToText()!,
            ProducerId = sender.ProducerId,
            ProducerEpoch = sender.Epoch,
            VerifyOnly = Client != TransactionClient.RaisesEpoch,
            Topics = [.. asked],
        };
        Gate.Verifier.AddOrVerify(
            transaction, (error, result) => Reactor.Post(new Verdict(this, mine, error, result)));
    }

    private void Take(ErrorCode error, TransactionResult? result)
    {
        round++;
        IsWaiting = false;
        call.EndVerificationWait();
        bool isConcurrent = false;
        for (int place = 0; place < proofs.Count; place++)
        {
            Proof proof = proofs[place];
            if (!proof.Guard.IsNone)
            {
                ErrorCode told = error != ErrorCode.None
                    ? TransactionClients.OfRequest(error)
                    : Client.OfPartition(ErrorOf(result!, proof.Topic!, proof.Partition));
                proofs[place] = proof with { Error = told };
                isConcurrent |= told == ErrorCode.ConcurrentTransactions;
            }
        }

        long backoffMaxMs = Math.Min(Gate.RetryBackoffMaxMs, Gate.TimeoutMs);
        if (isConcurrent && Client == TransactionClient.RaisesEpoch && Reactor.NowMs - beganMs < backoffMaxMs)
        {
            // The markers of the transaction before are on their way: a client cannot know when they are there.
            IsWaiting = true;
            call.AwaitVerification(Gate.TimeoutMs);
            int mine = round;
            string id = new ProduceRequestReader(kept.Span[..bodyLength], version).TransactionalId.ToText()!;
            Gate.Verifier.AwaitEnd(id, Gate.RetryBackoffMs, () => Reactor.Post(new Ended(this, mine)));
            return;
        }

        GoOn();
    }

    private void AskAgain()
    {
        IsWaiting = false;
        call.EndVerificationWait();
        proofs.Clear();
        List<Partitions>? asked = handler.Collect(Request, sender, Reactor.Clock.WallMs, proofs);
        if (asked is null)
        {
            GoOn();
        }
        else
        {
            Ask(asked);
        }
    }

    private void GoOn()
    {
        slot.Connection.Unmute();
        handler.Append(call, Request);
    }

    private static ErrorCode ErrorOf(TransactionResult result, string topic, int partition)
    {
        foreach (AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult one in result.TopicResults)
        {
            if (one.Name == topic)
            {
                foreach (AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult answer in one.ResultsByPartition)
                {
                    if (answer.PartitionIndex == partition)
                    {
                        return (ErrorCode)answer.PartitionErrorCode;
                    }
                }
            }
        }

        return ErrorCode.None;
    }

    /// <summary>What a partition of the request has to show for itself.</summary>
    /// <param name="Guard">Of the verification; none where none is needed.</param>
    /// <param name="Error">Why it cannot be appended.</param>
    /// <param name="Topic">Its topic, where it is verified.</param>
    /// <param name="Partition">Its number.</param>
    internal readonly record struct Proof(VerificationGuard Guard, ErrorCode Error, string? Topic, int Partition)
    {
        /// <summary>
        /// The error and the text that the client is told. Older clients do not all try again after a coordinator's
        /// retriable errors, but do after NOT_ENOUGH_REPLICAS, and without fetching metadata.
        /// </summary>
        public ErrorCode Tell(TransactionClient client, out byte[]? message)
        {
            bool isRetried = Error
                is ErrorCode.NetworkException or ErrorCode.CoordinatorLoadInProgress
                or ErrorCode.CoordinatorNotAvailable or ErrorCode.NotCoordinator
                || (Error == ErrorCode.ConcurrentTransactions && client != TransactionClient.RaisesEpoch);
            string? text = Error == ErrorCode.InvalidTxnState ? "Partition was not added to the transaction"
                : isRetried ? "Unable to verify the partition has been added to the transaction. Underlying error: "
                    + ErrorFacts.Of(Error).Name
                : null;
            message = text is null ? null : Encoding.UTF8.GetBytes(text);
            return isRetried ? ErrorCode.NotEnoughReplicas : Error;
        }
    }

    private sealed class Verdict(
        ProduceVerification verification, int round, ErrorCode error, TransactionResult? result) : WorkItem
    {
        protected override void Run(Reactor reactor)
        {
            // A late answer finds another round, or another request.
            if (verification.round == round)
            {
                verification.Take(error, result);
            }
        }
    }

    private sealed class Ended(ProduceVerification verification, int round) : WorkItem
    {
        protected override void Run(Reactor reactor)
        {
            // The request may have been given up meanwhile, and another one be here.
            if (verification.round == round && verification.IsWaiting)
            {
                verification.AskAgain();
            }
        }
    }
}
