namespace Millrace.Broker;

/// <content>Transactions and idempotent producers.</content>
public static partial class BrokerConfigs
{
    private static readonly ConfigDefinition[] Transactions =
    [
        new(
            "add.partitions.to.txn.retry.backoff.max.ms", ConfigType.Int, "100", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(0),
        },
        new(
            "add.partitions.to.txn.retry.backoff.ms", ConfigType.Int, "20", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "producer.id.expiration.check.interval.ms", ConfigType.Int, "600000", ConfigImportance.Low,
            ConfigUpdate.ReadOnly)
        {
            IsInternal = true,
            Rule = ConfigRule.AtLeast(1),
        },
        new("producer.id.expiration.ms", ConfigType.Int, "86400000", ConfigImportance.Low, ConfigUpdate.ClusterWide)
        {
            Rule = ConfigRule.AtLeast(1),
            Doc = "How long the sequence numbers of an idle producer are remembered.",
        },
        new(
            "transaction.abort.timed.out.transaction.cleanup.interval.ms", ConfigType.Int, "10000",
            ConfigImportance.Low, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new("transaction.max.timeout.ms", ConfigType.Int, "900000", ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
            Doc = "Longest transaction that a producer may ask for.",
        },
        new(
            "transaction.partition.verification.enable", ConfigType.Boolean, "true", ConfigImportance.Low,
            ConfigUpdate.ClusterWide),
        new(
            "transaction.remove.expired.transaction.cleanup.interval.ms", ConfigType.Int, "3600000",
            ConfigImportance.Low, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "transaction.state.log.load.buffer.size", ConfigType.Int, "5242880", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new("transaction.state.log.min.isr", ConfigType.Int, "2", ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
            Doc = "min.insync.replicas of __transaction_state.",
        },
        new(
            "transaction.state.log.num.partitions", ConfigType.Int, "50", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
            Doc = "Partitions of __transaction_state; fixed once it exists.",
        },
        new(
            "transaction.state.log.replication.factor", ConfigType.Short, "3", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
            Doc = "Replicas of __transaction_state.",
        },
        new(
            "transaction.state.log.segment.bytes", ConfigType.Int, "104857600", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "transaction.two.phase.commit.enable", ConfigType.Boolean, "false", ConfigImportance.Low,
            ConfigUpdate.ReadOnly),
        new(
            "transactional.id.expiration.ms", ConfigType.Int, "604800000", ConfigImportance.High,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
            Doc = "How long an idle transactional id is kept.",
        },
    ];
}
