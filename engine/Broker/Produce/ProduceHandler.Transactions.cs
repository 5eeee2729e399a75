using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;
using Millrace.Protocol.Wire;
using Millrace.Storage;

namespace Millrace.Broker;

/// <content>Which partitions of a request begin a transaction, and need their coordinator's word.</content>
public sealed partial class ProduceHandler
{
    /// <summary>
    /// Kafka asks for clients of transaction version 2 whatever the config says, as nobody else adds their partitions.
    /// </summary>
    private bool NeedsVerification(in RequestView request, scoped in ProduceRequestReader produce) =>
        produce.Acks is >= -1 and <= 1
        && (Transactions.Verifies
            || TransactionClients.OfProduce(request.Version) == TransactionClient.RaisesEpoch);

    /// <summary>Begins the verification of every partition that the request may begin a transaction on.</summary>
    /// <param name="request">The request.</param>
    /// <param name="sender">Whose transaction.</param>
    /// <param name="nowMs">Wall clock.</param>
    /// <param name="proofs">Gets one for each partition, in the order of the request.</param>
    /// <returns>The partitions that the coordinator has to be asked about; null where there is none.</returns>
    internal List<AddPartitionsToTxnRequest.AddPartitionsToTxnTopic>? Collect(
        in RequestView request, in TransactionalSender sender, long nowMs, List<ProduceVerification.Proof> proofs)
    {
        List<AddPartitionsToTxnRequest.AddPartitionsToTxnTopic>? asked = null;
        ProduceRequestReader produce = new(request.Body, request.Version);
        while (produce.NextTopic())
        {
            ErrorCode error = FindTopic(request, ref produce, out TopicEntry? topic);
            while (produce.NextPartition())
            {
                ProduceVerification.Proof proof = default;
                if (Check(request, produce, error, topic, out Partition? partition) == ErrorCode.None
                    && BatchValidator.CheckProduceVersion(produce.Records, request.Version) == RecordFault.None
                    && TransactionalSender.TryGetFirstSequence(produce.Records, out int firstSequence))
                {
                    proof = Begin(partition!, request.Version, sender, firstSequence, nowMs);
                    if (!proof.Guard.IsNone)
                    {
                        Add(asked ??= [], proof);
                    }
                }

                proofs.Add(proof);
            }
        }

        return asked;
    }

    private static ProduceVerification.Proof Begin(
        Partition partition, short version, in TransactionalSender sender, int firstSequence, long nowMs)
    {
        ErrorCode error = partition.BeginVerification(
            sender.ProducerId,
            sender.Epoch,
            firstSequence,
            TransactionClients.OfProduce(version) == TransactionClient.RaisesEpoch,
            nowMs,
            out VerificationGuard guard);
        return new ProduceVerification.Proof(guard, error, partition.Topic, partition.Index);
    }

    private static void Add(
        List<AddPartitionsToTxnRequest.AddPartitionsToTxnTopic> asked, in ProduceVerification.Proof proof)
    {
        AddPartitionsToTxnRequest.AddPartitionsToTxnTopic? topic = null;
        foreach (AddPartitionsToTxnRequest.AddPartitionsToTxnTopic one in asked)
        {
            topic = one.Name == proof.Topic ? one : topic;
        }

        if (topic is null)
        {
            topic = new AddPartitionsToTxnRequest.AddPartitionsToTxnTopic { Name = proof.Topic! };
            asked.Add(topic);
        }

        topic.Partitions = [.. topic.Partitions, proof.Partition];
    }
}
