namespace Millrace.Cluster;

/// <summary>
/// What a request comes to. Nothing has changed yet: the records are to be appended and applied, as one.
/// </summary>
/// <param name="Records">To be appended, in this order; none where nothing changes.</param>
/// <param name="Response">The answer, once the records are durable.</param>
public readonly record struct Decision<TResponse>(IReadOnlyList<MetadataRecord> Records, TResponse Response);
