namespace Millrace.Broker;

/// <content>SASL.</content>
public static partial class BrokerConfigs
{
    private static readonly ConfigDefinition[] Sasl =
    [
        new(
            "sasl.client.callback.handler.class", ConfigType.Class, null, ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new("sasl.enabled.mechanisms", ConfigType.List, "GSSAPI", ConfigImportance.Medium, ConfigUpdate.PerBroker)
        {
            Rule = ConfigRule.ListOf(mayBeEmpty: true, mayBeNull: false),
            Doc = "SASL mechanisms that clients may use.",
        },
        new("sasl.jaas.config", ConfigType.Password, null, ConfigImportance.Medium, ConfigUpdate.PerBroker),
        new(
            "sasl.kerberos.kinit.cmd", ConfigType.String, "/usr/bin/kinit", ConfigImportance.Medium,
            ConfigUpdate.PerBroker),
        new(
            "sasl.kerberos.min.time.before.relogin", ConfigType.Long, "60000", ConfigImportance.Medium,
            ConfigUpdate.PerBroker),
        new(
            "sasl.kerberos.principal.to.local.rules", ConfigType.List, "DEFAULT", ConfigImportance.Medium,
            ConfigUpdate.PerBroker)
        {
            Rule = ConfigRule.ListOf(mayBeEmpty: true, mayBeNull: false),
        },
        new("sasl.kerberos.service.name", ConfigType.String, null, ConfigImportance.Medium, ConfigUpdate.PerBroker),
        new(
            "sasl.kerberos.ticket.renew.jitter", ConfigType.Double, "0.05", ConfigImportance.Medium,
            ConfigUpdate.PerBroker),
        new(
            "sasl.kerberos.ticket.renew.window.factor", ConfigType.Double, "0.8", ConfigImportance.Medium,
            ConfigUpdate.PerBroker),
        new(
            "sasl.login.callback.handler.class", ConfigType.Class, null, ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new("sasl.login.class", ConfigType.Class, null, ConfigImportance.Medium, ConfigUpdate.ReadOnly),
        new("sasl.login.connect.timeout.ms", ConfigType.Int, null, ConfigImportance.Low, ConfigUpdate.ReadOnly),
        new("sasl.login.read.timeout.ms", ConfigType.Int, null, ConfigImportance.Low, ConfigUpdate.ReadOnly),
        new(
            "sasl.login.refresh.buffer.seconds", ConfigType.Short, "300", ConfigImportance.Medium,
            ConfigUpdate.PerBroker),
        new(
            "sasl.login.refresh.min.period.seconds", ConfigType.Short, "60", ConfigImportance.Medium,
            ConfigUpdate.PerBroker),
        new(
            "sasl.login.refresh.window.factor", ConfigType.Double, "0.8", ConfigImportance.Medium,
            ConfigUpdate.PerBroker),
        new(
            "sasl.login.refresh.window.jitter", ConfigType.Double, "0.05", ConfigImportance.Medium,
            ConfigUpdate.PerBroker),
        new(
            "sasl.login.retry.backoff.max.ms", ConfigType.Long, "10000", ConfigImportance.Low,
            ConfigUpdate.ReadOnly),
        new("sasl.login.retry.backoff.ms", ConfigType.Long, "100", ConfigImportance.Low, ConfigUpdate.ReadOnly),
        new(
            "sasl.mechanism.controller.protocol", ConfigType.String, "GSSAPI", ConfigImportance.High,
            ConfigUpdate.ReadOnly),
        new(
            "sasl.mechanism.inter.broker.protocol", ConfigType.String, "GSSAPI", ConfigImportance.Medium,
            ConfigUpdate.PerBroker),
        new(
            "sasl.server.callback.handler.class", ConfigType.Class, null, ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
        new(
            "sasl.server.max.receive.size", ConfigType.Int, "524288", ConfigImportance.Medium,
            ConfigUpdate.ReadOnly),
    ];
}
