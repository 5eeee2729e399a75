namespace Millrace.Cluster;

/// <summary>
/// The metadata found cannot be served: it is damaged, or newer than this program. Thrown while loading, before
/// anything is written; the message is for the operator.
/// </summary>
public sealed class MetadataRefusedException(string message) : Exception(message);
