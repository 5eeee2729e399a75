using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Millrace.Broker;

/// <summary>Reads the configs that name addresses, and holds them against each other as Kafka does.</summary>
internal sealed class ListenerConfigs
{
    private readonly ConfigValues values;
    private readonly List<string> errors;

    internal ListenerConfigs(ConfigValues values, List<string> errors)
    {
        this.values = values;
        this.errors = errors;
        ControllerNames = [.. values.List("controller.listener.names").Select(name => name.ToUpperInvariant())];
        Protocols = ReadProtocols();
        Listeners = ReadEndpoints("listeners", samePorts: false);
        // Unset and "the address that the client connected to" are the same; Kafka would guess a host name here.
        const string advertised = "advertised.listeners";
        Advertised = values[advertised].IsNull ? [] : ReadEndpoints(advertised, samePorts: true);
        InterBrokerName = ReadInterBrokerName();
    }

    internal string[] ControllerNames { get; }

    internal Dictionary<string, ListenerProtocol> Protocols { get; }

    internal List<ListenerEndpoint> Listeners { get; }

    internal List<ListenerEndpoint> Advertised { get; }

    internal string InterBrokerName { get; }

    internal bool IsController(in ListenerEndpoint endpoint) => Array.IndexOf(ControllerNames, endpoint.Name) >= 0;

    private Dictionary<string, ListenerProtocol> ReadProtocols()
    {
        const string key = "listener.security.protocol.map";
        var protocols = new Dictionary<string, ListenerProtocol>(StringComparer.Ordinal);
        foreach (var entry in (values.Text(key) ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            if (entry.Length == 0)
                continue;
            var colon = entry.LastIndexOf(':');
            if (colon <= 0)
                errors.Add($"Error parsing configuration property '{key}': {entry} is not of the form NAME:PROTOCOL");
            else if (!ListenerEndpoint.TryProtocol(entry[(colon + 1)..].Trim(), out var protocol))
                errors.Add($"Invalid security protocol `{entry[(colon + 1)..].Trim()}` defined in {key}");
            else
                protocols[entry[..colon].Trim().ToUpperInvariant()] = protocol;
        }

        // Kafka: where the map is not given and nothing else is protected, the controllers' names mean PLAINTEXT.
        if (!values.IsGiven(key) && !values.List("listeners").Any(IsProtected))
        {
            foreach (var name in ControllerNames)
                protocols.TryAdd(name, ListenerProtocol.Plaintext);
        }

        return protocols;
    }

    private static bool IsProtected(string listener) =>
        listener.StartsWith("SSL:", StringComparison.OrdinalIgnoreCase)
        || listener.StartsWith("SASL_", StringComparison.OrdinalIgnoreCase);

    private List<ListenerEndpoint> ReadEndpoints(string key, bool samePorts)
    {
        var endpoints = new List<ListenerEndpoint>();
        var texts = values.List(key);
        var all = string.Join(", ", texts);
        foreach (var text in texts)
        {
            var error = ListenerEndpoint.Split(text, out var name, out var host, out var port);
            if (error != null)
                errors.Add($"{key}: {error}");
            else if (!Protocols.TryGetValue(name, out var protocol))
            {
                errors.Add($"Error creating broker listeners from '[{all}]': No security protocol defined for " +
                    "listener " +
                    $"{name}; give it one in listener.security.protocol.map");
            }
            else if (endpoints.Exists(one => one.Name == name))
            {
                errors.Add($"Error creating broker listeners from '[{all}]': Each listener must have a different " +
                    "name, " +
                    $"listeners: [{all}]");
            }
            else
                endpoints.Add(new ListenerEndpoint(name, protocol, host, port));
        }

        if (!samePorts)
            CheckPorts(endpoints, all);
        return endpoints;
    }

    private void CheckPorts(List<ListenerEndpoint> endpoints, string all)
    {
        foreach (var port in endpoints.Where(one => one.Port > 0).GroupBy(one => one.Port))
        {
            if (port.Count() == 1)
                continue;
            var families = port.Select(one => Family(one.Host)).ToArray();
            if (families is [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6]
                or [AddressFamily.InterNetworkV6, AddressFamily.InterNetwork])
                continue;
            var prefix = $"Error creating broker listeners from '[{all}]': ";
            errors.Add(families.Contains(AddressFamily.Unspecified)
                ? $"{prefix}Each listener must have a different port, listeners: [{all}]"
                : $"{prefix}If you have two listeners on the same port then one needs to be IPv4 and the other IPv6, " +
                    $"listeners: [{all}], port: {port.Key.ToString(CultureInfo.InvariantCulture)}");
        }
    }

    private static AddressFamily Family(string? host) =>
        IPAddress.TryParse(host, out var address) ? address.AddressFamily : AddressFamily.Unspecified;

    private string ReadInterBrokerName()
    {
        const string key = "inter.broker.listener.name";
        var name = values.Text(key)?.ToUpperInvariant();
        if (name == null)
            return values.Text("security.inter.broker.protocol") ?? "PLAINTEXT";
        if (values.IsGiven("security.inter.broker.protocol"))
            errors.Add($"Only one of {key} and security.inter.broker.protocol should be set.");
        else if (!Protocols.ContainsKey(name))
        {
            errors.Add($"Listener with name {name} defined in {key} not found in listener.security.protocol.map.");
        }

        return name;
    }
}
