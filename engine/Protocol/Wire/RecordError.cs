namespace Millrace.Protocol.Wire;

/// <summary>Why one record made its batch be refused (KIP-467).</summary>
/// <param name="BatchIndex">The record's place in its batch, from 0.</param>
/// <param name="Message">What is wrong, in UTF-8, or null.</param>
public readonly record struct RecordError(int BatchIndex, byte[]? Message);
