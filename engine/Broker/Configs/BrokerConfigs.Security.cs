namespace Millrace.Broker;

/// <content>Authorisation, principals and delegation tokens.</content>
public static partial class BrokerConfigs
{
    private static readonly ConfigDefinition[] Security =
    [
        new("authorizer.class.name", ConfigType.String, "", ConfigImportance.Low, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.NonNullText,
            Doc = "The authorizer; empty lets everybody do everything.",
        },
        new(
            "delegation.token.expiry.check.interval.ms", ConfigType.Long, "3600000", ConfigImportance.Low,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "delegation.token.expiry.time.ms", ConfigType.Long, "86400000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "delegation.token.max.lifetime.ms", ConfigType.Long, "604800000", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.AtLeast(1),
        },
        new(
            "delegation.token.secret.key", ConfigType.Password, null, ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new(
            "principal.builder.class", ConfigType.Class,
            "org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder", ConfigImportance.Medium,
            ConfigUpdate.PerBroker),
        new(
            "security.inter.broker.protocol", ConfigType.String, "PLAINTEXT", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.OneOf("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"),
            Doc = "Security protocol among brokers; use inter.broker.listener.name instead.",
        },
        new("security.providers", ConfigType.String, null, ConfigImportance.Low, ConfigUpdate.ReadOnly),
    ];
}
