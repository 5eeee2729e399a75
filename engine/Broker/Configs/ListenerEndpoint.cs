using System.Globalization;

namespace Millrace.Broker;

/// <summary>How a listener protects what passes through it. The numbers are Kafka's.</summary>
public enum ListenerProtocol : short
{
    Plaintext = 0,
    Ssl = 1,
    SaslPlaintext = 2,
    SaslSsl = 3,
}

/// <summary>One entry of <c>listeners</c> or <c>advertised.listeners</c>.</summary>
/// <param name="Name">The listener's name in capitals.</param>
/// <param name="Protocol">Its protocol.</param>
/// <param name="Host">
/// Host or address without brackets; null stands for all addresses where it listens, and for the address that the
/// client
/// connected to where it advertises.
/// </param>
/// <param name="Port">The port; 0 lets the system choose.</param>
public readonly record struct ListenerEndpoint(string Name, ListenerProtocol Protocol, string? Host, int Port)
{
    /// <summary>Splits <c>NAME://host:port</c>.</summary>
    /// <returns>Null, or Kafka's message.</returns>
    public static string? Split(string text, out string name, out string? host, out int port)
    {
        (name, host, port) = ("", null, 0);
        var slashes = text.IndexOf("://", StringComparison.Ordinal);
        if (slashes <= 0)
            return $"Unable to parse a listener name from {text}";
        name = text[..slashes].ToUpperInvariant();
        var address = text.AsSpan(slashes + 3);
        var colon = address.LastIndexOf(':');
        if (colon < 0
            || !int.TryParse(
                address[(colon + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out port)
            || port is < -1 or > ushort.MaxValue)
            return $"Unable to parse {text} to a broker endpoint: it takes name://host:port, with a port up to 65535";
        var hostPart = address[..colon];
        if (hostPart.Length > 1 && hostPart[0] == '[' && hostPart[^1] == ']')
            hostPart = hostPart[1..^1];
        foreach (var letter in hostPart)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '%' or '.' or '_' or ':'))
                return $"Unable to parse {text} to a broker endpoint: {letter} cannot stand in a host name";
        }

        host = hostPart.IsEmpty ? null : hostPart.ToString();
        return null;
    }

    /// <summary>The protocol of that name, in any case.</summary>
    public static bool TryProtocol(string name, out ListenerProtocol protocol)
    {
        (protocol, var known) = name.ToUpperInvariant() switch
        {
            "PLAINTEXT" => (ListenerProtocol.Plaintext, true),
            "SSL" => (ListenerProtocol.Ssl, true),
            "SASL_PLAINTEXT" => (ListenerProtocol.SaslPlaintext, true),
            "SASL_SSL" => (ListenerProtocol.SaslSsl, true),
            _ => (ListenerProtocol.Plaintext, false),
        };
        return known;
    }

    /// <summary>Kafka's name of a protocol.</summary>
    public static string ProtocolName(ListenerProtocol protocol) => protocol switch
    {
        ListenerProtocol.Plaintext => "PLAINTEXT",
        ListenerProtocol.Ssl => "SSL",
        ListenerProtocol.SaslPlaintext => "SASL_PLAINTEXT",
        _ => "SASL_SSL",
    };

    public override string ToString() =>
        $"{Name}://{(Host != null && Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}";
}

/// <summary>One entry of <c>controller.quorum.voters</c>.</summary>
public readonly record struct QuorumVoter(int Id, string Host, int Port);
