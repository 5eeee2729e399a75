namespace Millrace.Broker;

/// <summary>A segment of the metadata log: one <c>.log</c> file.</summary>
/// <param name="BaseOffset">Offset of its first batch, and its name.</param>
/// <param name="Size">Bytes of whole batches.</param>
/// <param name="CreatedMs">Time of the first batch, in milliseconds since 1970; -1 while it is empty.</param>
internal sealed record MetadataSegment(long BaseOffset, long Size, long CreatedMs);
