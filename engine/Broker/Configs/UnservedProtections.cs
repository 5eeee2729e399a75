namespace Millrace.Broker;

/// <summary>
/// Settings that protect something and that this version does not serve. A broker that ignored them would be open where
/// its operator believes it is not; so the server refuses to start, unless told to start unprotected.
/// </summary>
public static class UnservedProtections
{
    private static readonly (string Key, string Meaning)[] Classes =
    [
        ("authorizer.class.name", "an authorizer is asked for: without it everybody may do everything"),
        ("principal.builder.class", "a principal builder is asked for: without it clients have other names"),
        ("create.topic.policy.class.name", "a policy for new topics is asked for: without it any topic can be made"),
        ("alter.config.policy.class.name", "a policy for configs is asked for: without it any config can be set"),
        ("client.quota.callback.class", "a quota callback is asked for: without it clients have other quotas"),
    ];

    /// <summary>
    /// One message for each such setting, with key, value and what it means; empty where there is none.
    /// </summary>
    public static IReadOnlyList<string> Find(ServerConfig config)
    {
        var found = new List<string>();
        foreach (var (key, meaning) in Classes)
        {
            var value = config.Values.Text(key);
            if (!string.IsNullOrEmpty(value) && value != BrokerConfigs.Table[key].DefaultText)
                found.Add($"{key}={value}: {meaning}, and it is not served yet");
        }

        foreach (var listener in config.BrokerListeners.Concat(config.ControllerListeners))
        {
            if (listener.Protocol != ListenerProtocol.Plaintext)
            {
                var protocol = ListenerEndpoint.ProtocolName(listener.Protocol);
                found.Add($"listeners={listener}: its protocol is {protocol} ({Meaning(listener.Protocol)}), and " +
                    "only " +
                    "PLAINTEXT is served yet");
            }
        }

        if (!string.IsNullOrEmpty(config.Values.Text("delegation.token.secret.key")))
            found.Add("delegation.token.secret.key: delegation tokens are asked for, and they are not served yet");
        return found;
    }

    private static string Meaning(ListenerProtocol protocol) => protocol switch
    {
        ListenerProtocol.Ssl => "TLS: traffic is encrypted",
        ListenerProtocol.SaslPlaintext => "SASL: clients must say who they are",
        _ => "SASL over TLS: traffic is encrypted and clients must say who they are",
    };
}
