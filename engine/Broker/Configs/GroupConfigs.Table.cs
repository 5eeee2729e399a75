namespace Millrace.Broker;

/// <content>Kafka's group configs.</content>
public static partial class GroupConfigs
{
    private static readonly ConfigDefinition[] Kafka =
    [
        new("consumer.assignment.interval.ms", ConfigType.Int, "1000", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(0),
            BrokerSynonyms = [new("group.consumer.assignment.interval.ms")],
        },
        new("consumer.assignor.offload.enable", ConfigType.Boolean, "true", ConfigImportance.Medium)
        {
            IsInternal = true,
            BrokerSynonyms = [new("group.consumer.assignor.offload.enable")],
        },
        new("consumer.heartbeat.interval.ms", ConfigType.Int, "5000", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(1),
            BrokerSynonyms = [new("group.consumer.heartbeat.interval.ms")],
            Doc = "Time between two heartbeats of a consumer group member.",
        },
        new("consumer.session.timeout.ms", ConfigType.Int, "45000", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(1),
            BrokerSynonyms = [new("group.consumer.session.timeout.ms")],
            Doc = "Silence after which a consumer group member is gone.",
        },
        new("errors.deadletterqueue.copy.record.enable", ConfigType.Boolean, "false", ConfigImportance.Medium)
        {
            Doc = "Whether the dead letter holds the record's own key and value.",
        },
        new("errors.deadletterqueue.topic.name", ConfigType.String, "", ConfigImportance.Medium)
        {
            Doc = "Topic that gets the records which a share group gave up; empty for none.",
        },
        new("share.assignment.interval.ms", ConfigType.Int, "1000", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(0),
            BrokerSynonyms = [new("group.share.assignment.interval.ms")],
        },
        new("share.assignor.offload.enable", ConfigType.Boolean, "true", ConfigImportance.Medium)
        {
            IsInternal = true,
            BrokerSynonyms = [new("group.share.assignor.offload.enable")],
        },
        new("share.auto.offset.reset", ConfigType.String, "latest", ConfigImportance.Medium)
        {
            Rule = ConfigRule.OffsetReset,
            Doc = "Where a share group starts on a partition without state.",
        },
        new("share.delivery.count.limit", ConfigType.Int, "5", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(2),
            BrokerSynonyms = [new("group.share.delivery.count.limit")],
            Doc = "Deliveries after which a share group gives a record up.",
        },
        new("share.heartbeat.interval.ms", ConfigType.Int, "5000", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(1),
            BrokerSynonyms = [new("group.share.heartbeat.interval.ms")],
            Doc = "Time between two heartbeats of a share group member.",
        },
        new("share.isolation.level", ConfigType.String, "read_uncommitted", ConfigImportance.Medium)
        {
            Rule = ConfigRule.OneOf("read_committed", "read_uncommitted"),
            Doc = "Whether a share group sees records of open or aborted transactions.",
        },
        new("share.partition.max.record.locks", ConfigType.Int, "2000", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(100),
            BrokerSynonyms = [new("group.share.partition.max.record.locks")],
            Doc = "Records of a partition that may be out for delivery at one time.",
        },
        new("share.record.lock.duration.ms", ConfigType.Int, "30000", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(1000),
            BrokerSynonyms = [new("group.share.record.lock.duration.ms")],
            Doc = "How long a delivered record is locked for its consumer.",
        },
        new("share.renew.acknowledge.enable", ConfigType.Boolean, "true", ConfigImportance.Medium)
        {
            Doc = "Whether members may prolong their locks.",
        },
        new("share.session.timeout.ms", ConfigType.Int, "45000", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(1),
            BrokerSynonyms = [new("group.share.session.timeout.ms")],
            Doc = "Silence after which a share group member is gone.",
        },
        new("streams.acceptable.recovery.lag", ConfigType.Long, "10000", ConfigImportance.Medium)
        {
            IsInternal = true,
            Rule = ConfigRule.AtLeast(0),
            BrokerSynonyms = [new("group.streams.acceptable.recovery.lag")],
        },
        new("streams.assignment.interval.ms", ConfigType.Int, "1000", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(0),
            BrokerSynonyms = [new("group.streams.assignment.interval.ms")],
        },
        new("streams.assignor.name", ConfigType.String, null, ConfigImportance.Medium)
        {
            BrokerSynonyms = [new("group.streams.assignors")],
        },
        new("streams.assignor.offload.enable", ConfigType.Boolean, "true", ConfigImportance.Medium)
        {
            IsInternal = true,
            BrokerSynonyms = [new("group.streams.assignor.offload.enable")],
        },
        new("streams.heartbeat.interval.ms", ConfigType.Int, "5000", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(1),
            BrokerSynonyms = [new("group.streams.heartbeat.interval.ms")],
            Doc = "Time between two heartbeats of a streams group member.",
        },
        new("streams.initial.rebalance.delay.ms", ConfigType.Int, "3000", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(0),
            BrokerSynonyms = [new("group.streams.initial.rebalance.delay.ms")],
            Doc = "How long an empty streams group waits for more members before its first assignment.",
        },
        new("streams.num.standby.replicas", ConfigType.Int, "0", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(0),
            BrokerSynonyms = [new("group.streams.num.standby.replicas")],
            Doc = "Standby copies of each stateful task.",
        },
        new("streams.num.warmup.replicas", ConfigType.Int, "2", ConfigImportance.Medium)
        {
            IsInternal = true,
            Rule = ConfigRule.AtLeast(0),
            BrokerSynonyms = [new("group.streams.num.warmup.replicas")],
        },
        new("streams.rack.aware.assignment.tags", ConfigType.List, "", ConfigImportance.Low)
        {
            Rule = ConfigRule.ListOf(mayBeEmpty: true, mayBeNull: false),
            BrokerSynonyms = [new("group.streams.rack.aware.assignment.tags")],
        },
        new("streams.session.timeout.ms", ConfigType.Int, "45000", ConfigImportance.Medium)
        {
            Rule = ConfigRule.AtLeast(1),
            BrokerSynonyms = [new("group.streams.session.timeout.ms")],
            Doc = "Silence after which a streams group member is gone.",
        },
        new("streams.task.offset.interval.ms", ConfigType.Int, "60000", ConfigImportance.Medium)
        {
            IsInternal = true,
            Rule = ConfigRule.AtLeast(1),
            BrokerSynonyms = [new("group.streams.task.offset.interval.ms")],
        },
    ];
}
