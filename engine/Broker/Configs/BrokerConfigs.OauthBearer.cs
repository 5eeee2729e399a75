namespace Millrace.Broker;

/// <content>SASL/OAUTHBEARER.</content>
public static partial class BrokerConfigs
{
    private static readonly ConfigDefinition[] OauthBearer =
    [
        new(
            "sasl.oauthbearer.allow.unverified.audience", ConfigType.Boolean, "false", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new(
            "sasl.oauthbearer.allow.unverified.issuer", ConfigType.Boolean, "false", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new(
            "sasl.oauthbearer.assertion.algorithm", ConfigType.String, "RS256", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.OneOfAnyCase("ES256", "RS256"),
        },
        new(
            "sasl.oauthbearer.assertion.claim.aud", ConfigType.String, null, ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new(
            "sasl.oauthbearer.assertion.claim.exp.seconds", ConfigType.Int, "300", ConfigImportance.Low,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.Between(0, 86400),
        },
        new(
            "sasl.oauthbearer.assertion.claim.iss", ConfigType.String, null, ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new(
            "sasl.oauthbearer.assertion.claim.jti.include", ConfigType.Boolean, "false", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new(
            "sasl.oauthbearer.assertion.claim.nbf.seconds", ConfigType.Int, "60", ConfigImportance.Low,
            ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.Between(0, 3600),
        },
        new(
            "sasl.oauthbearer.assertion.claim.sub", ConfigType.String, null, ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new(
            "sasl.oauthbearer.assertion.file", ConfigType.String, null, ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new(
            "sasl.oauthbearer.assertion.private.key.file", ConfigType.String, null, ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new(
            "sasl.oauthbearer.assertion.private.key.passphrase", ConfigType.Password, null,
            ConfigImportance.Medium, ConfigUpdate.ReadOnly),
        new(
            "sasl.oauthbearer.assertion.template.file", ConfigType.String, null, ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new(
            "sasl.oauthbearer.client.credentials.client.id", ConfigType.String, null, ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new(
            "sasl.oauthbearer.client.credentials.client.secret", ConfigType.Password, null,
            ConfigImportance.Medium, ConfigUpdate.ReadOnly),
        new(
            "sasl.oauthbearer.clock.skew.seconds", ConfigType.Int, "30", ConfigImportance.Low,
            ConfigUpdate.ReadOnly),
        new("sasl.oauthbearer.expected.audience", ConfigType.List, "", ConfigImportance.High, ConfigUpdate.ReadOnly)
        {
            Rule = ConfigRule.ListOf(mayBeEmpty: true, mayBeNull: false),
        },
        new(
            "sasl.oauthbearer.expected.issuer", ConfigType.String, null, ConfigImportance.High,
            ConfigUpdate.ReadOnly),
        new(
            "sasl.oauthbearer.jwks.endpoint.refresh.ms", ConfigType.Long, "3600000", ConfigImportance.Low,
            ConfigUpdate.ReadOnly),
        new(
            "sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", ConfigType.Long, "10000", ConfigImportance.Low,
            ConfigUpdate.ReadOnly),
        new(
            "sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", ConfigType.Long, "100", ConfigImportance.Low,
            ConfigUpdate.ReadOnly),
        new(
            "sasl.oauthbearer.jwks.endpoint.url", ConfigType.String, null, ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new(
            "sasl.oauthbearer.jwt.retriever.class", ConfigType.Class,
            "org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new(
            "sasl.oauthbearer.jwt.validator.class", ConfigType.Class,
            "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new("sasl.oauthbearer.scope", ConfigType.String, null, ConfigImportance.Medium, ConfigUpdate.ReadOnly),
        new(
            "sasl.oauthbearer.scope.claim.name", ConfigType.String, "scope", ConfigImportance.Low,
            ConfigUpdate.ReadOnly),
        new(
            "sasl.oauthbearer.sub.claim.name", ConfigType.String, "sub", ConfigImportance.Low,
            ConfigUpdate.ReadOnly),
        new(
            "sasl.oauthbearer.token.endpoint.url", ConfigType.String, null, ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
    ];
}
