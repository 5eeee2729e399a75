namespace Millrace.Protocol.Wire;

/// <summary>A transaction whose records a read-committed consumer passes over until its abort marker.</summary>
public readonly record struct AbortedTransaction(long ProducerId, long FirstOffset);
