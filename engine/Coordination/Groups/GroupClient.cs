namespace Millrace.Coordination.Groups;

/// <summary>Who asks, as far as groups care.</summary>
/// <param name="ApiVersion">Version of the request: some answers depend on it.</param>
/// <param name="ClientId">The client's id; empty where it gave none.</param>
/// <param name="ClientHost">Its address as Kafka shows it, such as <c>/127.0.0.1</c>.</param>
public readonly record struct GroupClient(short ApiVersion, string ClientId, string ClientHost);
