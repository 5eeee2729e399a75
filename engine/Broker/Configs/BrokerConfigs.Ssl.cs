namespace Millrace.Broker;

/// <content>TLS.</content>
public static partial class BrokerConfigs
{
    private static readonly ConfigDefinition[] Ssl =
    [
        new("ssl.allow.dn.changes", ConfigType.Boolean, "false", ConfigImportance.Low, ConfigUpdate.ReadOnly),
        new("ssl.allow.san.changes", ConfigType.Boolean, "false", ConfigImportance.Low, ConfigUpdate.ReadOnly),
        new("ssl.cipher.suites", ConfigType.List, "", ConfigImportance.Medium, ConfigUpdate.PerBroker)
        {
            Rule = ConfigRule.ListOf(mayBeEmpty: true, mayBeNull: false),
        },
        new("ssl.client.auth", ConfigType.String, "none", ConfigImportance.Medium, ConfigUpdate.PerBroker)
        {
            Rule = ConfigRule.OneOf("required", "requested", "none"),
            Doc = "Whether clients must show a certificate.",
        },
        new(
            "ssl.enabled.protocols", ConfigType.List, "TLSv1.2,TLSv1.3", ConfigImportance.Medium,
            ConfigUpdate.PerBroker)
        {
            Rule = ConfigRule.ListOf(mayBeEmpty: true, mayBeNull: false),
        },
        new(
            "ssl.endpoint.identification.algorithm", ConfigType.String, "https", ConfigImportance.Low,
            ConfigUpdate.PerBroker),
        new("ssl.engine.factory.class", ConfigType.Class, null, ConfigImportance.Low, ConfigUpdate.PerBroker),
        new("ssl.key.password", ConfigType.Password, null, ConfigImportance.Medium, ConfigUpdate.PerBroker),
        new(
            "ssl.keymanager.algorithm", ConfigType.String, "SunX509", ConfigImportance.Medium,
            ConfigUpdate.PerBroker),
        new(
            "ssl.keystore.certificate.chain", ConfigType.Password, null, ConfigImportance.Medium,
            ConfigUpdate.PerBroker),
        new("ssl.keystore.key", ConfigType.Password, null, ConfigImportance.Medium, ConfigUpdate.PerBroker),
        new("ssl.keystore.location", ConfigType.String, null, ConfigImportance.Medium, ConfigUpdate.PerBroker)
        {
            Doc = "File with this node's key and certificate.",
        },
        new("ssl.keystore.password", ConfigType.Password, null, ConfigImportance.Medium, ConfigUpdate.PerBroker),
        new("ssl.keystore.type", ConfigType.String, "JKS", ConfigImportance.Medium, ConfigUpdate.PerBroker),
        new(
            "ssl.principal.mapping.rules", ConfigType.String, "DEFAULT", ConfigImportance.Low,
            ConfigUpdate.ReadOnly),
        new("ssl.protocol", ConfigType.String, "TLSv1.3", ConfigImportance.Medium, ConfigUpdate.PerBroker),
        new("ssl.provider", ConfigType.String, null, ConfigImportance.Medium, ConfigUpdate.PerBroker),
        new(
            "ssl.secure.random.implementation", ConfigType.String, null, ConfigImportance.Low,
            ConfigUpdate.PerBroker),
        new(
            "ssl.trustmanager.algorithm", ConfigType.String, "PKIX", ConfigImportance.Medium,
            ConfigUpdate.PerBroker),
        new(
            "ssl.truststore.certificates", ConfigType.Password, null, ConfigImportance.Medium,
            ConfigUpdate.PerBroker),
        new("ssl.truststore.location", ConfigType.String, null, ConfigImportance.Medium, ConfigUpdate.PerBroker)
        {
            Doc = "File with the certificates that are trusted.",
        },
        new("ssl.truststore.password", ConfigType.Password, null, ConfigImportance.Medium, ConfigUpdate.PerBroker),
        new("ssl.truststore.type", ConfigType.String, "JKS", ConfigImportance.Medium, ConfigUpdate.PerBroker),
    ];
}
